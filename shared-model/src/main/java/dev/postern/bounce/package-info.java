/// Bounces (non-delivery reports) that MTA-STS, DANE or TLS may have caused.
///
/// A sender that holds a policy refuses by itself to deliver, so the bounce is written by the sender, in words of its own,
/// and reaches the author of the mail, who asks the recipient's administrator what they mean. [dev.postern.bounce.Bounce]
/// reads what was pasted, [dev.postern.bounce.Wording] is the catalogue of what senders say, and
/// [dev.postern.bounce.Diagnosis] is what follows, with the checks that show it.
package dev.postern.bounce;

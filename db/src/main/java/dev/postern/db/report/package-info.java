/// TLS-RPT reports as stored: counted once, kept whole, and the figures drawn from them.
///
/// Sessions are never added across policy types (RFC 8460 §4.3): one session may stand under `sts` and under `tlsa`.
/// Within one report the type with the most sessions speaks for it; reports are then added up.
package dev.postern.db.report;

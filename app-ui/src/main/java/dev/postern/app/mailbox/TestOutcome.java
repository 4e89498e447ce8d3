package dev.postern.app.mailbox;

import dev.postern.outbound.imap.MailboxLook;
import dev.postern.outbound.imap.MailboxProblem;

/// What a test of a mailbox saw.
public sealed interface TestOutcome {

    /// It can be read.
    record Fine(MailboxLook look) implements TestOutcome {
    }

    /// It can't.
    ///
    /// @param reason what is wrong and what to do
    record Failed(MailboxProblem.Kind kind, String reason) implements TestOutcome {
    }

    /// It was not tried.
    ///
    /// @param reason why not and what to do
    record NotTried(String reason) implements TestOutcome {
    }
}

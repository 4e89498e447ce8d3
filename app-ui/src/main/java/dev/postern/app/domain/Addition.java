package dev.postern.app.domain;

import dev.postern.setup.MailDomain;

/// What became of a domain to add.
public sealed interface Addition {

    record Added(MailDomain domain) implements Addition {
    }

    /// The organisation has it already.
    record Known(MailDomain domain) implements Addition {
    }

    /// It can't be a mail domain.
    ///
    /// @param reason why, and what to enter instead
    record Refused(String reason) implements Addition {
    }
}

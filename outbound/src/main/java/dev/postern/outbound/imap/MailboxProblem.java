package dev.postern.outbound.imap;

/// Why a mailbox could not be read. The message is for the person who connected it: what is wrong and what to do.
public final class MailboxProblem extends Exception {

    private static final long serialVersionUID = 1L;

    /// What went wrong, for programs.
    public enum Kind {
        /// The server's name leads nowhere.
        HOST_UNKNOWN,
        /// The server's name leads into a private network.
        NOT_PUBLIC,
        /// Nobody answers.
        UNREACHABLE,
        /// The server does not offer TLS.
        NO_TLS,
        /// The certificate is not trusted, or another host's.
        CERTIFICATE,
        /// User or password is refused.
        SIGN_IN,
        /// The folder to read, or the one to move to, is not there.
        FOLDER,
        /// The folder can be read and not changed.
        READ_ONLY,
        /// The server hung up, took too long or said what can't be understood.
        CONVERSATION
    }

    private final Kind kind;

    MailboxProblem(Kind kind, String message) {
        this(kind, message, null);
    }

    MailboxProblem(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}

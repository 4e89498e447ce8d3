package dev.postern.outbound.dns;

import java.time.Duration;
import java.util.Optional;

/// Why records could not be read or written. The message is for the person who connected the provider: what is wrong and
/// what to do.
public final class DnsProblem extends Exception {

    private static final long serialVersionUID = 1L;

    /// What went wrong, for programs.
    public enum Kind {
        /// The server's name leads nowhere.
        HOST_UNKNOWN,
        /// The server's name leads into a private network.
        NOT_PUBLIC,
        /// Nobody answers, or not in time.
        UNREACHABLE,
        /// The key or token is refused.
        CREDENTIALS,
        /// The key or token is right and may not do this.
        NOT_ALLOWED,
        /// The zone is not there.
        ZONE,
        /// What stands at the name is not what it was a moment ago.
        CHANGED,
        /// Too much was asked; later it will do.
        BUSY,
        /// The answer says no in another way, or can't be understood.
        REFUSED
    }

    private final Kind kind;
    private final Duration pause;

    DnsProblem(Kind kind, String message) {
        this(kind, message, null, null);
    }

    DnsProblem(Kind kind, String message, Throwable cause) {
        this(kind, message, cause, null);
    }

    private DnsProblem(Kind kind, String message, Throwable cause, Duration pause) {
        super(message, cause);
        this.kind = kind;
        this.pause = pause;
    }

    /// @param pause how long the provider wants to be left alone
    static DnsProblem busy(String message, Duration pause) {
        return new DnsProblem(Kind.BUSY, message, null, pause);
    }

    public Kind kind() {
        return kind;
    }

    /// How long the provider wants to be left alone, where it said so.
    public Optional<Duration> pause() {
        return Optional.ofNullable(pause);
    }
}

package dev.postern.rollout.world;

import dev.postern.check.Check;
import dev.postern.tlsrpt.ResultType;
import java.util.Optional;
import java.util.Set;

/// Something that makes a sender refuse one MX under `enforce`, for a while.
final class Fault {

    enum Kind {
        NO_STARTTLS(ResultType.STARTTLS_NOT_SUPPORTED, Check.MX_STARTTLS),
        EXPIRED(ResultType.CERTIFICATE_EXPIRED, Check.MX_CERTIFICATE_EXPIRY),
        WRONG_NAME(ResultType.CERTIFICATE_HOST_MISMATCH, Check.MX_CERTIFICATE_NAME),
        UNTRUSTED(ResultType.CERTIFICATE_NOT_TRUSTED, Check.MX_CERTIFICATE_CHAIN),
        OLD_TLS(ResultType.VALIDATION_FAILURE, Check.MX_TLS_VERSION);

        final ResultType result;
        final Check check;

        Kind(ResultType result, Check check) {
            this.result = result;
            this.check = check;
        }
    }

    final Kind kind;
    final String mx;
    final long from;
    /// On whose path it lies; empty for everybody's.
    final Optional<Set<String>> path;
    long until = Long.MAX_VALUE;
    /// When the first look that met it was written down; never where it is not on the probe's path.
    long seen = Long.MAX_VALUE;
    /// The newest day about which a known sender reported it, in a report that has arrived; negative for none.
    long reportedDay = -1;
    boolean repairPlanned;

    Fault(Kind kind, String mx, long from, Optional<Set<String>> path) {
        this.kind = kind;
        this.mx = mx;
        this.from = from;
        this.path = path;
    }

    boolean active(long now) {
        return from <= now && now < until;
    }

    boolean meets(String sender) {
        return path.map(senders -> senders.contains(sender)).orElse(true);
    }

    boolean onThePathOfProbes() {
        return path.isEmpty();
    }
}

package dev.postern.app.check;

import dev.postern.db.probe.PublicCheck;
import dev.postern.db.probe.PublicCheckStore;
import dev.postern.name.DomainName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// The public check: anybody may have any domain looked at, and see what others' looks found.
public final class PublicChecks {

    /// A look that somebody asked for so lately answers everybody.
    public static final Duration FRESH = Duration.ofMinutes(10);

    /// What became of the wish for a look.
    public sealed interface Look {

        /// It was asked for and is on its way.
        record Asked() implements Look {
        }

        /// Somebody asked lately: that look will do, or did.
        ///
        /// @param again when another can be asked for
        record Recent(Instant again) implements Look {
        }

        /// Too many were asked for.
        ///
        /// @param until when to come back
        record Limited(Instant until) implements Look {
        }
    }

    private final PublicCheckStore store;
    private final CheckBrake brake;
    private final Clock clock;

    public PublicChecks(PublicCheckStore store, CheckBrake brake, Clock clock) {
        this.store = store;
        this.brake = brake;
        this.clock = clock;
    }

    /// What is kept of a domain's check; reading counts for nothing.
    public Optional<PublicCheck> find(DomainName domain) {
        return store.find(domain);
    }

    /// Whether a look is on its way that may still arrive. One that was asked for long ago got lost.
    public boolean underWay(PublicCheck check) {
        return check.pending() && check.requestedAt().isAfter(clock.instant().minus(FRESH));
    }

    /// Asks for a look.
    ///
    /// @param address of the visitor, against whom it counts
    public Look look(DomainName domain, String address) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Instant notSince = now.minus(FRESH);
        Optional<Instant> lately = store.find(domain).map(PublicCheck::requestedAt)
                .filter(at -> !at.isBefore(notSince));
        if (lately.isPresent()) {
            return new Look.Recent(lately.get().plus(FRESH));
        }
        Optional<Instant> until = brake.take(address, now);
        if (until.isPresent()) {
            return new Look.Limited(until.get());
        }
        if (store.request(domain, now, notSince)) {
            return new Look.Asked();
        }
        // Somebody else asked in this very moment.
        brake.giveBack(address);
        return new Look.Recent(now.plus(FRESH));
    }
}

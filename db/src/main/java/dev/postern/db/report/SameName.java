package dev.postern.db.report;

import dev.postern.tlsrpt.Authenticity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// The reports that bear one name, and which of them counts. A report names itself only by its sender's word: the first
/// one counts, and others of the same name are kept apart, unless the first may be forged and another is authentic.
///
/// Only decides; [ReportStore] carries out what has changed.
final class SameName {

    /// One content under this name.
    static final class Variant {
        private final UUID key;
        private final Optional<IncomingReport> incoming;
        private final boolean stored;
        private final boolean fixed;
        private final boolean countedBefore;
        private final Authenticity authenticityBefore;
        private final boolean authenticBefore;
        private boolean counted;
        private boolean authentic;
        private Authenticity authenticity;
        private Optional<IncomingReport> again = Optional.empty();

        private Variant(UUID key, Optional<IncomingReport> incoming, boolean fixed, boolean counted, boolean authentic,
                        Authenticity authenticity) {
            this.key = key;
            this.incoming = incoming;
            this.stored = incoming.isEmpty();
            this.fixed = fixed;
            this.countedBefore = counted;
            this.authenticBefore = authentic;
            this.authenticityBefore = authenticity;
            this.counted = counted;
            this.authentic = authentic;
            this.authenticity = authenticity;
        }

        UUID key() {
            return key;
        }

        /// Whether it has to be inserted.
        boolean isNew() {
            return !stored;
        }

        boolean counted() {
            return counted;
        }

        boolean authentic() {
            return authentic;
        }

        Authenticity authenticity() {
            return authenticity;
        }

        boolean hasToLeaveTheFigures() {
            return stored && countedBefore && (!counted || authenticityChanged());
        }

        boolean hasToEnterTheFigures() {
            return counted && (!stored || !countedBefore || authenticityChanged());
        }

        /// Whether its rows of policies and failures have to be removed.
        boolean isDemoted() {
            return stored && countedBefore && !counted;
        }

        /// Whether its rows of policies and failures have to be made.
        boolean isPromoted() {
            return counted && (!stored || !countedBefore);
        }

        boolean hasToBeUpdated() {
            return stored && (countedBefore != counted || authenticityChanged());
        }

        private boolean authenticityChanged() {
            return authenticBefore != authentic || authenticityBefore != authenticity;
        }

        /// The report, in the form that came in this time.
        IncomingReport report() {
            return incoming.or(() -> again).orElseThrow();
        }
    }

    private final Map<Sha256, Variant> variants = new LinkedHashMap<>();

    /// A variant that is stored.
    ///
    /// @param fixed whether its text and failures are gone by the organisation's retention: its part of the figures
    ///              can't be taken back
    void stored(Sha256 content, UUID key, boolean fixed, boolean counted, boolean authentic,
                Authenticity authenticity) {
        variants.put(content, new Variant(key, Optional.empty(), fixed, counted, authentic, authenticity));
    }

    Recording take(IncomingReport incoming) {
        Variant same = variants.get(incoming.content());
        if (same != null) {
            return again(same, incoming);
        }
        Optional<Variant> counting = counting();
        boolean counts = counting.map(other -> yields(other, incoming)).orElse(true);
        var variant = new Variant(incoming.key(), Optional.of(incoming), false, counts, incoming.authentic(),
                incoming.authenticity());
        variants.put(incoming.content(), variant);
        if (!counts) {
            return Recording.CONFLICTING;
        }
        counting.ifPresent(other -> other.counted = false);
        return counting.isPresent() ? Recording.DISPLACING : Recording.COUNTED;
    }

    /// The same content once more. What was not known to be authentic may be now, and then it counts before others.
    private Recording again(Variant same, IncomingReport incoming) {
        if (same.authentic || !incoming.authentic() || same.fixed) {
            return Recording.KNOWN;
        }
        same.authentic = true;
        same.authenticity = incoming.authenticity();
        same.again = Optional.of(incoming);
        Optional<Variant> counting = counting();
        if (same.counted || !counting.map(other -> yields(other, incoming)).orElse(true)) {
            return Recording.KNOWN;
        }
        counting.ifPresent(other -> other.counted = false);
        same.counted = true;
        return Recording.DISPLACING;
    }

    private static boolean yields(Variant counting, IncomingReport incoming) {
        return !counting.fixed && !counting.authentic && incoming.authentic();
    }

    private Optional<Variant> counting() {
        return variants.values().stream().filter(Variant::counted).findFirst();
    }

    List<Variant> variants() {
        return new ArrayList<>(variants.values());
    }
}

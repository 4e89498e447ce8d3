package dev.postern.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The layers of a mail domain's protection in the order in which to build them, and how far each is.
///
/// @param rungs the lowest first
public record Ladder(List<Rung> rungs) {

    public enum State {
        /// It holds.
        DONE,
        /// It is there, and something about it should be better.
        ATTENTION,
        /// It is not there, or does not hold.
        MISSING,
        UNKNOWN
    }

    /// The layers.
    public enum Layer {
        SPF("SPF", "says which servers may send in the domain's name", true,
                Check.SPF_RECORD, Check.SPF_LOOKUPS, Check.SPF_POLICY),
        DKIM("DKIM", "signs what the domain sends", true, Check.DKIM_KEYS),
        DMARC("DMARC", "ties both to the sender that people see", true,
                Check.DMARC_RECORD, Check.DMARC_POLICY, Check.DMARC_REPORTS),
        TLS_RPT("TLS-RPT", "tells where TLS fails on the way in", true,
                Check.TLSRPT_RECORD, Check.TLSRPT_DESTINATIONS),
        MTA_STS("MTA-STS", "makes senders insist on TLS", true, Check.STS_RECORD_SYNTAX, Check.STS_POLICY_FETCH,
                Check.STS_POLICY_SYNTAX, Check.POLICY_COVERS_MX, Check.DOWNGRADE_PROTECTION),
        DANE("DANE", "does so by DNSSEC, for senders that use it", false, Check.DANE_TLSA),
        BIMI("BIMI", "shows a logo in some mailboxes", false, Check.BIMI_RECORD);

        private final String title;
        private final String does;
        private final boolean needed;
        private final Set<Check> checks;

        Layer(String title, String does, boolean needed, Check... checks) {
            this.title = title;
            this.does = does;
            this.needed = needed;
            this.checks = Set.of(checks);
        }

        public String title() {
            return title;
        }

        /// Whether every mail domain should have it.
        public boolean needed() {
            return needed;
        }

        /// What it does, to follow the title in a sentence.
        public String does() {
            return does;
        }
    }

    /// @param text what is so, a sentence
    public record Rung(Layer layer, State state, String text) {
    }

    public Ladder {
        rungs = List.copyOf(rungs);
    }

    /// @param findings of one domain
    public static Ladder of(List<Finding> findings) {
        var rungs = new ArrayList<Rung>();
        for (Layer layer : Layer.values()) {
            rungs.add(rung(layer, findings.stream().filter(finding -> layer.checks.contains(finding.check())).toList()));
        }
        return new Ladder(rungs);
    }

    private static Rung rung(Layer layer, List<Finding> its) {
        for (Verdict verdict : List.of(Verdict.FAIL, Verdict.UNKNOWN, Verdict.WARN)) {
            Optional<Finding> worst = its.stream().filter(finding -> finding.verdict() == verdict).findFirst();
            if (worst.isPresent()) {
                return new Rung(layer, switch (verdict) {
                    case FAIL -> State.MISSING;
                    case WARN -> State.ATTENTION;
                    default -> State.UNKNOWN;
                }, worst.get().message());
            }
        }
        return its.isEmpty() ? new Rung(layer, State.UNKNOWN, "Not looked at yet.")
                : new Rung(layer, State.DONE, its.getFirst().message());
    }

    /// The lowest layer that a domain should have and that is not done. One that could not be told is passed over.
    public Optional<Rung> next() {
        return rungs.stream().filter(rung -> rung.layer().needed
                && (rung.state() == State.MISSING || rung.state() == State.ATTENTION)).findFirst();
    }
}

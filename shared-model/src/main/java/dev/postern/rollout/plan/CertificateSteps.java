package dev.postern.rollout.plan;

import dev.postern.dane.TlsaRecord;
import dev.postern.name.HostName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.MxEndpoint;
import dev.postern.pki.Certificate;
import dev.postern.pki.Chain;
import dev.postern.pki.Trust;
import dev.postern.rollout.plan.PlanStep.Doer;
import dev.postern.rollout.plan.PlanStep.Line;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Steps of another certificate at an MX.
final class CertificateSteps {

    private static final String LEAVE = "; leave the others";

    private CertificateSteps() {
    }

    /// CAA allows the new authority.
    record AuthorityAllowed(HostName mx, String authority) implements Rule {
        @Override
        public String id() {
            return "caa";
        }

        @Override
        public PlanStep step(World world) {
            return new PlanStep(id(), "Allow " + authority + " to issue", "If CAA records hold for " + mx
                    + ", add one for the new authority" + LEAVE + ". Where there are none, any authority may issue.",
                    List.of(new Line("Record", mx + ". IN CAA 0 issue \"" + authority + "\"")),
                    "An authority that the CAA records do not name must not issue (RFC 8659 §3). They are looked for at the "
                    + "host, then at each name above it.", Doer.YOU, "A probe finds CAA records that name " + authority
                    + ", or none.", Optional.empty());
        }

        @Override
        public Sight sight(World world) {
            var answers = world.ahead().stream().map(look -> Optional.ofNullable(look.caa().get(mx.ascii())))
                    .flatMap(Optional::stream).toList();
            if (answers.isEmpty() || answers.stream().anyMatch(DnsAnswer.Unknown.class::isInstance)) {
                return new Sight.NotYet("Whether CAA records hold for " + mx + " is not known yet.");
            }
            var refusing = answers.stream().filter(answer -> !allows(answer)).findFirst();
            return refusing.isPresent() ? new Sight.Against("The CAA records name other authorities: "
                    + String.join(", ", refusing.get().values()) + ".")
                    : new Sight.Seen(answers.stream().allMatch(DnsAnswer.Absent.class::isInstance)
                    ? "No CAA record holds for " + mx + ": any authority may issue."
                    : "The CAA records allow " + authority + ".");
        }

        /// Parameters after the name do not matter here; without any `issue`, anyone may (RFC 8659 §4.2).
        private boolean allows(DnsAnswer answer) {
            var issue = answer.values().stream().map(value -> value.split(" ", 3)).filter(parts -> parts.length == 3
                    && parts[1].equalsIgnoreCase("issue")).map(parts -> parts[2].split(";", 2)[0].strip()
                    .toLowerCase(Locale.ROOT)).toList();
            return issue.isEmpty() || issue.contains(authority.toLowerCase(Locale.ROOT));
        }

        @Override
        public boolean lasting() {
            return true;
        }
    }

    /// TLSA records for the new key, beside those for the old.
    record TlsaAdded(HostName mx, Set<String> before) implements Rule {
        @Override
        public String id() {
            return "tlsa";
        }

        @Override
        public PlanStep step(World world) {
            return new PlanStep(id(), "Publish the TLSA record of the new key", "Make the new key, and publish its record "
                    + "beside the one that is there. With a key that stays, or a trust anchor that stays, nothing needs to be "
                    + "done here: install the certificate.", List.of(new Line("Record", "_25._tcp." + mx
                    + ". IN TLSA 3 1 1 <SHA-256 of the new public key>"), new Line("Digest",
                    "openssl pkey -in new.key -pubout -outform DER | sha256sum")),
                    "A sender that does DANE refuses a certificate that no TLSA record matches, and keeps the old records for "
                    + "their TTL. So both are published before the certificate changes (RFC 7671 §8.1).", Doer.YOU,
                    "A probe finds a TLSA record at _25._tcp." + mx + " that the certificate of now does not match.",
                    Optional.empty());
        }

        @Override
        public Sight sight(World world) {
            if (renewed(world, mx, before)) {
                return new Sight.Seen("The new certificate is there, and TLSA records match it.");
            }
            var extra = unmatched(world, mx);
            return extra.isEmpty() ? new Sight.NotYet("Every TLSA record of " + mx + " is for the certificate of now.")
                    : new Sight.Seen("Published for the new key: " + extra.stream().map(TlsaRecord::toString)
                    .collect(Collectors.joining(", ")) + ".");
        }

        /// With a key or an anchor that stays, DANE holds all the same.
        private static boolean renewed(World world, HostName mx, Set<String> before) {
            var shown = world.chains(mx);
            return !shown.isEmpty() && shown.stream().noneMatch(chain -> before.contains(chain.leaf().sha256()))
                    && world.ready(List.of(mx)) instanceof Sight.Seen;
        }
    }

    /// The new certificate at every address.
    record Renewed(HostName mx, Set<String> before, boolean dane) implements Rule {
        @Override
        public String id() {
            return "certificate";
        }

        @Override
        public PlanStep step(World world) {
            Optional<Instant> due = due(world);
            return new PlanStep(id(), "Install the new certificate of " + mx, "Get a certificate that names " + mx
                    + ", and install it with its intermediates at every address"
                    + due.map(at -> ", by " + Saying.time(at)).orElse("") + ".", List.of(),
                    "A sender tries one address after another, so all must show it. It has to outlast what senders hold: with "
                    + "a max_age of " + Saying.span(world.longestHeld()) + ", one that expires sooner is met by senders that "
                    + "insist on it (RFC 8461 §4.2).", Doer.YOU, "Every address of " + mx
                    + " shows another certificate than before, trusted and naming it, that lasts longer than "
                    + Saying.span(world.longestHeld()) + ".", Optional.empty());
        }

        /// The end of the first certificate to expire, less the time that senders hold a policy.
        private Optional<Instant> due(World world) {
            return world.chains(mx).stream().map(Chain::leaf).filter(leaf -> before.contains(leaf.sha256()))
                    .map(Certificate::notAfter).min(Comparator.naturalOrder()).map(end -> end.minus(world.longestHeld()));
        }

        @Override
        public Opening opens(World world, Instant previous) {
            return !dane || sight(world) instanceof Sight.Seen ? Opening.NOW : Opening.from(estimate(world, previous),
                    world.now(), "Resolvers keep the old TLSA records for their TTL, taken to be "
                    + Saying.span(Ttls.ASSUMED) + " (RFC 7671 §8.1).");
        }

        @Override
        public Instant estimate(World world, Instant previous) {
            return dane ? previous.plus(Ttls.ASSUMED) : previous;
        }

        @Override
        public Sight sight(World world) {
            var endpoints = world.endpoints(mx);
            if (endpoints.isEmpty()) {
                return new Sight.NotYet("Postern has not seen " + mx + " yet.");
            }
            var wrong = new LinkedHashSet<String>();
            Duration held = world.longestHeld();
            Instant end = Instant.MAX;
            for (MxEndpoint endpoint : endpoints) {
                Optional<Chain> chain = endpoint.tls().flatMap(MxEndpoint.Tls::chain);
                if (chain.isEmpty()) {
                    wrong.add(endpoint.address() + " shows no certificate.");
                    continue;
                }
                Certificate leaf = chain.get().leaf();
                if (before.contains(leaf.sha256())) {
                    wrong.add(endpoint.address() + " still shows the old certificate.");
                } else if (chain.get().trust() != Trust.TRUSTED || !leaf.covers(mx.ascii())) {
                    wrong.add("What " + endpoint.address() + " shows " + (leaf.covers(mx.ascii()) ? chain.get().trust().words()
                            : "does not name " + mx) + ".");
                } else if (!leaf.notAfter().isAfter(world.now().plus(held))) {
                    wrong.add("What " + endpoint.address() + " shows ends on " + Saying.time(leaf.notAfter())
                            + ", within the " + Saying.span(held) + " that senders hold the policy.");
                }
                end = leaf.notAfter().isBefore(end) ? leaf.notAfter() : end;
            }
            return wrong.isEmpty() ? new Sight.Seen("Every address of " + mx + " shows a new certificate, which lasts until "
                    + Saying.time(end) + ".") : new Sight.NotYet(String.join(" ", wrong));
        }
    }

    /// The TLSA records of the old key are gone.
    record TlsaRemoved(HostName mx) implements Rule {
        @Override
        public String id() {
            return "tlsa-old";
        }

        @Override
        public PlanStep step(World world) {
            return new PlanStep(id(), "Remove the TLSA record of the old key", "Remove the records that no certificate "
                    + "matches any more.", unmatched(world, mx).stream().map(record -> new Line("Remove", "_25._tcp." + mx
                    + ". IN TLSA " + record)).toList(), "A record for a key that is out of use lets whoever has that key stand "
                    + "in for your server (RFC 7671 §8.1).", Doer.YOU, "Every TLSA record of " + mx
                    + " matches the certificate.", Optional.empty());
        }

        @Override
        public Sight sight(World world) {
            var extra = unmatched(world, mx);
            return world.chains(mx).isEmpty() ? new Sight.NotYet("Postern has not seen " + mx + " yet.") : extra.isEmpty()
                    ? new Sight.Seen("Every TLSA record of " + mx + " matches the certificate.")
                    : new Sight.NotYet("Not needed any more: " + extra.stream().map(TlsaRecord::toString)
                    .collect(Collectors.joining(", ")) + ".");
        }
    }

    /// Records for a server's own key or certificate that nothing shown matches.
    private static List<TlsaRecord> unmatched(World world, HostName mx) {
        var shown = world.chains(mx).stream().map(Chain::leaf).toList();
        return world.hosts(mx).stream().flatMap(host -> host.tlsa().records().stream()).distinct()
                .filter(record -> record.usage() == TlsaRecord.DANE_EE && record.selector() <= TlsaRecord.PUBLIC_KEY
                        && record.matching() <= TlsaRecord.SHA_512)
                .filter(record -> shown.stream().noneMatch(leaf -> TlsaRecord.of(record.usage(), record.selector(),
                        record.matching(), leaf).equals(record))).toList();
    }
}

package dev.postern.standalone;

import dev.postern.check.Check;
import dev.postern.check.Finding;
import dev.postern.check.Verdict;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.mtasts.Mode;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.StsPolicy;
import dev.postern.name.DomainName;
import dev.postern.rollout.MaxAge;
import dev.postern.rollout.MxCertificate;
import dev.postern.rollout.Phase;
import dev.postern.rollout.PolicyTrail;
import dev.postern.rollout.PolicyVersion;
import dev.postern.setup.MailDomain;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.PublishedPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.impl.DSL;

/// Domains of an organisation in every state of the rollout, ten kinds in turn, as weeks of looks and reports would have
/// left them.
final class ManyDomains {

    /// In the order in which they follow each other.
    enum Kind {
        UNPROVEN(Phase.SETUP), NOT_SEEN(Phase.SETUP), PROVEN(Phase.SETUP), READY(Phase.TESTING), READY_TOO(Phase.TESTING),
        WATCHED(Phase.TESTING), BROKEN(Phase.TESTING), LONG_ENFORCED(Phase.ENFORCE), REFUSING(Phase.ENFORCE),
        /// No sender can hold its policy any more, which the first look finds: it is retired.
        RETIRED(Phase.RETIRING);

        private final Phase phase;

        Kind(Phase phase) {
            this.phase = phase;
        }
    }

    private static final Instant NEVER_DUE = Instant.parse("2100-01-01T00:00:00Z");

    private final TenantSession session;
    private final Instant now;

    private ManyDomains(TenantSession session, Instant now) {
        this.session = session;
        this.now = now;
    }

    /// Named `shop-000.example.test` and so on.
    static void add(TenantSession session, int from, int to, Instant now) {
        var many = new ManyDomains(session, now);
        for (int number = from; number < to; number++) {
            many.add(number, Kind.values()[number % Kind.values().length]);
        }
    }

    private void add(int number, Kind kind) {
        String name = "shop-%03d.example.test".formatted(number);
        String mx = "mx1." + name;
        Instant began = now.minus(Duration.ofDays(kind == Kind.WATCHED ? 6 : 40 + number % 7));
        var id = UUID.randomUUID();
        session.domains().add(new MailDomain(id, new DomainName(name), Phase.SETUP, began, PolicyHosting.POSTERN,
                "proof-" + id, "token-" + id, Optional.empty(), Optional.empty(), Optional.empty(), began, List.of(),
                Optional.empty(), Set.of()));
        session.sql().execute("update postern.domain set next_probe_at = {0} where domain_id = {1}",
                DSL.val(NEVER_DUE.atOffset(ZoneOffset.UTC)), DSL.val(id));
        if (kind != Kind.UNPROVEN && kind != Kind.NOT_SEEN) {
            session.domains().markVerified(id, OwnershipProof.TXT_RECORD, began);
        }
        if (kind != Kind.NOT_SEEN) {
            session.domains().probed(id, now.minus(Duration.ofMinutes(number % 120)), Optional.of(List.of(mx)));
            session.findings().save(id, findings(kind), now);
            session.domains().setMxCertificates(id, List.of(new MxCertificate(mx, kind == Kind.BROKEN ? Optional.empty()
                    : Optional.of(now.plus(Duration.ofDays(45 + number % 30))))));
        }
        if (kind.phase != Phase.SETUP) {
            session.domains().setPhase(id, kind.phase, began);
            publish(id, kind, mx, began);
            report(id, kind, number);
        }
        session.rollout().advance(id, now);
    }

    private static List<Finding> findings(Kind kind) {
        return Arrays.stream(Check.values()).filter(check -> check != Check.VANTAGE_AGREEMENT).map(check -> {
            boolean bad = switch (kind) {
                case UNPROVEN -> check == Check.DOMAIN_OWNERSHIP;
                case BROKEN, REFUSING -> check == Check.MX_CERTIFICATE_NAME;
                default -> false;
            };
            return new Finding(check, bad ? Verdict.FAIL : Verdict.PASS, bad ? "Not as it should be." : "In order.", "", List.of());
        }).toList();
    }

    private void publish(UUID id, Kind kind, String mx, Instant at) {
        Mode mode = kind.phase.mode().orElseThrow();
        long maxAge = mode == Mode.ENFORCE ? MaxAge.WEEK.seconds() : MaxAge.DAY.seconds();
        var published = new PublishedPolicy(1, new StsPolicy(mode, maxAge, mode == Mode.NONE ? List.of()
                : List.of(new MxPattern(mx)), Map.of()), "20260101T000000", at, "anna@example.test");
        session.policies().add(id, published);
        session.policies().save(id, new PolicyTrail(List.of(new PolicyVersion(published, Optional.of(at), Optional.of(at),
                Optional.empty())), List.of()));
    }

    private void report(UUID id, Kind kind, int number) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        int days = kind == Kind.WATCHED ? 5 : 30;
        for (int ago = 1; ago <= days; ago++) {
            for (String sender : List.of("large-sender.test", "other-sender.test")) {
                long failed = kind == Kind.REFUSING && ago < 5 ? 3 + number % 11 : 0;
                session.sql().execute("insert into postern.session_day values ({0}, {1}, {2}, {3}, {3}, true, 'STS', 1, 40, "
                        + "{4}, 1, 40, {4})", DSL.val(session.tenant()), DSL.val(id), DSL.val(today.minusDays(ago)),
                        DSL.val(sender), DSL.val(failed));
            }
        }
    }
}

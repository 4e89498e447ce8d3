package dev.postern.app.bounce;

import dev.postern.app.domain.DomainStatus;
import dev.postern.app.domain.Domains;
import dev.postern.bounce.Bounce;
import dev.postern.bounce.Diagnosis;
import dev.postern.bounce.Fault;
import dev.postern.db.finding.StoredFinding;
import dev.postern.db.tenancy.Database;
import dev.postern.mtasts.StsPolicy;
import dev.postern.rollout.HeldPolicy;
import dev.postern.rollout.Reported;
import dev.postern.tlsrpt.ResultType;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// What is known of a bounce's domain, where it is one of the organisation's.
///
/// @param status   of the domain
/// @param findings of the checks that show the fault, in the fault's order
/// @param refusing policies that senders may still hold and that refuse the MX which the bounce names
/// @param reported failures of the same kind in reports of the last [#DAYS] days, most sessions first
public record BounceEvidence(DomainStatus status, List<StoredFinding> findings, List<HeldPolicy> refusing,
                             List<Failures> reported) {

    /// A bounce is pasted when it came, and the report about it comes a day or two later.
    public static final int DAYS = 7;

    /// @param mx empty where the sender named none
    public record Failures(String organization, ResultType type, String mx, long sessions) {
    }

    /// @return empty where the bounce names no domain of this organisation
    public static Optional<BounceEvidence> of(Database database, Domains domains, Clock clock, UUID tenant, Bounce bounce) {
        Optional<Fault> fault = Diagnosis.of(bounce) instanceof Diagnosis.Known known
                ? Optional.of(known.wording().fault()) : Optional.empty();
        Instant now = clock.instant();
        return bounce.domain().flatMap(name -> domains.status(tenant, name)).map(status -> new BounceEvidence(status,
                fault.stream().flatMap(each -> each.checks().stream()).map(status::finding).flatMap(Optional::stream)
                        .toList(),
                bounce.mx().map(mx -> status.facts().trail().refusing(mx, now)).orElse(List.of()),
                fault.map(each -> reported(database, tenant, status.domain().id(), bounce, each, now)).orElse(List.of())));
    }

    private static List<Failures> reported(Database database, UUID tenant, UUID domain, Bounce bounce, Fault fault,
                                           Instant now) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        record Key(String organization, ResultType type, String mx) {
        }
        Reported reported = database.inTenant(tenant,
                session -> session.figures().reported(domain, today.minusDays(DAYS - 1L), today));
        return reported.failures().stream()
                .filter(each -> fault.resultTypes().contains(each.resultType()))
                .filter(each -> bounce.mx().isEmpty() || each.mx().isEmpty()
                        || each.mx().equalsIgnoreCase(bounce.mx().get().ascii()))
                .collect(Collectors.groupingBy(each -> new Key(each.organization(), each.resultType(), each.mx()),
                        Collectors.summingLong(each -> each.failed() + each.withoutCount())))
                .entrySet().stream().map(each -> new Failures(each.getKey().organization(), each.getKey().type(),
                        each.getKey().mx(), each.getValue()))
                .sorted(Comparator.comparingLong(Failures::sessions).reversed().thenComparing(Failures::organization)
                        .thenComparing(Failures::type).thenComparing(Failures::mx)).toList();
    }

    /// The newest policy that Postern published.
    public Optional<StsPolicy> policy() {
        return status.policy().map(dev.postern.setup.PublishedPolicy::policy);
    }
}

package dev.postern.probe;

import dev.postern.check.Changes;
import dev.postern.check.Check;
import dev.postern.check.DomainChecks;
import dev.postern.check.Finding;
import dev.postern.check.Managed;
import dev.postern.check.Seen;
import dev.postern.check.Verdict;
import dev.postern.db.finding.FindingStore;
import dev.postern.db.finding.StoredFinding;
import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.mtasts.StsRecord;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.Observation;
import dev.postern.observation.PublishedRecords;
import dev.postern.observation.Vantage;
import dev.postern.rollout.MxCertificate;
import dev.postern.rollout.PolicyTrail;
import dev.postern.rollout.ServedPolicy;
import dev.postern.rollout.plan.Preflight;
import dev.postern.rollout.plan.PreflightLook;
import dev.postern.setup.Installation;
import dev.postern.setup.MailDomain;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyDomain;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.PublishedPolicy;
import dev.postern.setup.RegisteredMxHost;
import dev.postern.stream.ProbeRequest;
import dev.postern.stream.ProbeResult;
import dev.postern.timeline.TimelineEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// Writes down what a probe saw: findings, ownership, events and the observation, all in one transaction. A probe
/// written twice is the same as written once.
public final class ProbeJournal {

    private final Database database;
    private final Installation installation;

    public ProbeJournal(Database database, Installation installation) {
        this.database = database;
        this.installation = installation;
    }

    /// The domain or MX host to probe; empty when there is nothing to do: it was removed, or a probe of the same vantage point that
    /// began after the request has answered it.
    public Optional<PolicyDomain> open(ProbeRequest request, Vantage vantage) {
        return database.inTenant(request.tenant(), session -> session.domains().anyById(request.domainId())
                .filter(domain -> session.observations().lastLook(domain.id(), vantage.name())
                        .filter(last -> !last.isBefore(request.requestedAt())).isEmpty()));
    }

    /// What to look at beside the domain itself, for changes that are planned.
    public Preflight preflight(UUID tenant, UUID domainId) {
        return database.inTenant(tenant, session -> session.plans().preflight(domainId));
    }

    /// Keeps what was seen ahead of a change. It is judged with the next look at the domain itself.
    public void record(UUID tenant, UUID domainId, PreflightLook seen) {
        database.useTenant(tenant, session -> session.domains().lock(domainId)
                .ifPresent(domain -> session.plans().save(domain.id(), seen)));
    }

    /// Judges what was seen and writes it down, unless a later probe of the same vantage point has been written already.
    public void record(UUID tenant, UUID domainId, Observation seen) {
        database.useTenant(tenant, session -> session.domains().lock(domainId)
                .filter(domain -> session.observations().lastLook(domainId, seen.vantage().name())
                        .filter(last -> !last.isBefore(seen.at())).isEmpty())
                .ifPresent(domain -> write(session, domain, seen)));
    }

    /// The same for an MX host.
    public void record(UUID tenant, UUID hostId, PublishedRecords seen) {
        database.useTenant(tenant, session -> session.mxHosts().lock(hostId)
                .filter(_ -> session.observations().lastLook(hostId, seen.vantage().name())
                        .filter(last -> !last.isBefore(seen.at())).isEmpty())
                .ifPresent(host -> write(session, host, seen)));
    }

    private void write(TenantSession session, RegisteredMxHost host, PublishedRecords seen) {
        Ownership ownership = ownership(session, host, host.verified() ? Optional.empty()
                : DomainChecks.ownershipProof(host, installation, seen), seen.at());
        RegisteredMxHost now = session.mxHosts().lock(host.id()).orElseThrow();
        var looks = new ArrayList<PublishedRecords>();
        looks.add(seen);
        session.observations().ofMxHost(host.id()).stream()
                .filter(other -> !other.vantage().name().equals(seen.vantage().name())).forEach(looks::add);
        save(session, host, ownership, DomainChecks.judge(now, installation, looks), seen.at(), seen.vantage());
        session.observations().save(host.id(), seen);
        session.domains().probed(host.id(), seen.at(), Optional.empty());
    }

    /// Keeps the findings and tells what changed.
    private static void save(TenantSession session, PolicyDomain domain, Ownership ownership, List<Finding> judged,
                             Instant at, Vantage vantage) {
        List<Finding> findings = judged.stream().map(finding -> ownership == Ownership.PROVEN_BY_ANOTHER
                && finding.check() == Check.DOMAIN_OWNERSHIP ? provenByAnother(domain, finding) : finding).toList();
        List<FindingStore.Change> changes = session.findings().save(domain.id(), findings, at);
        // A proof has an event of its own.
        tell(session, domain, ownership == Ownership.NEWLY_PROVEN ? changes.stream()
                .filter(change -> change.to().check() != Check.DOMAIN_OWNERSHIP).toList() : changes, at);
        session.outbox().probeObserved(new ProbeResult(session.tenant(), domain.id(), domain.name().ascii(),
                vantage.name(), at, findings.stream().collect(Collectors.toMap(finding -> finding.check().id(),
                Finding::verdict))));
    }

    private void write(TenantSession session, MailDomain domain, Observation seen) {
        Optional<PublishedPolicy> policy = session.policies().newest(domain.id());
        Ownership ownership = ownership(session, domain, domain.verified() ? Optional.empty()
                : DomainChecks.ownershipProof(domain, installation, seen), seen.at());
        if (ownership == Ownership.NEWLY_PROVEN && domain.hosting() == PolicyHosting.POSTERN) {
            // Published while it could not be served yet: a policy is served for proven domains only.
            policy.ifPresent(published -> session.outbox().policyPublished(domain, published));
        }
        MailDomain now = session.domains().byId(domain.id()).orElseThrow();
        List<Observation> before = session.observations().of(domain.id());
        save(session, domain, ownership, DomainChecks.judge(new Managed(now, policy, installation),
                seen(session, now, before, seen)), seen.at(), seen.vantage());
        own(before, seen).ifPresent(earlier -> Changes.between(domain.name(), earlier, seen,
                        policy.map(PublishedPolicy::policy)).forEach(change -> session.timeline()
                        .addOnce(domain.id(), seen.at(), change.event(), change.what())));
        follow(session, domain, seen);
        session.observations().save(domain.id(), seen);
        session.domains().probed(domain.id(), seen.at(), mx(seen));
        session.domains().setMxCertificates(domain.id(), MxCertificate.of(seen));
        session.rollout().advance(domain.id(), seen.at());
        session.dnsWriting().seen(domain.id(), seen.at());
        session.plans().advance(domain.id(), seen.at());
    }

    /// The newest look of each vantage point, this one first.
    private static Seen seen(TenantSession session, MailDomain domain, List<Observation> before, Observation seen) {
        var now = new ArrayList<Observation>();
        now.add(seen);
        before.stream().filter(other -> !other.vantage().name().equals(seen.vantage().name())).forEach(now::add);
        Optional<Finding> earlier = session.findings().of(domain.id()).stream().map(StoredFinding::finding)
                .filter(finding -> finding.check() == Check.STS_ID_CHANGE).findFirst();
        return new Seen(now, own(before, seen), earlier);
    }

    private static Optional<Observation> own(List<Observation> before, Observation seen) {
        return before.stream().filter(other -> other.vantage().name().equals(seen.vantage().name())).findFirst();
    }

    /// Follows which policy senders find, and which id.
    private static void follow(TenantSession session, MailDomain domain, Observation seen) {
        PolicyTrail before = session.policies().trail(domain.id());
        PolicyTrail after = ServedPolicy.of(seen.policy()).after(before, StsRecord.parse(seen.stsRecord().values())
                .asOptional().map(StsRecord::id), seen.at());
        if (!after.equals(before)) {
            session.policies().save(domain.id(), after);
        }
    }

    private enum Ownership { UNCHANGED, NEWLY_PROVEN, PROVEN_BY_ANOTHER }

    /// @param proof one that was seen of a domain that was not proven
    private static Ownership ownership(TenantSession session, PolicyDomain domain, Optional<OwnershipProof> proof,
                                       Instant at) {
        if (proof.isEmpty()) {
            return Ownership.UNCHANGED;
        }
        if (!session.domains().markVerified(domain.id(), proof.get(), at)) {
            return Ownership.PROVEN_BY_ANOTHER;
        }
        session.timeline().add(domain.id(), at,
                new TimelineEvent.OwnershipProven(domain.name().ascii(), proof.get()));
        return Ownership.NEWLY_PROVEN;
    }

    private static Finding provenByAnother(PolicyDomain domain, Finding finding) {
        return new Finding(Check.DOMAIN_OWNERSHIP, Verdict.FAIL, "Another organisation has already proven ownership of "
                + domain.name().unicode() + " here.", "Have it removed there, or join that organisation.",
                finding.evidence());
    }

    private static void tell(TenantSession session, PolicyDomain domain, List<FindingStore.Change> changes,
                             Instant at) {
        for (FindingStore.Change change : changes) {
            Finding finding = change.to();
            session.timeline().add(domain.id(), at, new TimelineEvent.CheckChanged(domain.name().ascii(),
                    finding.check().id(), finding.check().title(), change.from(), finding.verdict(),
                    finding.message()));
        }
    }

    /// The MX hosts; empty when DNS could not tell. A null MX is no host.
    private static Optional<List<String>> mx(Observation seen) {
        return switch (seen.mx()) {
            case DnsAnswer.Found _ -> Optional.of(DomainChecks.mxHosts(seen.mx()));
            case DnsAnswer.Absent _ -> Optional.of(List.of());
            case DnsAnswer.Unknown _ -> Optional.empty();
        };
    }
}

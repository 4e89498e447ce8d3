package dev.postern.dnswriter;

import dev.postern.check.Check;
import dev.postern.db.dns.StoredConnection;
import dev.postern.db.dns.StoredWriting;
import dev.postern.db.dns.WritingTarget;
import dev.postern.db.secret.Sealed;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.mtasts.StsRecord;
import dev.postern.setup.Installation;
import dev.postern.setup.MailDomain;
import dev.postern.setup.PublishedPolicy;
import dev.postern.setup.RecordToPublish;
import dev.postern.setup.SetupPlan;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// What is to be done for one domain, read in one transaction.
///
/// @param wanted     the records that may be written now, in the order to write them
/// @param policyIds  the records of all policies that the domain had here: who published one by hand published ours
/// @param connection with its sealed key; empty where the domain is delegated to Postern's zone
record Work(MailDomain domain, StoredWriting writing, List<RecordToPublish> wanted, Set<String> policyIds,
            Optional<Connected> connection) {

    record Connected(StoredConnection stored, Sealed secret) {
    }

    /// @return empty when there is nothing to do any more
    static Optional<Work> of(TenantSession session, UUID id, Installation installation) {
        Optional<MailDomain> found = session.domains().byId(id);
        Optional<StoredWriting> writing = session.dnsWriting().find(id);
        if (found.isEmpty() || writing.isEmpty()) {
            return Optional.empty();
        }
        MailDomain domain = found.get();
        Optional<PublishedPolicy> policy = session.policies().newest(id);
        boolean served = policy.filter(published -> session.findings().of(id).stream()
                .anyMatch(finding -> finding.showsServed(published))).isPresent();
        SetupPlan plan = SetupPlan.of(domain, policy, served, installation, session.dnsWriting().of(id));
        var wanted = plan.written().stream().filter(RecordToPublish::ready)
                .filter(record -> record.check() != Check.DOMAIN_OWNERSHIP || !domain.verified()).toList();
        var policyIds = new LinkedHashSet<String>();
        session.policies().history(id).forEach(published ->
                policyIds.add(new StsRecord(published.id(), Map.of()).render()));
        Optional<Connected> connection = writing.get().writer() instanceof WritingTarget.Connection(var connectionId)
                ? session.dnsConnections().find(connectionId).flatMap(stored -> session.dnsConnections()
                        .secret(connectionId).map(secret -> new Connected(stored, secret))) : Optional.empty();
        return Optional.of(new Work(domain, writing.get(), wanted, policyIds, connection));
    }

    /// Values at a record's name that are Postern's own.
    Set<String> ours(RecordToPublish record) {
        var ours = new LinkedHashSet<String>();
        writing.known(record.name()).ifPresent(known -> ours.addAll(known.planned()));
        if (record.check() == Check.STS_RECORD_SYNTAX) {
            ours.addAll(policyIds);
        }
        return ours;
    }
}

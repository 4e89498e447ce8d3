package dev.postern.app.domain;

import dev.postern.check.Check;
import dev.postern.check.MxStanding;
import dev.postern.check.Verdict;
import dev.postern.db.tenancy.Database;
import dev.postern.observation.Observation;
import dev.postern.rollout.Exposure;
import dev.postern.rollout.ExposureFacts;
import dev.postern.rollout.Facts;
import dev.postern.rollout.Fetcher;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Reads what the exposure of a domain is told from. The browser and the REST API both come through here.
public final class Exposures {

    private final Database database;

    public Exposures(Database database) {
        this.database = database;
    }

    /// How far a mistake reaches now. Where no sender can hold a policy in `enforce`, that costs nothing to find out.
    public Exposure of(UUID tenant, DomainStatus status) {
        Facts facts = status.facts();
        if (!facts.trail().enforced(facts.now())) {
            return Exposure.of(new ExposureFacts(facts, Map.of(), List.of(), Optional.empty(), List.of(), List.of(),
                    List.of()));
        }
        UUID id = status.domain().id();
        LocalDate from = LocalDate.ofInstant(facts.now(), ZoneOffset.UTC).minusDays(Exposure.REPORTED_DAYS);
        Map<Check, Instant> failing = new HashMap<>();
        status.findings().stream().filter(stored -> stored.finding().verdict() == Verdict.FAIL)
                .forEach(stored -> failing.put(stored.finding().check(), stored.since()));
        return database.inTenant(tenant, session -> {
            List<Observation> seen = session.observations().of(id);
            return Exposure.of(new ExposureFacts(facts, failing, MxStanding.of(status.domain().name(), seen,
                    facts.now()),
                    ExposureFacts.ttl(seen), session.policyFetches().of(id), session.figures().senderDays(id, from),
                    session.setAsides().of(id)));
        });
    }

    /// Who fetched a domain's policy from the policy host, the newest first.
    public List<Fetcher> fetchers(UUID tenant, UUID domain) {
        return database.inTenant(tenant, session -> session.policyFetches().of(domain));
    }
}

package dev.postern.db.rollout;

import static dev.postern.db.jooq.Tables.FAILURE_DETAIL;
import static dev.postern.db.jooq.Tables.ROLLOUT_STANDING;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.lower;

import dev.postern.db.finding.StoredFinding;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.rollout.EnforceSimulation;
import dev.postern.rollout.Facts;
import dev.postern.rollout.News;
import dev.postern.rollout.Phase;
import dev.postern.rollout.SenderDay;
import dev.postern.rollout.Standing;
import dev.postern.rollout.Watch;
import dev.postern.rollout.WatchRules;
import dev.postern.setup.MailDomain;
import dev.postern.stream.Json;
import dev.postern.timeline.TimelineEvent;
import dev.postern.tlsrpt.ResultType;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.JSONB;

/// The rollout of an organisation's domains.
public final class RolloutStore {

    private final TenantSession session;

    public RolloutStore(TenantSession session) {
        this.session = session;
    }

    /// Everything that the rollout of this domain is decided by.
    public Facts facts(MailDomain domain, Instant now) {
        WatchRules rules = session.organisation().watchRules();
        LocalDate since = since(domain);
        Watch watch = watched(domain) ? Watch.over(session.figures().senderDays(domain.id(), since),
                session.setAsides().of(domain.id()), rules, since, now) : Watch.NOTHING;
        return new Facts(domain, session.policies().trail(domain.id()),
                session.findings().of(domain.id()).stream().map(StoredFinding::finding).toList(), watch, rules,
                session.domains().mxCertificates(domain.id()),
                standing(domain.id()).departedMx(domain.observedMx(), now), now);
    }

    /// What `enforce` would have done to this domain's mail.
    ///
    /// @param days of which today is the last, in UTC
    public EnforceSimulation simulation(MailDomain domain, int days, Instant now) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        LocalDate from = today.minusDays(days - 1L);
        return EnforceSimulation.over(from, today, session.figures().reported(domain.id(), from, today),
                session.setAsides().of(domain.id()), facts(domain, now));
    }

    /// The same of several domains, in as many queries as of one. The findings come without their evidence.
    ///
    /// @param findings what was found last, by domain; see [dev.postern.db.finding.FindingStore#bare]
    public List<Facts> facts(List<MailDomain> domains, Map<UUID, List<StoredFinding>> findings, Instant now) {
        if (domains.isEmpty()) {
            return List.of();
        }
        WatchRules rules = session.organisation().watchRules();
        var ids = domains.stream().map(MailDomain::id).toList();
        var since = domains.stream().filter(RolloutStore::watched)
                .collect(Collectors.toMap(MailDomain::id, RolloutStore::since));
        var days = since.isEmpty() ? Map.<UUID, List<SenderDay>>of() : session.figures().senderDays(since);
        var setAsides = session.setAsides().of(ids);
        var trails = session.policies().trails(ids);
        var certificates = session.domains().mxCertificates(ids);
        var standings = standings(ids);
        return domains.stream().map(domain -> new Facts(domain, trails.get(domain.id()),
                findings.getOrDefault(domain.id(), List.of()).stream().map(StoredFinding::finding).toList(),
                watched(domain) ? Watch.over(days.getOrDefault(domain.id(), List.of()),
                        setAsides.getOrDefault(domain.id(), List.of()), rules, since(domain), now) : Watch.NOTHING,
                rules, certificates.getOrDefault(domain.id(), List.of()),
                standings.getOrDefault(domain.id(), Standing.NOTHING).departedMx(domain.observedMx(), now), now)).toList();
    }

    private static boolean watched(MailDomain domain) {
        return domain.phase() != Phase.SETUP && domain.phase() != Phase.NONE;
    }

    private static LocalDate since(MailDomain domain) {
        return LocalDate.ofInstant(domain.phaseSince(), ZoneOffset.UTC);
    }

    /// Tells what has changed since the last time, and does what comes of it by itself. To be called whenever something
    /// that the rollout rests on was written, in the same transaction; once more does nothing.
    public void advance(UUID domainId, Instant now) {
        session.domains().lock(domainId).ifPresent(domain -> {
            Standing told = standing(domainId);
            News news = News.since(told, facts(domain, now));
            for (TimelineEvent event : news.events()) {
                session.timeline().add(domainId, now, event instanceof TimelineEvent.WatchReset reset
                        ? reset.toldBy(report(domainId, reset)) : event);
            }
            if (news.retired()) {
                session.domains().setPhase(domainId, Phase.NONE, now);
                session.timeline().add(domainId, now, new TimelineEvent.PhaseChanged(domain.name().ascii(),
                        domain.phase(), Phase.NONE, "Postern", ""));
            }
            if (!news.standing().equals(told)) {
                save(domainId, news.standing(), now);
            }
        });
    }

    /// The same for several, in an order that lets nobody wait in a circle.
    public void advance(List<UUID> domains, Instant now) {
        domains.stream().sorted().forEach(domain -> advance(domain, now));
    }

    /// A report that tells of it; null where none is kept.
    private UUID report(UUID domain, TimelineEvent.WatchReset reset) {
        return session.sql().select(FAILURE_DETAIL.REPORT_KEY).from(FAILURE_DETAIL)
                .where(FAILURE_DETAIL.TENANT_ID.eq(session.tenant()), FAILURE_DETAIL.DOMAIN_ID.eq(domain),
                        FAILURE_DETAIL.DAY.eq(reset.day()),
                        FAILURE_DETAIL.ORGANIZATION_NAME.eq(reset.organizationName()),
                        FAILURE_DETAIL.RESULT_TYPE.eq(ResultType.byWire(reset.resultType()).name()),
                        coalesce(lower(FAILURE_DETAIL.RECEIVING_MX_HOSTNAME), "").eq(reset.mx()))
                .orderBy(FAILURE_DETAIL.REPORT_KEY).limit(1).fetchOne(FAILURE_DETAIL.REPORT_KEY);
    }

    private Standing standing(UUID domain) {
        return standings(List.of(domain)).getOrDefault(domain, Standing.NOTHING);
    }

    private Map<UUID, Standing> standings(List<UUID> domains) {
        return session.sql().select(ROLLOUT_STANDING.DOMAIN_ID, ROLLOUT_STANDING.STANDING).from(ROLLOUT_STANDING)
                .where(ROLLOUT_STANDING.DOMAIN_ID.in(domains))
                .fetchMap(row -> row.value1(), row -> Json.read(row.value2().data(), Standing.class));
    }

    private void save(UUID domain, Standing standing, Instant at) {
        JSONB json = JSONB.valueOf(Json.text(standing));
        session.sql().insertInto(ROLLOUT_STANDING)
                .set(ROLLOUT_STANDING.TENANT_ID, session.tenant())
                .set(ROLLOUT_STANDING.DOMAIN_ID, domain)
                .set(ROLLOUT_STANDING.STANDING, json)
                .set(ROLLOUT_STANDING.AT, at.atOffset(ZoneOffset.UTC))
                .onConflict(ROLLOUT_STANDING.DOMAIN_ID).doUpdate()
                .set(ROLLOUT_STANDING.STANDING, json)
                .set(ROLLOUT_STANDING.AT, at.atOffset(ZoneOffset.UTC)).execute();
    }
}

package dev.postern.db.plan;

import static dev.postern.db.jooq.Tables.CHANGE_PLAN;
import static dev.postern.db.jooq.Tables.PLAN_ALARM;
import static dev.postern.db.jooq.Tables.PLAN_PREFLIGHT;
import static dev.postern.db.jooq.Tables.PLAN_STEP_DONE;

import dev.postern.db.jooq.tables.records.ChangePlanRecord;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.rollout.PolicyTrail;
import dev.postern.rollout.plan.Alarm;
import dev.postern.rollout.plan.Change;
import dev.postern.rollout.plan.ChangePlan;
import dev.postern.rollout.plan.Memory;
import dev.postern.rollout.plan.PlanProgress;
import dev.postern.rollout.plan.Preflight;
import dev.postern.rollout.plan.PreflightLook;
import dev.postern.rollout.plan.StepDone;
import dev.postern.rollout.plan.Ttls;
import dev.postern.rollout.plan.World;
import dev.postern.setup.MailDomain;
import dev.postern.stream.Json;
import dev.postern.timeline.TimelineEvent;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.JSONB;

/// The change plans of an organisation's domains, and what comes of each look at the world.
public final class PlanStore {

    private static final String POSTERN = "Postern";

    private final TenantSession session;

    public PlanStore(TenantSession session) {
        this.session = session;
    }

    /// Begins a plan. What is done already is seen at once.
    ///
    /// @param id   of the plan to be; the same one again does nothing
    /// @param by   who wants it, as shown to others
    public void start(UUID id, MailDomain domain, Change change, String by, Instant now) {
        boolean added = session.sql().insertInto(CHANGE_PLAN)
                .set(CHANGE_PLAN.TENANT_ID, session.tenant())
                .set(CHANGE_PLAN.PLAN_ID, id)
                .set(CHANGE_PLAN.DOMAIN_ID, domain.id())
                .set(CHANGE_PLAN.CHANGE, JSONB.valueOf(Json.text(change)))
                .set(CHANGE_PLAN.MEMORY, JSONB.valueOf(Json.text(Memory.NOTHING)))
                .set(CHANGE_PLAN.STARTED_BY, by)
                .set(CHANGE_PLAN.STARTED_AT, now.atOffset(ZoneOffset.UTC))
                .onConflict(CHANGE_PLAN.PLAN_ID).doNothing().execute() == 1;
        if (added) {
            session.timeline().add(domain.id(), now, new TimelineEvent.PlanStarted(domain.name().ascii(), id,
                    change.title(), by));
            advance(domain.id(), now);
        }
    }

    /// @return false when it is not there or has ended
    public boolean abandon(MailDomain domain, UUID id, String by, Instant now) {
        Optional<ChangePlan> plan = byId(id).filter(each -> each.domainId().equals(domain.id()) && each.open());
        plan.ifPresent(open -> {
            end(id, ChangePlan.Outcome.ABANDONED, by, now);
            session.timeline().add(domain.id(), now, new TimelineEvent.PlanAbandoned(domain.name().ascii(), id,
                    open.change().title(), by));
        });
        return plan.isPresent();
    }

    private void end(UUID id, ChangePlan.Outcome outcome, String by, Instant now) {
        session.sql().update(CHANGE_PLAN).set(CHANGE_PLAN.OUTCOME, outcome.name()).set(CHANGE_PLAN.ENDED_BY, by)
                .set(CHANGE_PLAN.ENDED_AT, now.atOffset(ZoneOffset.UTC)).where(CHANGE_PLAN.PLAN_ID.eq(id)).execute();
    }

    /// All of a domain, the newest first.
    public List<ChangePlan> of(UUID domain) {
        return read(CHANGE_PLAN.DOMAIN_ID.eq(domain));
    }

    /// Those under way, the oldest first.
    public List<ChangePlan> open(UUID domain) {
        return read(CHANGE_PLAN.DOMAIN_ID.eq(domain).and(CHANGE_PLAN.OUTCOME.isNull())).reversed();
    }

    public Optional<ChangePlan> byId(UUID id) {
        return read(CHANGE_PLAN.PLAN_ID.eq(id)).stream().findFirst();
    }

    /// What probes have to look at for the plans under way.
    public Preflight preflight(UUID domain) {
        return Preflight.of(open(domain).stream().map(ChangePlan::change).toList());
    }

    /// Keeps what a vantage point saw ahead, in place of what it saw before.
    public void save(UUID domain, PreflightLook look) {
        var at = look.at().atOffset(ZoneOffset.UTC);
        var json = JSONB.valueOf(Json.text(look));
        session.sql().insertInto(PLAN_PREFLIGHT)
                .set(PLAN_PREFLIGHT.TENANT_ID, session.tenant())
                .set(PLAN_PREFLIGHT.DOMAIN_ID, domain)
                .set(PLAN_PREFLIGHT.VANTAGE, look.vantage().name())
                .set(PLAN_PREFLIGHT.SEEN_AT, at)
                .set(PLAN_PREFLIGHT.LOOK, json)
                .onConflict(PLAN_PREFLIGHT.DOMAIN_ID, PLAN_PREFLIGHT.VANTAGE).doUpdate()
                .set(PLAN_PREFLIGHT.SEEN_AT, at)
                .set(PLAN_PREFLIGHT.LOOK, json).execute();
    }

    private List<PreflightLook> looks(UUID domain) {
        return session.sql().select(PLAN_PREFLIGHT.LOOK).from(PLAN_PREFLIGHT).where(PLAN_PREFLIGHT.DOMAIN_ID.eq(domain))
                .fetch(row -> Json.read(row.value1().data(), PreflightLook.class));
    }

    /// Everything that plans of this domain are decided by.
    public World world(MailDomain domain, Instant now) {
        return world(domain, session.policies().trail(domain.id()), now);
    }

    private World world(MailDomain domain, PolicyTrail trail, Instant now) {
        return new World(domain, trail, session.observations().of(domain.id()), looks(domain.id()), Ttls.NONE, now)
                .with(Ttls.NONE);
    }

    /// Writes down what the probes have seen done, and tells of what moves against a plan or against the policy. To be
    /// called whenever something that plans rest on was written, in the same transaction; once more does nothing.
    public void advance(UUID domainId, Instant now) {
        session.domains().lock(domainId).ifPresent(domain -> {
            var plans = open(domainId);
            Set<String> told = told(domainId);
            PolicyTrail trail = session.policies().trail(domainId);
            if (plans.isEmpty() && told.isEmpty() && !trail.enforced(now)) {
                return;
            }
            World world = world(domain, trail, now);
            var standing = new LinkedHashMap<String, TimelineEvent.PlanAlarm>();
            for (Alarm alarm : Alarm.of(world)) {
                standing.put(alarm.cause(), event(domain, null, alarm));
            }
            for (ChangePlan plan : plans) {
                World known = world.with(plan.memory().ttls());
                PlanProgress progress = advance(plan, known, domain, now);
                progress.alarms().forEach(alarm -> standing.put(plan.id() + " " + alarm.cause(),
                        event(domain, plan.id(), alarm)));
            }
            tell(domain, standing, told, now);
        });
    }

    private PlanProgress advance(ChangePlan plan, World world, MailDomain domain, Instant now) {
        Memory memory = PlanProgress.remember(plan, world);
        if (!memory.equals(plan.memory())) {
            session.sql().update(CHANGE_PLAN).set(CHANGE_PLAN.MEMORY, JSONB.valueOf(Json.text(memory)))
                    .where(CHANGE_PLAN.PLAN_ID.eq(plan.id())).execute();
        }
        ChangePlan remembered = plan.after(memory, List.of());
        List<StepDone> found = PlanProgress.newlyDone(remembered, world);
        for (StepDone step : found) {
            session.sql().insertInto(PLAN_STEP_DONE)
                    .set(PLAN_STEP_DONE.TENANT_ID, session.tenant())
                    .set(PLAN_STEP_DONE.PLAN_ID, plan.id())
                    .set(PLAN_STEP_DONE.STEP, step.step())
                    .set(PLAN_STEP_DONE.DONE_AT, step.at().atOffset(ZoneOffset.UTC))
                    .set(PLAN_STEP_DONE.EVIDENCE, step.evidence()).execute();
        }
        PlanProgress progress = PlanProgress.of(remembered.after(memory, found), world);
        progress.steps().stream().filter(entry -> plan.done().stream()
                .noneMatch(before -> before.step().equals(entry.step().id()))).forEach(entry -> {
            if (entry.state() instanceof PlanProgress.State.Done(var at, var evidence)) {
                session.timeline().add(domain.id(), at, new TimelineEvent.PlanStepDone(domain.name().ascii(), plan.id(),
                        plan.change().title(), entry.step().id(), entry.step().title(), evidence));
            }
        });
        if (progress.complete()) {
            end(plan.id(), ChangePlan.Outcome.COMPLETED, POSTERN, now);
            hosting(plan.change(), domain, now);
            session.timeline().add(domain.id(), now, new TimelineEvent.PlanCompleted(domain.name().ascii(), plan.id(),
                    plan.change().title()));
            return new PlanProgress(progress.steps(), List.of());
        }
        return progress;
    }

    /// The policy host has moved: from now on it is judged at its new place.
    private void hosting(Change change, MailDomain domain, Instant now) {
        if (change instanceof Change.MovePolicyHost(var to, var _) && to != domain.hosting()) {
            session.domains().setHosting(domain.id(), to);
            session.timeline().add(domain.id(), now, new TimelineEvent.HostingChanged(domain.name().ascii(), to, POSTERN));
        }
    }

    private void tell(MailDomain domain, Map<String, TimelineEvent.PlanAlarm> standing, Set<String> told, Instant now) {
        standing.forEach((cause, event) -> {
            if (!told.contains(cause)) {
                session.sql().insertInto(PLAN_ALARM)
                        .set(PLAN_ALARM.TENANT_ID, session.tenant())
                        .set(PLAN_ALARM.DOMAIN_ID, domain.id())
                        .set(PLAN_ALARM.CAUSE, cause)
                        .set(PLAN_ALARM.SINCE, now.atOffset(ZoneOffset.UTC)).execute();
                session.timeline().add(domain.id(), now, event);
            }
        });
        session.sql().deleteFrom(PLAN_ALARM).where(PLAN_ALARM.DOMAIN_ID.eq(domain.id()),
                PLAN_ALARM.CAUSE.notIn(standing.keySet())).execute();
    }

    private Set<String> told(UUID domain) {
        return session.sql().select(PLAN_ALARM.CAUSE).from(PLAN_ALARM).where(PLAN_ALARM.DOMAIN_ID.eq(domain))
                .fetchSet(PLAN_ALARM.CAUSE);
    }

    private static TimelineEvent.PlanAlarm event(MailDomain domain, UUID plan, Alarm alarm) {
        return new TimelineEvent.PlanAlarm(domain.name().ascii(), plan, alarm.cause(), alarm.title(), alarm.what(),
                alarm.remedies());
    }

    private List<ChangePlan> read(Condition which) {
        var plans = session.sql().selectFrom(CHANGE_PLAN).where(which)
                .orderBy(CHANGE_PLAN.STARTED_AT.desc(), CHANGE_PLAN.PLAN_ID).fetch();
        if (plans.isEmpty()) {
            return List.of();
        }
        Map<UUID, List<StepDone>> done = session.sql().selectFrom(PLAN_STEP_DONE)
                .where(PLAN_STEP_DONE.PLAN_ID.in(plans.getValues(CHANGE_PLAN.PLAN_ID)))
                .orderBy(PLAN_STEP_DONE.DONE_AT).fetch().stream().collect(Collectors.groupingBy(row -> row.getPlanId(),
                Collectors.mapping(row -> new StepDone(row.getStep(), row.getDoneAt().toInstant(), row.getEvidence()),
                        Collectors.toList())));
        return plans.map(row -> read(row, done.getOrDefault(row.getPlanId(), List.of())));
    }

    private static ChangePlan read(ChangePlanRecord row, List<StepDone> done) {
        return new ChangePlan(row.getPlanId(), row.getDomainId(), Json.read(row.getChange().data(), Change.class),
                row.getStartedBy(), row.getStartedAt().toInstant(), Json.read(row.getMemory().data(), Memory.class), done,
                Optional.ofNullable(row.getOutcome()).map(outcome -> new ChangePlan.Ended(
                        ChangePlan.Outcome.valueOf(outcome), row.getEndedBy(), row.getEndedAt().toInstant())));
    }
}

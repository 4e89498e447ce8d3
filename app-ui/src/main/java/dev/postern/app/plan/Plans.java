package dev.postern.app.plan;

import dev.postern.app.domain.Domains;
import dev.postern.app.domain.Outcome;
import dev.postern.db.account.Permission;
import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.parse.Parsed;
import dev.postern.rollout.plan.Admission;
import dev.postern.rollout.plan.Alarm;
import dev.postern.rollout.plan.Change;
import dev.postern.rollout.plan.ChangePlan;
import dev.postern.rollout.plan.PlanProgress;
import dev.postern.rollout.plan.World;
import dev.postern.setup.Installation;
import dev.postern.setup.MailDomain;
import dev.postern.setup.PolicyHosting;
import dev.postern.stream.ProbeRequest;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What people do with change plans. The browser and the REST API both come through here.
public final class Plans {

    /// What came of a wish.
    public sealed interface Start {

        record Started(PlanView plan) implements Start {
        }

        /// @param reason   why not, in a sentence
        /// @param readable whether what was typed made sense, so that it is the domain's state that stands against it
        record Refused(String reason, boolean readable) implements Start {
        }
    }

    /// @param plans  the newest first
    /// @param alarms MXs that senders refuse, and steps that were undone
    public record Overview(List<PlanView> plans, List<Alarm> alarms) {
        public Optional<PlanView> open() {
            return plans.stream().filter(view -> view.plan().open()).findFirst();
        }
    }

    private final Database database;
    private final Installation installation;
    private final Clock clock;

    public Plans(Database database, Installation installation, Clock clock) {
        this.database = database;
        this.installation = installation;
        this.clock = clock;
    }

    /// Begins a plan, and has its first steps looked at.
    public Start start(Domains.Actor actor, UUID domainId, PlanWish wish) {
        actor.need(Permission.CHANGE_ROLLOUT);
        Instant now = now();
        return database.inTenant(actor.tenant(), session -> session.domains().lock(domainId)
                .map(domain -> start(session, actor, domain, wish, now))
                .orElseGet(() -> new Start.Refused("This domain is not there any more.", true)));
    }

    private Start start(TenantSession session, Domains.Actor actor, MailDomain domain, PlanWish wish, Instant now) {
        World world = session.plans().world(domain, now);
        return switch (wish.read(world, installation)) {
            case Parsed.Invalid<Change> invalid -> new Start.Refused(invalid.reason(), false);
            case Parsed.Valid<Change>(var change, var _) -> {
                var open = session.plans().open(domain.id()).stream().map(ChangePlan::change).toList();
                Optional<String> obstacle = Admission.obstacle(change, open, world);
                if (obstacle.isPresent()) {
                    yield new Start.Refused(obstacle.get(), true);
                }
                UUID id = UUID.randomUUID();
                session.plans().start(id, domain, change, actor.name(), now);
                if (change instanceof Change.MovePolicyHost(var to, var _) && to == PolicyHosting.POSTERN && domain.verified()) {
                    // So that it is served there before DNS leads there.
                    session.policies().newest(domain.id()).ifPresent(policy -> session.outbox().policyPublished(domain, policy));
                }
                session.outbox().probeRequestedNow(new ProbeRequest(session.tenant(), domain.id(), domain.name().ascii(), now));
                yield new Start.Started(view(session.plans().byId(id).orElseThrow(), domain, world));
            }
        };
    }

    /// Ends a plan before it is complete. What was done stays as it is.
    public Outcome abandon(Domains.Actor actor, UUID domainId, UUID plan) {
        actor.need(Permission.CHANGE_ROLLOUT);
        Instant now = now();
        return database.inTenant(actor.tenant(), session -> session.domains().lock(domainId)
                .filter(domain -> session.plans().abandon(domain, plan, actor.name(), now)).map(_ -> Outcome.done())
                .orElseGet(() -> Outcome.refused("This plan is not under way any more.")));
    }

    /// All plans of a domain, and what is wrong now.
    public Overview of(UUID tenant, MailDomain domain) {
        Instant now = now();
        return database.inTenant(tenant, session -> {
            World world = session.plans().world(domain, now);
            var views = session.plans().of(domain.id()).stream().map(plan -> view(plan, domain, world)).toList();
            var alarms = new ArrayList<>(Alarm.of(world));
            views.stream().filter(view -> view.plan().open()).forEach(view -> alarms.addAll(view.progress().alarms()));
            return new Overview(views, alarms);
        });
    }

    public Optional<PlanView> find(UUID tenant, UUID plan) {
        Instant now = now();
        return database.inTenant(tenant, session -> session.plans().byId(plan).flatMap(found ->
                session.domains().byId(found.domainId()).map(domain -> view(found, domain,
                        session.plans().world(domain, now)))));
    }

    private static PlanView view(ChangePlan plan, MailDomain domain, World world) {
        return new PlanView(domain.name(), plan, PlanProgress.of(plan, world.with(plan.memory().ttls())));
    }

    /// The mail servers that a domain has now.
    public List<String> mx(UUID tenant, MailDomain domain) {
        return database.inTenant(tenant, session -> session.plans().world(domain, now()).mx()).stream()
                .map(host -> host.ascii()).toList();
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}

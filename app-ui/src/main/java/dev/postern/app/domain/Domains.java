package dev.postern.app.domain;

import dev.postern.app.security.NotPermitted;
import dev.postern.check.Check;
import dev.postern.check.Verdict;
import dev.postern.db.account.Permission;
import dev.postern.db.account.Role;
import dev.postern.db.finding.StoredFinding;
import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.foundation.StsNeed;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.PolicyIds;
import dev.postern.mtasts.StsPolicy;
import dev.postern.name.DomainName;
import dev.postern.parse.Parsed;
import dev.postern.parse.Quoted;
import dev.postern.rollout.Decision;
import dev.postern.rollout.EnforceSimulation;
import dev.postern.rollout.Facts;
import dev.postern.rollout.Phase;
import dev.postern.rollout.PolicyVersion;
import dev.postern.rollout.Rollout;
import dev.postern.rollout.SetAside;
import dev.postern.rollout.Step;
import dev.postern.rollout.plan.Change.MovePolicyHost;
import dev.postern.rollout.WatchRules;
import dev.postern.setup.Installation;
import dev.postern.setup.MailDomain;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.PublishedPolicy;
import dev.postern.setup.SetupPlan;
import dev.postern.stream.Json;
import dev.postern.stream.ProbeRequest;
import dev.postern.timeline.TimelineEntry;
import dev.postern.timeline.TimelineEvent;
import dev.postern.tlsrpt.ReportUri;
import dev.postern.tlsrpt.ResultType;
import dev.postern.token.ReportTokens;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What people do with domains. The browser and the REST API both come through here.
public final class Domains {

    /// Who acts, and for which organisation.
    ///
    /// @param name as shown to others: an e-mail address, or an API token's name
    public record Actor(UUID tenant, String name, Role role) {

        public boolean may(Permission permission) {
            return role.may(permission);
        }

        /// To be called by whatever changes something, before it does.
        ///
        /// @throws NotPermitted where the role does not allow it
        public void need(Permission permission) {
            if (!may(permission)) {
                throw new NotPermitted(role, permission);
            }
        }
    }

    private static final int LONGEST_REASON = SetAside.LONGEST_REASON;
    private static final int OWNERSHIP_BYTES = 16;
    private static final int MOST_SELECTORS = 20;
    private static final int LONGEST_SELECTOR = 63;
    /// RFC 6376 §3.1; underscores are seen in use.
    private static final Pattern SELECTOR = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
            + "(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?){0,3}");

    private final Database database;
    private final ReportTokens tokens;
    private final Installation installation;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    public Domains(Database database, ReportTokens tokens, Installation installation, Clock clock) {
        this.database = database;
        this.tokens = tokens;
        this.installation = installation;
        this.clock = clock;
    }

    /// Adds a domain and asks for its first probe.
    ///
    /// @param input as a person typed it
    public Addition add(Actor actor, String input) {
        actor.need(Permission.ADD_DOMAINS);
        return switch (DomainName.parse(input)) {
            case Parsed.Invalid<DomainName> invalid -> new Addition.Refused(invalid.reason());
            case Parsed.Valid<DomainName>(var name, var _) -> add(actor, name);
        };
    }

    private Addition add(Actor actor, DomainName name) {
        Instant now = now();
        var domain = new MailDomain(UUID.randomUUID(), name, Phase.SETUP, now, PolicyHosting.POSTERN,
                HexFormat.of().formatHex(randomBytes(OWNERSHIP_BYTES)),
                tokens.issue(randomBytes(ReportTokens.RANDOM_BYTES)), Optional.empty(), Optional.empty(),
                Optional.empty(), now, List.of(), Optional.empty(), Set.of());
        return database.inTenant(actor.tenant(), session -> {
            if (!session.domains().add(domain)) {
                return new Addition.Known(session.domains().byName(name).orElseThrow());
            }
            session.timeline().add(domain.id(), now, new TimelineEvent.DomainAdded(name.ascii(), actor.name()));
            requestProbe(session, domain, now);
            return new Addition.Added(domain);
        });
    }

    /// All domains of an organisation, by name.
    public List<MailDomain> list(UUID tenant) {
        return database.inTenant(tenant, session -> session.domains().list());
    }

    public Optional<DomainStatus> status(UUID tenant, DomainName name) {
        return database.inTenant(tenant, session -> session.domains().byName(name)
                .map(domain -> status(session, domain)));
    }

    private DomainStatus status(TenantSession session, MailDomain domain) {
        Optional<PublishedPolicy> policy = session.policies().newest(domain.id());
        List<StoredFinding> findings = session.findings().of(domain.id());
        Facts facts = session.rollout().facts(domain, now());
        // Not by the finding on the policy's body: until the next look that is about the version before.
        boolean served = facts.trail().newest().filter(PolicyVersion::served).isPresent();
        return new DomainStatus(domain, policy, SetupPlan.of(domain, policy, served, installation,
                session.dnsWriting().of(domain.id())), findings, facts, Rollout.gates(facts));
    }

    /// What `enforce` would have done to a domain's mail of the last days.
    ///
    /// @param days of which today is the last, in UTC
    public EnforceSimulation simulation(UUID tenant, MailDomain domain, int days) {
        return database.inTenant(tenant, session -> session.rollout().simulation(domain, days, now()));
    }

    /// Asks for a probe at once.
    public void requestProbe(Actor actor, UUID id) {
        Instant now = now();
        database.useTenant(actor.tenant(), session -> session.domains().byId(id)
                .ifPresent(domain -> requestProbe(session, domain, now)));
    }

    private static void requestProbe(TenantSession session, MailDomain domain, Instant now) {
        session.outbox().probeRequestedNow(new ProbeRequest(session.tenant(), domain.id(), domain.name().ascii(), now));
    }

    /// Publishes a policy that names these MXs, in the mode of the domain's phase; the first one begins testing.
    ///
    /// @param patterns as typed, one MX host or wildcard each
    public Outcome publishPolicy(Actor actor, UUID id, List<String> patterns) {
        var parsed = patterns.stream().map(String::strip).filter(text -> !text.isEmpty()).distinct()
                .collect(Collectors.toMap(text -> text, MxPattern::parse, (a, _) -> a, java.util.LinkedHashMap::new));
        for (Map.Entry<String, Parsed<MxPattern>> entry : parsed.entrySet()) {
            if (entry.getValue() instanceof Parsed.Invalid<MxPattern> invalid) {
                return Outcome.refused(entry.getKey() + ": " + invalid.reason());
            }
        }
        var mx = parsed.values().stream().map(Parsed::orThrow).distinct().toList();
        if (mx.isEmpty()) {
            return Outcome.refused("Name at least one MX: a policy without one would refuse all mail under enforce.");
        }
        return changing(actor, Permission.CHANGE_ROLLOUT, id, (session, domain, now) -> {
            if (!domain.verified()) {
                return Outcome.refused("Prove ownership of " + domain.name().unicode()
                        + " first: policies are published for proven domains only.");
            }
            return carryOut(session, domain, Rollout.decide(session.rollout().facts(domain, now), mx), actor, "", now);
        });
    }

    /// Takes a step of the rollout: enters the phase and publishes the policy that goes with it. Where the newest policy
    /// is as the step wants it already, nothing is done, so that asking twice is asking once.
    ///
    /// @param reason why, in the person's words; may be empty
    public Outcome take(Actor actor, UUID id, Step step, String reason) {
        if (reason.length() > LONGEST_REASON) {
            return Outcome.refused("Give the reason in at most " + LONGEST_REASON + " characters.");
        }
        return changing(actor, Permission.CHANGE_ROLLOUT, id, (session, domain, now) -> carryOut(session, domain,
                Rollout.decide(session.rollout().facts(domain, now), step), actor, reason.strip(), now));
    }

    private Outcome carryOut(TenantSession session, MailDomain domain, Decision decision, Actor actor, String reason,
                             Instant now) {
        return switch (decision) {
            case Decision.Refused(var missing) -> Outcome.refused("Not yet. " + missing.stream()
                    .map(requirement -> requirement.title() + ": " + requirement.have())
                    .collect(Collectors.joining(" ")));
            case Decision.Publish(var phase, var policy) -> {
                Optional<StsPolicy> newest = session.policies().newest(domain.id()).map(PublishedPolicy::policy);
                if (phase != domain.phase()) {
                    session.domains().setPhase(domain.id(), phase, now);
                    session.timeline().add(domain.id(), now, new TimelineEvent.PhaseChanged(domain.name().ascii(),
                            domain.phase(), phase, actor.name(), reason));
                } else if (newest.filter(policy::equals).isPresent()) {
                    yield Outcome.done();
                }
                publish(session, domain, policy, actor, reason, now);
                session.rollout().advance(domain.id(), now);
                yield Outcome.done();
            }
        };
    }

    /// Sets failures of one sender aside, so that they no longer hold the watch up.
    ///
    /// @param type empty for failures of every type
    /// @param mx   empty for failures at every MX
    public Outcome setAside(Actor actor, UUID id, String organization, Optional<ResultType> type, Optional<String> mx,
                            String reason) {
        String why = reason.strip();
        if (why.isEmpty() || why.length() > LONGEST_REASON) {
            return Outcome.refused("Say in 1 to " + LONGEST_REASON + " characters why these failures lie with "
                    + organization + ": the audit keeps it.");
        }
        return changing(actor, Permission.SET_FAILURES_ASIDE, id, (session, domain, now) -> {
            session.setAsides().add(id, new SetAside(UUID.randomUUID(), organization, type,
                    mx.map(host -> host.toLowerCase(Locale.ROOT)), why, actor.name(), now, Optional.empty()));
            session.timeline().add(id, now, new TimelineEvent.FailuresSetAside(domain.name().ascii(), organization,
                    type.map(ResultType::wire).orElse(""), mx.orElse(""), why, actor.name()));
            session.rollout().advance(id, now);
            return Outcome.done();
        });
    }

    /// Lets failures count again that were set aside.
    public Outcome endSetAside(Actor actor, UUID id, UUID aside) {
        return changing(actor, Permission.SET_FAILURES_ASIDE, id, (session, domain, now) -> session.setAsides()
                .end(id, aside, actor.name(), now)
                .map(ended -> {
                    session.timeline().add(id, now, new TimelineEvent.SetAsideEnded(domain.name().ascii(),
                            ended.organization(), actor.name()));
                    session.rollout().advance(id, now);
                    return Outcome.done();
                }).orElseGet(() -> Outcome.refused("It is not there any more.")));
    }

    /// Failures of a domain that were set aside, newest first.
    public List<SetAside> setAsides(UUID tenant, UUID id) {
        return database.inTenant(tenant, session -> session.setAsides().of(id));
    }

    public WatchRules watchRules(UUID tenant) {
        return database.inTenant(tenant, session -> session.organisation().watchRules());
    }

    /// Says what a watch needs, for all domains of the organisation.
    public void setWatchRules(Actor actor, WatchRules rules) {
        actor.need(Permission.CHANGE_RULES);
        Instant now = now();
        database.useTenant(actor.tenant(), session -> {
            if (!rules.equals(session.organisation().watchRules())) {
                session.organisation().setWatchRules(rules);
                session.timeline().addAll(List.of(new TimelineEntry(UUID.randomUUID(), Optional.empty(), now,
                        new TimelineEvent.WatchRulesChanged("", rules.days(), rules.organizations(), rules.sessions(),
                                actor.name()))));
            }
        });
    }

    /// Says who answers at the policy host's name from now on.
    public Outcome setHosting(Actor actor, UUID id, PolicyHosting hosting) {
        return changing(actor, Permission.CHANGE_ROLLOUT, id, (session, domain, now) -> {
            if (domain.hosting() == hosting) {
                return Outcome.done();
            }
            session.domains().setHosting(id, hosting);
            session.timeline().add(id, now,
                    new TimelineEvent.HostingChanged(domain.name().ascii(), hosting, actor.name()));
            // Postern goes on serving what it has: DNS may lead senders here for as long as they cache it.
            if (hosting == PolicyHosting.POSTERN && domain.verified()) {
                session.policies().newest(id).ifPresent(policy -> session.outbox().policyPublished(domain, policy));
            }
            requestProbe(session, domain, now);
            return Outcome.done();
        });
    }

    /// Sets a further report address of the customer's own.
    ///
    /// @param rua `mailto:` or `https:`; blank takes it away
    public Outcome setAdditionalRua(Actor actor, UUID id, String rua) {
        String text = rua.strip();
        if (!text.isEmpty() && ReportUri.parse(text) instanceof Parsed.Invalid<ReportUri> invalid) {
            return Outcome.refused(invalid.reason());
        }
        return changing(actor, Permission.CHANGE_ROLLOUT, id, (session, domain, now) -> {
            session.domains().setAdditionalRua(id, text.isEmpty() ? Optional.empty() : Optional.of(text));
            requestProbe(session, domain, now);
            return Outcome.done();
        });
    }

    /// Names the DKIM selectors that the domain signs with, and looks at them.
    ///
    /// @param text selectors with spaces, commas or line ends between; blank takes them away
    public Outcome setDkimSelectors(Actor actor, UUID id, String text) {
        var named = Arrays.stream(text.strip().toLowerCase(Locale.ROOT).split("[\\s,;]+"))
                .filter(selector -> !selector.isEmpty()).distinct().toList();
        if (named.size() > MOST_SELECTORS) {
            return Outcome.refused("Name at most " + MOST_SELECTORS + " selectors, those in use.");
        }
        Optional<String> wrong = named.stream().filter(selector -> selector.length() > LONGEST_SELECTOR
                || !SELECTOR.matcher(selector).matches()).findFirst();
        if (wrong.isPresent()) {
            return Outcome.refused(Quoted.of(wrong.get()) + " is no selector: at most 63 letters, digits, hyphens, "
                    + "underscores and dots, as after s= in a DKIM-Signature.");
        }
        return changing(actor, Permission.CHANGE_ROLLOUT, id, (session, domain, now) -> {
            session.domains().setDkimSelectors(id, Set.copyOf(named));
            requestProbe(session, domain, now);
            return Outcome.done();
        });
    }

    /// The answers to whether the domain needs MTA-STS now; empty until given.
    public Optional<StsNeed> need(Actor actor, UUID id) {
        return database.inTenant(actor.tenant(), session -> session.domains().need(id))
                .map(json -> Json.read(json, StsNeed.class));
    }

    public void setNeed(Actor actor, UUID id, StsNeed answers) {
        actor.need(Permission.CHANGE_ROLLOUT);
        database.useTenant(actor.tenant(), session -> session.domains().setNeed(id, Json.text(answers)));
    }

    /// Removes a domain, unless senders may still hold its policy.
    public Outcome remove(Actor actor, UUID id) {
        return changing(actor, Permission.REMOVE_DOMAINS, id, (session, domain, now) -> {
            if (domain.phase() != Phase.SETUP && domain.phase() != Phase.NONE) {
                return Outcome.refused("Senders may still hold the policy of " + domain.name().unicode()
                        + ". Retire it first, then remove it once it is retired (RFC 8461 §8.3).");
            }
            session.outbox().policyWithdrawn(domain);
            session.timeline().add(id, now, new TimelineEvent.DomainRemoved(domain.name().ascii(), actor.name()));
            session.domains().remove(id);
            return Outcome.done();
        });
    }

    private static void publish(TenantSession session, MailDomain domain, StsPolicy rules, Actor actor, String reason,
                                Instant now) {
        Optional<PublishedPolicy> previous = session.policies().newest(domain.id());
        var policy = new PublishedPolicy(previous.map(PublishedPolicy::version).orElse(0) + 1, rules,
                PolicyIds.next(now, previous.map(PublishedPolicy::id)), now, actor.name());
        session.policies().add(domain.id(), policy);
        session.timeline().add(domain.id(), now, new TimelineEvent.PolicyPublished(domain.name().ascii(),
                policy.version(), rules.mode(), rules.maxAgeSeconds(),
                rules.mx().stream().map(MxPattern::pattern).toList(), policy.id(), actor.name(), reason));
        // A policy host on its way to Postern has to find the same policy here.
        boolean moving = session.plans().open(domain.id()).stream()
                .anyMatch(plan -> plan.change() instanceof MovePolicyHost);
        if (domain.hosting() == PolicyHosting.POSTERN || moving && domain.verified()) {
            session.outbox().policyPublished(domain, policy);
        }
        requestProbe(session, domain, now);
    }

    @FunctionalInterface
    private interface Change {
        Outcome on(TenantSession session, MailDomain domain, Instant now);
    }

    private Outcome changing(Actor actor, Permission permission, UUID id, Change change) {
        actor.need(permission);
        Instant now = now();
        return database.inTenant(actor.tenant(), session -> session.domains().lock(id)
                .map(domain -> change.on(session, domain, now))
                .orElseGet(() -> Outcome.refused("This domain is not there any more.")));
    }

    /// PostgreSQL keeps microseconds; with more, what was written would not equal what is read.
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}

package dev.postern.rollout.world;

import static dev.postern.rollout.world.Clockwork.DAY;
import static dev.postern.rollout.world.Clockwork.HOUR;
import static dev.postern.rollout.world.Clockwork.MINUTE;

import dev.postern.check.Changes;
import dev.postern.check.Check;
import dev.postern.check.DomainChecks;
import dev.postern.check.Finding;
import dev.postern.check.Managed;
import dev.postern.check.Seen;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.PolicyIds;
import dev.postern.mtasts.StsPolicy;
import dev.postern.mtasts.StsRecord;
import dev.postern.name.DomainName;
import dev.postern.observation.Observation;
import dev.postern.rollout.Decision;
import dev.postern.rollout.Facts;
import dev.postern.rollout.MxCertificate;
import dev.postern.rollout.News;
import dev.postern.rollout.Phase;
import dev.postern.rollout.PolicyTrail;
import dev.postern.rollout.PolicyVersion;
import dev.postern.rollout.SenderDay;
import dev.postern.rollout.ServedPolicy;
import dev.postern.rollout.SetAside;
import dev.postern.rollout.Standing;
import dev.postern.rollout.Step;
import dev.postern.rollout.Watch;
import dev.postern.rollout.WatchRules;
import dev.postern.setup.Installation;
import dev.postern.setup.MailDomain;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.PublishedPolicy;
import dev.postern.setup.RecordWriting;
import dev.postern.setup.SetupPlan;
import dev.postern.stream.Json;
import dev.postern.timeline.TimelineEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Postern as far as the rollout goes: what it keeps, what it writes in one transaction, and the order of these. It may
/// die before a transaction is committed, or after and before anybody was told, so that the same is asked again; it
/// resumes from what was stored.
final class Postern {

    static final Installation INSTALLATION = new Installation("postern.test");

    /// Everything that survives a crash.
    record Stored(MailDomain domain, PolicyTrail trail, Standing standing, List<Finding> findings,
                  List<MxCertificate> certificates, List<SenderDay> days, Map<String, Instant> signers,
                  Set<String> reports, List<SetAside> asides, Observation last) {

        /// An observation holds bytes, which are equal to themselves only.
        Stored with(Observation other) {
            return new Stored(domain, trail, standing, findings, certificates, days, signers, reports, asides, other);
        }
    }

    interface Witness {
        void published(PublishedPolicy policy, Phase phase, Optional<Step> step, Stored before);

        /// A look was written down.
        ///
        /// @param read when the probe read what it saw
        void looked(long read, Set<String> mx, List<Fault> met, Stored after);

        void told(TimelineEvent event);

        void retired();
    }

    private final Internet internet;
    private final Clockwork clock;
    private final Dice dice;
    private final Rules rules;
    private final Witness witness;
    private final double crash;
    private final Map<String, List<Finding>> judged = new HashMap<>();
    private Stored stored;
    private Watch watch = Watch.NOTHING;
    private String watchOf = "";
    private String lookOf = "";
    private int turns;
    private ServedPolicy servedThen;

    Postern(Internet internet, PolicyHosting hosting, Clockwork clock, Dice dice, Rules rules, double crash,
            Witness witness) {
        this.internet = internet;
        this.clock = clock;
        this.dice = dice;
        this.rules = rules;
        this.crash = crash;
        this.witness = witness;
        var domain = new MailDomain(new UUID(1, 1), new DomainName(internet.domain), Phase.SETUP, clock.instant(), hosting,
                "token", "reports", Optional.empty(), Optional.empty(), Optional.empty(), clock.instant(), List.of(),
                Optional.empty(), Set.of());
        this.stored = new Stored(domain, PolicyTrail.EMPTY, Standing.NOTHING, List.of(), List.of(), List.of(), Map.of(),
                Set.of(), List.of(), null);
        dueNow();
    }

    Stored stored() {
        return stored;
    }

    /// One transaction.
    ///
    /// @return whether it was committed; if not, nothing of it was
    private boolean transaction(Runnable body) {
        if (dice.chance(crash)) {
            resume();
            return false;
        }
        body.run();
        if (dice.chance(crash)) {
            resume();
            body.run();
        }
        return true;
    }

    private void resume() {
        Stored back = Json.read(Json.text(stored), Stored.class);
        if (!back.with((Observation) null).equals(stored.with((Observation) null))) {
            throw new AssertionError("what is stored does not read back the same");
        }
        stored = back;
        watchOf = "";
        servedThen = null;
    }

    // --- looks

    private void scheduled(int turn) {
        if (turn == turns) {
            turns++;
            int next = turns;
            clock.in(interval(), () -> scheduled(next));
            probe();
        }
    }

    /// A phase has an interval of its own, and what was due by that of the one before is due now.
    private void dueNow() {
        turns++;
        int next = turns;
        clock.in(1, () -> scheduled(next));
    }

    /// As the scheduler of the probe worker spaces them.
    private long interval() {
        long inPhase = Duration.between(stored.domain().phaseSince(), clock.instant()).toSeconds();
        boolean firstDay = inPhase < DAY;
        long usual = switch (stored.domain().phase()) {
            case SETUP -> firstDay ? 10 * MINUTE : inPhase < 7 * DAY ? HOUR : DAY;
            case TESTING -> firstDay ? 10 * MINUTE : 30 * MINUTE;
            case ENFORCE, RETIRING -> firstDay ? 10 * MINUTE : HOUR;
            case NONE -> DAY;
        };
        return usual * dice.between(90, 110) / 100;
    }

    private void probe() {
        Instant began = clock.instant();
        clock.in(dice.between(0, 40), () -> {
            String fingerprint = internet.fingerprint();
            Observation seen = stored.last() != null && fingerprint.equals(lookOf) ? stored.last()
                    : internet.observe(began);
            Set<String> mx = Set.copyOf(internet.mx());
            List<Fault> met = internet.visible(mx);
            long read = clock.now();
            clock.in(dice.between(0, 20), () -> write(began, fingerprint, seen, read, mx, met));
        });
    }

    private void write(Instant began, String fingerprint, Observation seen, long read, Set<String> mx, List<Fault> met) {
        boolean written = transaction(() -> {
            if (stored.domain().lastProbeAt().filter(last -> !last.isBefore(began)).isEmpty()) {
                record(began, fingerprint, seen);
                witness.looked(read, mx, met, stored);
            }
        });
        if (!written) {
            // The request was not acknowledged and comes again.
            clock.in(dice.between(MINUTE, 5 * MINUTE), this::probe);
        }
    }

    private void record(Instant at, String fingerprint, Observation seen) {
        MailDomain domain = stored.domain();
        if (!domain.verified()) {
            Optional<OwnershipProof> proof = DomainChecks.ownershipProof(domain, INSTALLATION, seen);
            domain = new MailDomain(domain.id(), domain.name(), domain.phase(), domain.phaseSince(), domain.hosting(),
                    domain.ownershipToken(), domain.reportToken(), domain.additionalRua(), proof.map(_ -> at), proof,
                    domain.createdAt(), domain.observedMx(), domain.lastProbeAt(), domain.dkimSelectors());
        }
        Optional<PublishedPolicy> intended = stored.trail().newest().map(PolicyVersion::published);
        Optional<Observation> before = Optional.ofNullable(stored.last());
        Optional<Finding> earlier = stored.findings().stream().filter(each -> each.check() == Check.STS_ID_CHANGE)
                .findFirst();
        String key = fingerprint + " after " + (lookOf.equals(fingerprint) ? "the same" : "another " + at) + " "
                + intended.map(PublishedPolicy::version) + domain.verified() + earlier.map(Finding::verdict);
        MailDomain judgedDomain = domain;
        List<Finding> findings = judged.computeIfAbsent(key, _ -> DomainChecks.judge(new Managed(judgedDomain, intended,
                INSTALLATION), new Seen(List.of(seen), before, earlier)));
        if (!lookOf.equals(fingerprint)) {
            before.ifPresent(last -> Changes.between(judgedDomain.name(), last, seen, intended.map(PublishedPolicy::policy))
                    .forEach(change -> witness.told(change.event())));
        }
        if (seen != stored.last() || servedThen == null) {
            servedThen = ServedPolicy.of(seen.policy());
        }
        PolicyTrail trail = servedThen.after(stored.trail(), StsRecord.parse(seen.stsRecord().values())
                .asOptional().map(StsRecord::id), at);
        domain = new MailDomain(domain.id(), domain.name(), domain.phase(), domain.phaseSince(), domain.hosting(),
                domain.ownershipToken(), domain.reportToken(), domain.additionalRua(), domain.verifiedAt(),
                domain.verifiedBy(), domain.createdAt(), DomainChecks.mxHosts(seen.mx()), Optional.of(at),
                domain.dkimSelectors());
        stored = new Stored(domain, trail, stored.standing(), findings, MxCertificate.of(seen), stored.days(),
                stored.signers(), stored.reports(), stored.asides(), seen);
        lookOf = fingerprint;
        advance();
    }

    // --- reports

    /// @param signer    whose signature it bears
    /// @param authentic whether a signature was verified
    void report(SenderDay day, String signer, boolean authentic, String key, Runnable then) {
        boolean written = transaction(() -> {
            if (stored.reports().contains(key)) {
                return;
            }
            var signers = new HashMap<>(stored.signers());
            Instant first = signers.computeIfAbsent(signer, _ -> clock.instant());
            var days = new ArrayList<>(stored.days());
            days.add(new SenderDay(day.day(), day.organization(), authentic, authentic ? Optional.of(first)
                    : Optional.empty(), day.reports(), day.sessions(), day.failures()));
            var reports = new java.util.HashSet<>(stored.reports());
            reports.add(key);
            stored = new Stored(stored.domain(), stored.trail(), stored.standing(), stored.findings(),
                    stored.certificates(), days, signers, reports, stored.asides(), stored.last());
            advance();
            then.run();
        });
        if (!written) {
            clock.in(dice.between(MINUTE, 30 * MINUTE), () -> report(day, signer, authentic, key, then));
        }
    }

    // --- what it concludes

    Facts facts() {
        Instant now = clock.instant();
        MailDomain domain = stored.domain();
        LocalDate since = LocalDate.ofInstant(domain.phaseSince(), ZoneOffset.UTC);
        return new Facts(domain, stored.trail(), stored.findings(), domain.phase() == Phase.SETUP
                || domain.phase() == Phase.NONE ? Watch.NOTHING : watch(since, now), WatchRules.USUAL,
                stored.certificates(), stored.standing().departedMx(domain.observedMx(), now), now);
    }

    /// Watching is summing up; only what it depends on is looked at each time.
    private Watch watch(LocalDate since, Instant now) {
        long acquainted = stored.signers().values().stream().filter(first -> !first.isAfter(now.minus(Watch.ACQUAINTANCE)))
                .count();
        String of = since + " " + LocalDate.ofInstant(now, ZoneOffset.UTC) + " " + stored.days().size() + " "
                + stored.asides().size() + " " + acquainted;
        if (!of.equals(watchOf)) {
            watch = rules.watch(stored.days(), stored.asides(), WatchRules.USUAL, since, now);
            watchOf = of;
        }
        return watch;
    }

    private void advance() {
        Standing told = stored.standing();
        News news = rules.news(told, facts());
        if (rules.tornWrites() && !news.standing().equals(told) && dice.chance(0.3)) {
            standing(news.standing());
            resume();
            return;
        }
        news.events().forEach(witness::told);
        standing(news.standing());
        if (news.retired()) {
            enter(Phase.NONE);
            witness.retired();
        }
    }

    private void standing(Standing standing) {
        stored = new Stored(stored.domain(), stored.trail(), standing, stored.findings(), stored.certificates(),
                stored.days(), stored.signers(), stored.reports(), stored.asides(), stored.last());
    }

    private void enter(Phase phase) {
        MailDomain domain = stored.domain();
        MailDomain entered = new MailDomain(domain.id(), domain.name(), phase, clock.instant(), domain.hosting(),
                domain.ownershipToken(), domain.reportToken(), domain.additionalRua(), domain.verifiedAt(),
                domain.verifiedBy(), domain.createdAt(), domain.observedMx(), domain.lastProbeAt(),
                domain.dkimSelectors());
        stored = new Stored(entered, stored.trail(), stored.standing(), stored.findings(), stored.certificates(),
                stored.days(), stored.signers(), stored.reports(), stored.asides(), stored.last());
        dueNow();
    }

    /// What is to be published now, and what not yet.
    SetupPlan plan() {
        return SetupPlan.of(stored.domain(), stored.trail().newest().map(PolicyVersion::published),
                rules.idReady(stored.trail()), INSTALLATION, new RecordWriting.ByHand());
    }

    // --- what people ask for

    /// @return whether it was done, or had been done already
    boolean take(Step step) {
        return ask(Optional.of(step), List.of());
    }

    boolean name(List<MxPattern> mx) {
        return ask(Optional.empty(), mx);
    }

    private boolean ask(Optional<Step> step, List<MxPattern> mx) {
        boolean[] done = {false};
        transaction(() -> {
            Decision decision = step.map(each -> rules.decide(facts(), each)).orElseGet(() -> rules.decide(facts(), mx));
            if (decision instanceof Decision.Publish(var phase, var policy)) {
                done[0] = true;
                boolean samePhase = phase == stored.domain().phase();
                if (!samePhase || stored.trail().newest().filter(newest -> newest.published().policy().equals(policy))
                        .isEmpty()) {
                    publish(phase, policy, step);
                }
            }
        });
        return done[0];
    }

    private void publish(Phase phase, StsPolicy policy, Optional<Step> step) {
        Stored before = stored;
        if (phase != stored.domain().phase()) {
            enter(phase);
        }
        Optional<PublishedPolicy> previous = stored.trail().newest().map(PolicyVersion::published);
        var next = new PublishedPolicy(previous.map(PublishedPolicy::version).orElse(0) + 1, policy,
                PolicyIds.next(clock.instant(), previous.map(PublishedPolicy::id)), clock.instant(), "anna");
        var versions = new ArrayList<>(stored.trail().versions());
        versions.add(PolicyVersion.unseen(next));
        stored = new Stored(stored.domain(), new PolicyTrail(versions, stored.trail().foreign()), stored.standing(),
                stored.findings(), stored.certificates(), stored.days(), stored.signers(), stored.reports(),
                stored.asides(), stored.last());
        witness.published(next, phase, step, before);
        advance();
        if (stored.domain().hosting() == PolicyHosting.POSTERN) {
            // The outbox brings it to each machine of the policy host; a crash only delays it.
            long late = dice.chance(crash * 5) ? dice.between(MINUTE, 15 * MINUTE) : 0;
            for (int machine = 0; machine < internet.served.size(); machine++) {
                int which = machine;
                clock.in(late + dice.between(1, MINUTE), () -> serve(which, next));
            }
        }
        clock.in(dice.between(1, 90), this::probe);
    }

    private void serve(int machine, PublishedPolicy policy) {
        boolean newest = stored.trail().newest().filter(each -> each.published().equals(policy)).isPresent();
        if (newest && internet.cname.isPresent()) {
            internet.served.set(machine, Optional.of(policy.policy()));
        }
    }

    void setAside(String organization, SenderDay.Failure failure) {
        transaction(() -> {
            var asides = new ArrayList<>(stored.asides());
            asides.add(new SetAside(new UUID(2, asides.size()), organization, Optional.of(failure.type()),
                    Optional.of(failure.mx()), "theirs", "anna", clock.instant(), Optional.empty()));
            stored = new Stored(stored.domain(), stored.trail(), stored.standing(), stored.findings(),
                    stored.certificates(), stored.days(), stored.signers(), stored.reports(), asides, stored.last());
            advance();
        });
    }
}

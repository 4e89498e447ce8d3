package dev.postern.rollout.world;

import static dev.postern.rollout.world.Clockwork.DAY;
import static dev.postern.rollout.world.Clockwork.MINUTE;

import dev.postern.check.Check;
import dev.postern.mtasts.Mode;
import dev.postern.mtasts.StsPolicy;
import dev.postern.rollout.MaxAge;
import dev.postern.rollout.Phase;
import dev.postern.rollout.SenderDay;
import dev.postern.rollout.Step;
import dev.postern.rollout.Watch;
import dev.postern.rollout.WatchRules;
import dev.postern.setup.PublishedPolicy;
import dev.postern.timeline.TimelineEvent;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Knows how things really are, and holds Postern to it: whose doing is each refusal, was each fault told of in time, and
/// was each step sound when it was taken. It reads none of what the rules concluded, except to compare.
final class Judge implements Sender.Witness, Postern.Witness {

    /// What Postern must never do.
    enum Wrong {
        /// Mail was refused because of a policy that Postern published or advised.
        REFUSED_BY_ADVICE,
        /// Mail was refused and nothing explains it.
        REFUSED_WITHOUT_REASON,
        /// A sender met a new id before the policy that goes with it.
        ID_BEFORE_POLICY,
        /// Enforced, or for longer, while a fault was known.
        ENFORCED_OVER_A_FAULT,
        /// Enforced without the clean days that were asked for.
        ENFORCED_UNWATCHED,
        /// Enforced without an MX that was in the DNS.
        ENFORCED_WITHOUT_AN_MX,
        /// Held for longer than a certificate that was known lasts.
        HELD_PAST_A_CERTIFICATE,
        /// A sender holds what Postern thinks nobody holds.
        HELD_UNKNOWN,
        /// Retired while a sender held a policy.
        RETIRED_EARLY,
        /// A look met a fault under a policy that is enforced somewhere, and nothing was told.
        FAULT_NOT_TOLD,
        /// Nobody looked for longer than the interval of the phase.
        NOT_LOOKED,
        /// A known sender reported a failure, and nothing was told.
        REPORT_NOT_TOLD,
        /// Asked twice, done twice.
        DONE_TWICE
    }

    record Violation(Wrong wrong, String what) {
    }

    /// @param answerable MXs that Postern knew of when it published
    private record Publication(PublishedPolicy policy, long at, Set<String> answerable) {
    }

    /// A failure that a known sender reported.
    private record Reported(LocalDate day, String organization, SenderDay.Failure failure, long firstHeard) {
    }

    private static final int MOST = 20;
    /// Spread, a crash and coming back, and how long a look takes.
    private static final long SLACK = 12 * MINUTE;

    private final Internet internet;
    private final Clockwork clock;
    private final List<Sender> senders;
    private Postern postern;

    final List<Violation> violations = new ArrayList<>();
    long deliveries;
    long deferrals;
    long bounces;
    long looks;
    long incidents;
    long resets;
    Optional<Long> testingAt = Optional.empty();
    Optional<Long> enforcedAt = Optional.empty();
    Optional<Long> monthAt = Optional.empty();
    Optional<Long> retiredAt = Optional.empty();
    Optional<Long> retiringAt = Optional.empty();
    boolean lapsedEnforce;

    private final Map<Integer, Publication> publications = new TreeMap<>();
    private final Set<String> everSeen = new HashSet<>();
    private final Map<String, Long> certificates = new HashMap<>();
    private final Set<String> fetchedOwnFile = new HashSet<>();
    private final Set<String> openIncident = new TreeSet<>();
    private final Map<String, Long> heardFirst = new HashMap<>();
    private final Set<LocalDate> reportedDays = new HashSet<>();
    private final List<Reported> reportedFailures = new ArrayList<>();
    private Optional<LocalDate> resetTold = Optional.empty();
    private long lastRead = -1;

    Judge(Internet internet, Clockwork clock, List<Sender> senders) {
        this.internet = internet;
        this.clock = clock;
        this.senders = senders;
    }

    void watch(Postern postern) {
        this.postern = postern;
    }

    private void wrong(Wrong wrong, String what) {
        if (violations.size() < MOST) {
            violations.add(new Violation(wrong, "day " + clock.now() / DAY + " (" + clock.instant() + "): " + what));
        }
    }

    // --- senders

    @Override
    public void delivered() {
        deliveries++;
    }

    @Override
    public void fetched(Sender sender, Sender.Held held) {
        if (internet.ownFile) {
            fetchedOwnFile.add(sender.name);
            return;
        }
        fetchedOwnFile.remove(sender.name);
        publications.values().stream().filter(each -> each.policy().id().equals(held.id())).findFirst()
                .filter(announced -> publications.values().stream()
                        .filter(each -> each.policy().version() >= announced.policy().version())
                        .noneMatch(each -> each.policy().policy().equals(held.policy())))
                .ifPresent(announced -> wrong(Wrong.ID_BEFORE_POLICY, sender.name + " found id " + held.id()
                        + " of version " + announced.policy().version() + " and got " + held.policy()));
    }

    @Override
    public void refused(Sender sender, Sender.Held held, List<Sender.Refusal> reasons, boolean forGood) {
        if (forGood) {
            bounces++;
        } else {
            deferrals++;
        }
        if (reasons.isEmpty()) {
            wrong(Wrong.REFUSED_WITHOUT_REASON, sender.name + " by " + held);
        }
        for (Sender.Refusal reason : reasons) {
            // What a fault explains was known or not when the policy was published: that is judged there.
            if (reason.fault().isEmpty() && !ownDoing(sender, held, reason.mx())) {
                wrong(Wrong.REFUSED_BY_ADVICE, sender.name + " refuses " + reason.mx() + " by " + held + "; MX "
                        + internet.mx() + ", came " + internet.arrivals.get(reason.mx()) + ", left "
                        + internet.departures.get(reason.mx()) + ", now " + clock.now());
            }
        }
    }

    /// Whether it is the operator's own doing, unadvised, that the policy does not name this MX.
    private boolean ownDoing(Sender sender, Sender.Held held, String mx) {
        Internet.Arrival came = internet.arrivals.get(mx);
        if (fetchedOwnFile.contains(sender.name)) {
            return true;
        }
        Optional<Publication> published = publications.values().stream()
                .filter(each -> each.policy().policy().equals(held.policy()) && each.at() <= held.fetchedAt())
                .reduce((_, later) -> later);
        if (published.isEmpty() || published.get().at() < came.at()) {
            return !came.advised();
        }
        boolean gone = !internet.mx().contains(mx);
        return gone && published.get().at() >= internet.departures.get(mx) ? !everSeen.contains(mx)
                : !published.get().answerable().contains(mx);
    }

    @Override
    public void reports(Sender.DayReport report) {
        var failures = report.failures().stream().map(each -> new SenderDay.Failure(each.type(), each.mx(),
                each.sessions())).toList();
        postern.report(new SenderDay(report.day(), report.organization(), true, Optional.empty(),
                report.policySessions() > 0 ? 1 : 0, report.policySessions(), failures), report.organization(), true,
                report.organization() + " " + report.day() + " " + clock.now(), () -> arrived(report, failures));
    }

    private void arrived(Sender.DayReport report, List<SenderDay.Failure> failures) {
        heardFirst.putIfAbsent(report.organization(), clock.now());
        if (report.policySessions() > 0) {
            reportedDays.add(report.day());
        }
        long first = heardFirst.get(report.organization());
        failures.forEach(failure -> reportedFailures.add(new Reported(report.day(), report.organization(), failure,
                first)));
        boolean known = acquainted(first);
        if (known) {
            report.failures().forEach(each -> each.fault().ifPresent(fault -> fault.reportedDay =
                    Math.max(fault.reportedDay, clock.now() / DAY)));
        }
        Phase phase = postern.stored().domain().phase();
        boolean watched = phase == Phase.TESTING || phase == Phase.ENFORCE;
        boolean counts = failures.stream().anyMatch(each -> !asideFor(report.day(), report.organization(), each));
        if (known && watched && counts && !report.day().isBefore(phaseDay()) && !report.day().isAfter(today())
                && resetTold.map(day -> day.isBefore(report.day())).orElse(true)) {
            wrong(Wrong.REPORT_NOT_TOLD, report + " in " + phase + ", told " + resetTold);
        }
    }

    private boolean acquainted(long first) {
        return first + Watch.ACQUAINTANCE.toSeconds() <= clock.now();
    }

    private boolean asideFor(LocalDate day, String organization, SenderDay.Failure failure) {
        return postern.stored().asides().stream().anyMatch(each -> each.organization().equals(organization)
                && each.type().filter(failure.type()::equals).isPresent()
                && each.mx().filter(failure.mx()::equals).isPresent()
                && !day.isAfter(LocalDate.ofInstant(each.at(), ZoneOffset.UTC)));
    }

    private LocalDate phaseDay() {
        return LocalDate.ofInstant(postern.stored().domain().phaseSince(), ZoneOffset.UTC);
    }

    private LocalDate today() {
        return Clockwork.day(clock.now());
    }

    // --- Postern

    @Override
    public void published(PublishedPolicy policy, Phase phase, Optional<Step> step, Postern.Stored before) {
        long now = clock.now();
        if (phase != before.domain().phase()) {
            resetTold = Optional.empty();
        }
        Optional<StsPolicy> previous = before.trail().newest().map(newest -> newest.published().policy());
        if (previous.filter(policy.policy()::equals).isPresent() && phase == before.domain().phase()) {
            wrong(Wrong.DONE_TWICE, "version " + policy.version() + " says what the one before said");
        }
        var answerable = new HashSet<>(before.domain().observedMx());
        if (step.equals(Optional.of(Step.SHORTEN))) {
            // Held for less long, and no other: what it does not name was not named before.
            answerable.removeIf(mx -> previous.filter(each -> each.mode() == Mode.ENFORCE
                    && !each.covers(internet.servers.get(mx).name)).isPresent());
        }
        publications.put(policy.version(), new Publication(policy, now, answerable));
        switch (phase) {
            case TESTING -> testingAt = testingAt.or(() -> Optional.of(now));
            case RETIRING -> retiringAt = Optional.of(now);
            default -> {
            }
        }
        if (policy.policy().mode() == Mode.ENFORCE) {
            enforcedAt = enforcedAt.or(() -> Optional.of(now));
            if (policy.policy().maxAgeSeconds() >= MaxAge.MONTH.seconds()) {
                monthAt = monthAt.or(() -> Optional.of(now));
            }
            answerable.stream().filter(mx -> !policy.policy().covers(internet.servers.get(mx).name)).forEach(mx ->
                    wrong(Wrong.ENFORCED_WITHOUT_AN_MX, mx + " by version " + policy.version()));
            if (step.equals(Optional.of(Step.ENFORCE)) || step.equals(Optional.of(Step.LENGTHEN))) {
                mayHold(policy, step.get(), LocalDate.ofInstant(before.domain().phaseSince(), ZoneOffset.UTC));
            }
        }
    }

    private void mayHold(PublishedPolicy policy, Step step, LocalDate since) {
        long now = clock.now();
        for (Fault fault : internet.faults) {
            boolean metByProbe = fault.seen <= now;
            boolean reported = fault.reportedDay >= now / DAY - 10 && !excused(fault);
            if (fault.active(now) && internet.mx().contains(fault.mx) && (metByProbe || reported)) {
                wrong(Wrong.ENFORCED_OVER_A_FAULT, step + " over " + fault.kind + " at " + fault.mx + ", there since "
                        + Clockwork.instant(fault.from) + (metByProbe ? ", seen" : ", reported"));
            }
        }
        certificates.forEach((mx, until) -> {
            if (internet.mx().contains(mx) && until <= now + policy.policy().maxAgeSeconds()) {
                wrong(Wrong.HELD_PAST_A_CERTIFICATE, "that of " + mx + " ends " + Clockwork.instant(until));
            }
        });
        if (step == Step.ENFORCE) {
            Optional<LocalDate> failed = reportedFailures.stream().filter(each -> acquainted(each.firstHeard())
                            && !each.day().isBefore(since) && !each.day().isAfter(today())
                            && !asideFor(each.day(), each.organization(), each.failure())).map(Reported::day)
                    .max(LocalDate::compareTo);
            long clean = reportedDays.stream().filter(day -> !day.isBefore(since) && !day.isAfter(today())
                    && failed.map(day::isAfter).orElse(true)).count();
            if (clean < WatchRules.USUAL.days()) {
                wrong(Wrong.ENFORCED_UNWATCHED, clean + " clean days since " + since + ", last failure " + failed);
            }
        }
    }

    private boolean excused(Fault fault) {
        return postern.stored().asides().stream().anyMatch(each -> each.mx().filter(fault.mx::equals).isPresent()
                && each.type().filter(fault.kind.result::equals).isPresent());
    }

    @Override
    public void told(TimelineEvent event) {
        switch (event) {
            case TimelineEvent.IncidentBegan began -> {
                incidents++;
                openIncident.addAll(began.checkIds());
            }
            case TimelineEvent.IncidentEnded _ -> openIncident.clear();
            case TimelineEvent.WatchReset reset -> {
                resets++;
                resetTold = Optional.of(reset.day());
            }
            default -> {
            }
        }
    }

    @Override
    public void looked(long read, Set<String> mx, List<Fault> met, Postern.Stored after) {
        looks++;
        everSeen.addAll(mx);
        met.forEach(fault -> fault.seen = Math.min(fault.seen, clock.now()));
        mx.stream().map(internet.servers::get).filter(server -> !server.down && !internet.probesBlind)
                .forEach(server -> certificates.put(server.host, server.certifiedUntil));
        Phase phase = after.domain().phase();
        if (lastRead >= 0 && (phase == Phase.TESTING || phase == Phase.ENFORCE || phase == Phase.RETIRING)
                && after.domain().phaseSince().isBefore(Clockwork.instant(lastRead))) {
            long interval = (phase == Phase.TESTING ? 33 : 66) * MINUTE;
            if (read - lastRead > interval + SLACK) {
                wrong(Wrong.NOT_LOOKED, "for " + (read - lastRead) / MINUTE + " minutes");
            }
        }
        lastRead = read;
        var known = after.trail().held(clock.instant()).stream().map(each -> each.policy()).toList();
        for (Sender sender : senders) {
            Optional<StsPolicy> held = sender.held().map(Sender.Held::policy).filter(each -> each.mode() != Mode.NONE);
            if (held.isEmpty()) {
                continue;
            }
            StsPolicy policy = held.get();
            if (!known.contains(policy)) {
                wrong(Wrong.HELD_UNKNOWN, sender.name + " holds " + sender.held().get());
            }
            if (policy.mode() == Mode.ENFORCE) {
                if (phase != Phase.ENFORCE) {
                    lapsedEnforce = true;
                }
                met.stream().filter(fault -> fault.active(clock.now())
                        && !openIncident.contains(fault.kind.check.id())).forEach(fault ->
                        wrong(Wrong.FAULT_NOT_TOLD, fault.kind + " at " + fault.mx + " while " + sender.name + " enforces"));
                mx.stream().filter(host -> !policy.covers(internet.servers.get(host).name)
                        && !openIncident.contains(Check.POLICY_COVERS_MX.id())).forEach(host ->
                        wrong(Wrong.FAULT_NOT_TOLD, host + " is refused by " + sender.name + " under "
                                + sender.held().get()));
            }
        }
    }

    @Override
    public void retired() {
        retiredAt = Optional.of(clock.now());
        for (Sender sender : senders) {
            sender.held().filter(held -> held.policy().mode() != Mode.NONE).ifPresent(held ->
                    wrong(Wrong.RETIRED_EARLY, sender.name + " holds " + held));
        }
    }
}

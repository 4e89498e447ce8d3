package dev.postern.rollout.world;

import static dev.postern.rollout.world.Clockwork.DAY;
import static dev.postern.rollout.world.Clockwork.HOUR;
import static dev.postern.rollout.world.Clockwork.MINUTE;

import dev.postern.mtasts.Mode;
import dev.postern.mtasts.StsPolicy;
import dev.postern.tlsrpt.ResultType;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A sending MTA that keeps to RFC 8461 §3.3, §5 and §5.1, in one of the ways that these allow.
final class Sender {

    /// How a sender keeps its cache.
    enum Habit {
        /// Looks at the id for each message (§5.1, "optionally").
        EACH_MESSAGE,
        /// Looks at the id once a day.
        DAILY,
        /// Fetches the policy anew every day, whatever the id says (§3.3), and so holds it for as long as any.
        REFETCHING,
        /// Looks again when `max_age` has run out, and before it gives up on a message: the least that §5.1 allows.
        LAZY
    }

    /// A policy in the cache.
    ///
    /// @param id under which it was fetched
    record Held(StsPolicy policy, String id, long fetchedAt) {
        boolean valid(long now) {
            return now < fetchedAt + policy.maxAgeSeconds();
        }
    }

    /// Why one MX got no mail.
    ///
    /// @param fault empty where the policy does not name the MX
    record Refusal(String mx, Optional<Fault> fault) {
    }

    /// What one day came to.
    record DayReport(String organization, LocalDate day, long policySessions, List<Failed> failures) {
        record Failed(ResultType type, String mx, long sessions, Optional<Fault> fault) {
        }
    }

    interface Witness {
        void fetched(Sender sender, Held policy);

        /// A message has to wait, or is given up.
        void refused(Sender sender, Held policy, List<Refusal> reasons, boolean forGood);

        void delivered();

        void reports(DayReport report);
    }

    private record Kind(ResultType type, String mx) {
    }

    final String name;
    final boolean reports;
    private final Internet internet;
    private final Clockwork clock;
    private final Dice dice;
    private final Witness witness;
    private final Habit habit;
    private final boolean looksAtEachFailure;
    private final long meanGap;
    private final long patience;
    private final long ahead;
    private final int machine;

    private List<String> mx = List.of();
    private long mxUntil;
    private Optional<String> id = Optional.empty();
    private long idUntil;
    private Optional<Held> cache = Optional.empty();
    private long lookedAt = -DAY;
    private long notBefore;
    private long waitingSince = -1;
    private boolean silent;

    private long policySessions;
    private long sessions;
    private final Map<Kind, Long> failed = new HashMap<>();
    private final Map<Kind, Fault> because = new HashMap<>();

    Sender(String name, boolean reports, Internet internet, Clockwork clock, Dice dice, Witness witness) {
        this.name = name;
        this.reports = reports;
        this.internet = internet;
        this.clock = clock;
        this.dice = dice;
        this.witness = witness;
        this.habit = dice.pick(List.of(Habit.values()));
        this.looksAtEachFailure = dice.chance(0.5);
        this.meanGap = reports ? dice.between(HOUR, 8 * HOUR) : dice.between(HOUR, 30 * HOUR);
        this.patience = dice.between(1, 5) * DAY;
        this.ahead = dice.between(-10 * MINUTE, 10 * MINUTE);
        this.machine = (int) dice.between(0, 1);
        clock.in(dice.gap(meanGap), this::send);
        clock.in(DAY - ahead, this::endDay);
        if (reports) {
            clock.in(dice.gap(40 * DAY), this::fallSilent);
        }
    }

    /// What it goes by now, if anything.
    Optional<Held> held() {
        return cache.filter(held -> held.valid(clock.now()));
    }

    private void fallSilent() {
        silent = true;
        clock.in(dice.between(2, 9) * DAY, () -> silent = false);
        clock.in(dice.gap(60 * DAY) + 10 * DAY, this::fallSilent);
    }

    private void send() {
        clock.in(dice.gap(meanGap), this::send);
        lookForPolicy();
        if (attempt(held())) {
            waitingSince = -1;
            return;
        }
        long now = clock.now();
        waitingSince = waitingSince < 0 ? now : waitingSince;
        boolean lastTry = now - waitingSince >= patience;
        if (looksAtEachFailure || lastTry) {
            // §5.1: not failed for good before a look for a new policy.
            Optional<Held> before = held();
            look();
            if (!held().equals(before) && attempt(held())) {
                waitingSince = -1;
                return;
            }
        }
        if (lastTry) {
            waitingSince = -1;
            held().filter(held -> held.policy().mode() == Mode.ENFORCE)
                    .ifPresent(held -> witness.refused(this, held, reasons(held), true));
        }
    }

    private void lookForPolicy() {
        boolean due = switch (habit) {
            case EACH_MESSAGE -> true;
            case DAILY, REFETCHING -> clock.now() - lookedAt >= DAY;
            case LAZY -> false;
        };
        if (due || held().isEmpty()) {
            look();
        }
    }

    private void look() {
        long now = clock.now();
        if (now >= idUntil) {
            id = internet.stsId;
            idUntil = now + internet.txtTtl;
        }
        boolean again = habit == Habit.REFETCHING && now - lookedAt >= DAY;
        lookedAt = now;
        if (id.isEmpty() || now < notBefore) {
            return;
        }
        if (again || held().map(held -> !held.id().equals(id.get())).orElse(true)) {
            fetch(id.get());
        }
    }

    private void fetch(String announced) {
        Optional<StsPolicy> served = internet.policyHostDown ? Optional.empty() : internet.served.get(machine);
        if (served.isEmpty()) {
            // A failed fetch never cancels what is held (§5.1), and is not tried again at once (§3.3).
            notBefore = clock.now() + 5 * MINUTE;
            return;
        }
        cache = Optional.of(new Held(served.get(), announced, clock.now()));
        witness.fetched(this, cache.get());
    }

    private List<String> mailServers() {
        if (clock.now() >= mxUntil) {
            mx = internet.mx();
            mxUntil = clock.now() + internet.mxTtl;
        }
        return mx;
    }

    /// §5.1: each MX in turn.
    ///
    /// @return whether the message is gone, or waits for another reason than the policy
    private boolean attempt(Optional<Held> held) {
        Optional<StsPolicy> policy = held.map(Held::policy).filter(each -> each.mode() != Mode.NONE);
        boolean enforced = policy.filter(each -> each.mode() == Mode.ENFORCE).isPresent();
        boolean refused = false;
        for (String host : mailServers()) {
            if (internet.servers.get(host).down) {
                continue;
            }
            Optional<Fault> fault = internet.fault(host, name);
            boolean named = policy.map(each -> each.covers(internet.servers.get(host).name)).orElse(true);
            sessions++;
            policySessions += policy.isPresent() ? 1 : 0;
            if (fault.isPresent() || !named) {
                var kind = new Kind(named ? fault.get().kind.result : ResultType.VALIDATION_FAILURE, host);
                failed.merge(kind, 1L, Long::sum);
                fault.filter(_ -> named).ifPresent(each -> because.put(kind, each));
            }
            if (enforced && (fault.isPresent() || !named)) {
                refused = true;
                continue;
            }
            witness.delivered();
            return true;
        }
        if (refused) {
            witness.refused(this, held.orElseThrow(), reasons(held.get()), false);
        }
        return !refused;
    }

    private List<Refusal> reasons(Held held) {
        var reasons = new ArrayList<Refusal>();
        for (String host : mx) {
            if (!internet.servers.get(host).down) {
                boolean named = held.policy().covers(internet.servers.get(host).name);
                Optional<Fault> fault = internet.fault(host, name);
                if (!named) {
                    reasons.add(new Refusal(host, Optional.empty()));
                } else if (fault.isPresent()) {
                    reasons.add(new Refusal(host, fault));
                }
            }
        }
        return reasons;
    }

    private void endDay() {
        clock.in(DAY, this::endDay);
        if (sessions > 0 && reports && !silent && internet.tlsRpt.isPresent()) {
            var failures = failed.entrySet().stream().map(each -> new DayReport.Failed(each.getKey().type(),
                    each.getKey().mx(), each.getValue(), Optional.ofNullable(because.get(each.getKey())))).toList();
            var report = new DayReport(name, Clockwork.day(clock.now() + ahead - HOUR), policySessions, failures);
            clock.in(dice.between(10 * MINUTE, 2 * DAY), () -> witness.reports(report));
        }
        sessions = 0;
        policySessions = 0;
        failed.clear();
        because.clear();
    }
}

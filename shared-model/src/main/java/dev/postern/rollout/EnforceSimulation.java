package dev.postern.rollout;

import dev.postern.check.Check;
import dev.postern.check.Finding;
import dev.postern.tlsrpt.Consequence;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ResultType;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// What `enforce` would have done to the mail of a past period, by what senders reported of it.
///
/// Each policy type stands by itself, for one session may be counted under several (RFC 8460 §4.3). What is concluded
/// rests on `sts`: these senders held the session against the policy, and would refuse by it. Only authentic reports
/// count; the others are told apart.
///
/// @param from         first day
/// @param to           last day
/// @param byPolicyType what was counted under each policy type that authentic reports bear
/// @param causes       every kind of failure in authentic reports, gravest first, then the most sessions
/// @param senders      who reported sessions under `sts`, those with refused sessions first
/// @param unverified   sessions under `sts` in reports that are not authentic
/// @param traffic      how much of the traffic that senders know of stood under `sts`
/// @param coverage     what all this rests on
/// @param failingNow   checks that fail at present: whatever the reports say, each session that meets such an MX would be
///                     refused
public record EnforceSimulation(LocalDate from, LocalDate to, Map<PolicyType, Count> byPolicyType, List<Cause> causes,
                                List<Sender> senders, Count unverified, Traffic traffic, Coverage coverage,
                                List<Finding> failingNow) {

    /// Days that a simulation covers where nobody chose otherwise, as long as the usual watch.
    public static final int USUAL_DAYS = 21;
    public static final int MOST_DAYS = 365;

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ENGLISH);

    /// Sessions by what `enforce` would have made of them. Senders may count one failed session as failures of several
    /// kinds (RFC 8460 §4.3): then it is here as often, which makes things look worse and never better.
    ///
    /// @param setAside of the refused and the unclear, those that a person has set aside
    public record Count(long successful, long refused, long unclear, long unprotected, long dane, long setAside) {

        static final Count NONE = new Count(0, 0, 0, 0, 0, 0);

        /// Sessions that were held against the policy: what they came to tells of `enforce`. Where a sender could not get
        /// the policy, or DANE decided, they do not.
        public long tested() {
            return capped(successful, endangered());
        }

        /// The refused, and those that may have been: what is not known is not taken for good.
        public long endangered() {
            return capped(refused, unclear);
        }

        Count plus(Count other) {
            return new Count(capped(successful, other.successful), capped(refused, other.refused),
                    capped(unclear, other.unclear), capped(unprotected, other.unprotected), capped(dane, other.dane),
                    capped(setAside, other.setAside));
        }

        private static Count of(Cause cause) {
            long sessions = cause.sessions();
            return switch (cause.consequence()) {
                case REFUSED -> new Count(0, sessions, 0, 0, 0, cause.setAside());
                case UNCLEAR -> new Count(0, 0, sessions, 0, 0, cause.setAside());
                case UNPROTECTED -> new Count(0, 0, 0, sessions, 0, 0);
                case DANE -> new Count(0, 0, 0, 0, sessions, 0);
            };
        }
    }

    /// Failures of one kind, of one sender, at one MX.
    ///
    /// @param mx       as the sender named it; empty where it did not
    /// @param type     empty where the sender counted failed sessions and gave no reason for them
    /// @param setAside of the sessions, those that a person has set aside. `enforce` would refuse them all the same
    public record Cause(Consequence consequence, PolicyType policyType, Optional<ResultType> type, String organization,
                        String mx, long sessions, long setAside) {

        private static final Comparator<Cause> ORDER = Comparator.comparing(Cause::consequence, Comparator
                        .comparingInt(EnforceSimulation::gravity))
                .thenComparing(Cause::sessions, Comparator.reverseOrder()).thenComparing(Cause::policyType)
                .thenComparing(cause -> cause.type().map(Enum::ordinal).orElse(-1)).thenComparing(Cause::organization)
                .thenComparing(Cause::mx);
    }

    /// What one organization reported under `sts`.
    public record Sender(String organization, Count count) {
    }

    /// Sessions that authentic reports tell of.
    ///
    /// @param known    each session once, whatever it stood under: a lower estimate where a report bears several types
    /// @param observed of these, those that senders counted under `sts`
    public record Traffic(long known, long observed) {
    }

    private record DayKey(LocalDate day, String organization, PolicyType policyType) {
    }

    private record CauseKey(PolicyType policyType, Optional<ResultType> type, String organization, String mx) {
    }

    private record Weight(long sessions, long setAside) {

        private Weight plus(Weight other) {
            return new Weight(capped(sessions, other.sessions), capped(setAside, other.setAside));
        }
    }

    public EnforceSimulation {
        byPolicyType = Collections.unmodifiableMap(new TreeMap<>(byPolicyType));
        causes = List.copyOf(causes);
        senders = List.copyOf(senders);
        failingNow = List.copyOf(failingNow);
    }

    /// @param to        last day, not before `from`
    /// @param reported  of the domain; days outside the period are left out
    /// @param setAsides of the domain
    /// @param facts     the domain as it stands now
    public static EnforceSimulation over(LocalDate from, LocalDate to, Reported reported, List<SetAside> setAsides,
                                         Facts facts) {
        return over(from, to, reported, setAsides, News.failing(facts));
    }

    /// @param failing the checks of the MXs that fail now
    static EnforceSimulation over(LocalDate from, LocalDate to, Reported reported, List<SetAside> setAsides,
                                  List<Finding> failing) {
        var sessions = reported.sessions().stream().filter(row -> within(row.day(), from, to)).toList();
        var failures = reported.failures().stream().filter(row -> within(row.day(), from, to)).toList();
        var verified = sessions.stream().filter(Reported.Sessions::authentic).toList();
        var causes = causes(verified, failures.stream().filter(Reported.Failures::authentic).toList(), setAsides);
        var others = sessions.stream().filter(row -> !row.authentic()).toList();
        var otherCauses = causes(others, failures.stream().filter(row -> !row.authentic()).toList(), setAsides);
        var byPolicyType = counts(verified, Reported.Sessions::policyType, causes, Cause::policyType);
        var senders = counts(sts(verified), Reported.Sessions::organization,
                causes.stream().filter(cause -> cause.policyType() == PolicyType.STS).toList(), Cause::organization)
                .entrySet().stream().map(entry -> new Sender(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong((Sender sender) -> sender.count().endangered())
                        .thenComparingLong(sender -> sender.count().tested()).reversed()
                        .thenComparing(Sender::organization)).toList();
        return new EnforceSimulation(from, to, byPolicyType, causes, senders,
                counts(others, Reported.Sessions::policyType, otherCauses, Cause::policyType)
                        .getOrDefault(PolicyType.STS, Count.NONE),
                traffic(verified), coverage(from, to, verified, causes, senders),
                // No session comes to an MX that can't be reached, so none would be refused there.
                failing.stream().filter(finding -> finding.check() != Check.MX_REACHABLE).toList());
    }

    /// What senders counted under the policy: "refused of tested".
    public Count counted() {
        return byPolicyType.getOrDefault(PolicyType.STS, Count.NONE);
    }

    /// Of all sessions under the policy, how many `enforce` may refuse.
    public UpperBound sessionBound() {
        return UpperBound.of(counted().endangered(), counted().tested());
    }

    /// Of all senders, how many may have sessions refused. Sessions of one sender share a cause, so this is the more
    /// careful of the two.
    public UpperBound senderBound() {
        var tested = senders.stream().map(Sender::count).filter(count -> count.tested() > 0).toList();
        return UpperBound.of(tested.stream().filter(count -> count.endangered() > 0).count(), tested.size());
    }

    /// Failures under `sts` by the MX that senders named, most refused first. A key that is empty stands for none.
    public List<Map.Entry<String, Count>> byMx() {
        return grouped(Cause::mx, Comparator.naturalOrder());
    }

    /// Failures under `sts` by result type, most refused first. A key that is empty stands for sessions without a reason.
    public List<Map.Entry<Optional<ResultType>, Count>> byResultType() {
        return grouped(Cause::type, Comparator.comparing(type -> type.map(Enum::ordinal).orElse(-1)));
    }

    private <K> List<Map.Entry<K, Count>> grouped(Function<Cause, K> key, Comparator<K> order) {
        var counts = new HashMap<K, Count>();
        causes.stream().filter(cause -> cause.policyType() == PolicyType.STS)
                .forEach(cause -> counts.merge(key.apply(cause), Count.of(cause), Count::plus));
        return counts.entrySet().stream().map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong((Map.Entry<K, Count> entry) -> entry.getValue().refused())
                        .thenComparingLong(entry -> entry.getValue().unclear())
                        .thenComparingLong(entry -> entry.getValue().unprotected()).reversed()
                        .thenComparing(Map.Entry::getKey, order)).toList();
    }

    /// What it comes to, in one sentence.
    ///
    /// @param phase of the domain now
    public String headline(Phase phase) {
        Count count = counted();
        String period = "in the " + days(coverage.days()) + " to " + DAY.format(to);
        if (count.tested() == 0) {
            return "No verified report tells yet what senders that apply the policy met " + period + ".";
        }
        String refused = count.refused() == 0 ? "none" : number(count.refused());
        String rest = count.unclear() == 0 ? "." : "; " + number(count.unclear()) + (count.refused() == 0 ? "" : " more")
                + " failed for reasons that senders did not make clear.";
        return "Under enforce, " + period + ", " + refused + " of " + sessions(count.tested())
                + (phase == Phase.ENFORCE ? " were refused, or would have been" : " would have been refused") + rest;
    }

    /// What the observations allow, in one sentence.
    public String allowed() {
        UpperBound bound = sessionBound();
        if (!bound.telling()) {
            return "That is too little to say how many sessions enforce would refuse.";
        }
        return "With 95 % confidence, enforce would refuse " + bound.words("sessions") + " like these.";
    }

    /// What has to be known to read the figures, a sentence each, the weightiest first.
    public List<String> caveats() {
        var caveats = new ArrayList<String>();
        if (counted().tested() > 0) {
            UpperBound bySender = senderBound();
            caveats.add("Sessions of one sender share their causes, so they are no independent trials. Seen by sender, "
                    + number(bySender.affected()) + " of " + bySender.observed()
                    + (bySender.observed() == 1 ? " organization was" : " organizations were") + " affected: "
                    + (bySender.telling() ? "that allows " + bySender.words("senders") + "."
                    : "too few to say anything of senders that were not seen."));
        }
        if (traffic.known() > traffic.observed()) {
            caveats.add("Of " + sessions(traffic.known()) + " that senders told of, " + number(traffic.observed())
                    + " were held against the policy. How the others would have fared is not known.");
        }
        caveats.add("Senders that send no reports are not in these figures.");
        if (counted().setAside() > 0) {
            caveats.add(number(counted().setAside()) + " of the failed sessions were set aside. They count here: enforce "
                    + "would refuse them, whoever is to blame.");
        }
        long unapplied = byPolicyType.getOrDefault(PolicyType.NO_POLICY_FOUND, Count.NONE).endangered();
        if (unapplied > 0) {
            caveats.add("Senders that found no policy told of " + sessions(unapplied)
                    + " more that they would refuse once they apply it. These are not in the bound.");
        }
        if (unverified.tested() > 0) {
            caveats.add("Reports that are not verified tell of " + sessions(unverified.tested()) + " more, "
                    + number(unverified.endangered())
                    + " of them failed. They are left out, as anybody can send such a report.");
        }
        return caveats;
    }

    private static List<Cause> causes(List<Reported.Sessions> sessions, List<Reported.Failures> failures,
                                      List<SetAside> setAsides) {
        // What a sender counts as failed and gives no reason for is found day by day, lest reasons of another day hide it.
        var unexplained = new HashMap<DayKey, Long>();
        sessions.forEach(row -> unexplained.merge(new DayKey(row.day(), row.organization(), row.policyType()),
                row.failed(), EnforceSimulation::capped));
        var weights = new HashMap<CauseKey, Weight>();
        var explained = new HashMap<DayKey, Long>();
        for (Reported.Failures row : failures) {
            long counted = capped(row.failed(), row.withoutCount());
            explained.merge(new DayKey(row.day(), row.organization(), row.policyType()), counted,
                    EnforceSimulation::capped);
            add(weights, new CauseKey(row.policyType(), Optional.of(row.resultType()), row.organization(), row.mx()),
                    row.day(), counted, setAsides);
        }
        unexplained.forEach((key, failed) -> add(weights, new CauseKey(key.policyType(), Optional.empty(),
                key.organization(), ""), key.day(), failed - Math.min(failed, explained.getOrDefault(key, 0L)), setAsides));
        return weights.entrySet().stream().map(entry -> cause(entry.getKey(), entry.getValue())).sorted(Cause.ORDER)
                .toList();
    }

    private static void add(Map<CauseKey, Weight> weights, CauseKey key, LocalDate day, long sessions,
                            List<SetAside> setAsides) {
        if (sessions > 0) {
            var failure = new SenderDay.Failure(key.type().orElse(ResultType.OTHER), key.mx(), sessions);
            boolean aside = setAsides.stream().anyMatch(each -> each.covers(day, key.organization(), failure));
            weights.merge(key, new Weight(sessions, aside ? sessions : 0), Weight::plus);
        }
    }

    private static Cause cause(CauseKey key, Weight weight) {
        Consequence consequence = Consequence.of(key.policyType(), key.type().orElse(ResultType.OTHER), key.mx());
        return new Cause(consequence, key.policyType(), key.type(), key.organization(), key.mx(), weight.sessions(),
                consequence.blocks() ? weight.setAside() : 0);
    }

    private static <K extends Comparable<K>> Map<K, Count> counts(List<Reported.Sessions> sessions,
                                                                  Function<Reported.Sessions, K> ofSessions,
                                                                  List<Cause> causes, Function<Cause, K> ofCause) {
        var counts = new TreeMap<K, Count>();
        sessions.forEach(row -> counts.merge(ofSessions.apply(row), new Count(row.successful(), 0, 0, 0, 0, 0),
                Count::plus));
        causes.forEach(cause -> counts.merge(ofCause.apply(cause), Count.of(cause), Count::plus));
        return counts;
    }

    private static Traffic traffic(List<Reported.Sessions> verified) {
        long known = verified.stream().mapToLong(Reported.Sessions::speaking).reduce(0, EnforceSimulation::capped);
        long observed = sts(verified).stream().mapToLong(row -> capped(row.successful(), row.failed()))
                .reduce(0, EnforceSimulation::capped);
        return new Traffic(Math.max(known, observed), observed);
    }

    private static Coverage coverage(LocalDate from, LocalDate to, List<Reported.Sessions> verified, List<Cause> causes,
                                     List<Sender> senders) {
        var days = new HashSet<LocalDate>();
        sts(verified).stream().filter(row -> row.successful() > 0 || row.failed() > 0)
                .forEach(row -> days.add(row.day()));
        var tested = senders.stream().map(sender -> sender.count().tested()).filter(count -> count > 0).toList();
        return new Coverage(tested.stream().reduce(0L, EnforceSimulation::capped), tested.size(), days.size(),
                (int) ChronoUnit.DAYS.between(from, to) + 1, tested.stream().max(Comparator.naturalOrder()).orElse(0L));
    }

    private static List<Reported.Sessions> sts(List<Reported.Sessions> rows) {
        return rows.stream().filter(row -> row.policyType() == PolicyType.STS).toList();
    }

    private static boolean within(LocalDate day, LocalDate from, LocalDate to) {
        return !day.isBefore(from) && !day.isAfter(to);
    }

    /// A stranger's figures may be as large as they like.
    private static long capped(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    private static String days(int days) {
        return days == 1 ? "day" : days + " days";
    }

    private static String sessions(long count) {
        return number(count) + (count == 1 ? " session" : " sessions");
    }

    private static String number(long number) {
        return String.format(Locale.ENGLISH, "%,d", number);
    }

    private static int gravity(Consequence consequence) {
        return switch (consequence) {
            case REFUSED -> 0;
            case UNCLEAR -> 1;
            case UNPROTECTED -> 2;
            case DANE -> 3;
        };
    }
}

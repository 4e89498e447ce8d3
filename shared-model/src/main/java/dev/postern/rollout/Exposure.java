package dev.postern.rollout;

import dev.postern.check.Check;
import dev.postern.check.MxStanding;
import dev.postern.check.MxStanding.Answer;
import dev.postern.mtasts.Mode;
import dev.postern.mtasts.StsPolicy;
import dev.postern.name.HostName;
import dev.postern.setup.PolicyHosting;
import dev.postern.tlsrpt.Consequence;
import dev.postern.tlsrpt.ResultType;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// How far a mistake reaches while senders hold a policy in `enforce`: what they refuse, who holds which policy until
/// when, and what helps.
///
/// A sender passes an MX by that fails the policy and goes on to the next (RFC 8461 §5.1), so that mail is refused only
/// where no MX is left. It keeps refused mail and tries again, and must look for a new policy before it gives up
/// (§5.1): that is what a rollback rests on. What it has cached it may apply for `max_age` after it fetched it (§3.2).
///
/// @param refusals MXs that senders refuse under a policy that they hold, in order of preference
/// @param reports  failures under the policy that senders reported of the last days, the newest first
/// @param holdings each policy in `enforce` that senders may hold, Postern's newest first
/// @param rollback what going back to `testing` gains, or has gained where it was done; empty where there is nothing to
///                 go back from
/// @param repair   what putting the fault right gains; empty where there is none
/// @param logged   whether the policy is fetched from Postern's policy host, so that fetches are seen
/// @param headline what is, in one sentence
/// @param outlook  what becomes of the mail meanwhile; empty where there is nothing to say
/// @param advice   what to do, for who was woken by it
public record Exposure(Effect effect, List<Refusal> refusals, List<Reported> reports, List<Holding> holdings,
                       Optional<Way> rollback, Optional<Way> repair, boolean logged, String headline, String outlook,
                       String advice) {

    /// What becomes of mail, from best to worst.
    public enum Effect {
        /// Nothing is refused, and nothing is left over from before.
        NONE,
        /// Nothing is refused; but senders may hold a policy in `enforce` that was taken back, or came from elsewhere.
        HELD,
        /// Senders reported that they refused mail; nothing is wrong as seen from here.
        REPORTED,
        /// Some MX is refused; mail arrives at another, perhaps later.
        DELAYED,
        /// Some MX is refused; whether another takes the mail could not be told.
        AT_RISK,
        /// Every MX that can be reached is refused: mail waits at the sender, and bounces in the end.
        REFUSED
    }

    /// @param reasons    what is wrong there, in sentences
    /// @param since      since when it is seen; empty where it is not known
    /// @param partly     only some of its addresses
    /// @param tls        whether STARTTLS or the certificate is at fault
    /// @param notNamedBy policies that senders may hold and that do not name it
    public record Refusal(String mx, List<String> reasons, Optional<Instant> since, boolean partly, boolean tls,
                          List<HeldPolicy> notNamedBy) {
    }

    /// @param organization as it names itself
    /// @param counts       whether the report is one that anyone could not have made up
    public record Reported(LocalDate day, String organization, ResultType type, String mx, long sessions,
                           boolean counts) {
    }

    /// A policy in `enforce` and who fetched it.
    ///
    /// @param effect what becomes of mail from a sender that holds it
    /// @param until  when the last sender has let go of it, should it be replaced now; a sender may have fetched it the
    ///               moment before
    /// @param served whether it is, or may be, served still
    public record Holding(HeldPolicy policy, Effect effect, boolean served, Instant until, List<Holder> holders) {

        /// How many of the fetchers seen have fetched a newer policy since.
        public long renewed() {
            return holders.stream().filter(Holder::renewed).count();
        }

        /// When the last copy runs out that was seen to be fetched and not renewed; empty where none was seen.
        public Optional<Instant> seenUntil() {
            return holders.stream().filter(each -> !each.renewed()).map(Holder::until).max(Comparator.naturalOrder());
        }
    }

    /// Who fetched a policy, and may hold it.
    ///
    /// @param until   `max_age` after its last fetch
    /// @param renewed whether the same network and user agent have fetched another version since. A large sender has
    ///                several caches, so this tells of one of them
    public record Holder(Fetcher fetcher, Instant until, boolean renewed) {
    }

    /// A way out.
    ///
    /// @param lookers  by when senders see the new id that look for one when a delivery fails; empty where it does not
    ///                 depend on that, or can't be told
    /// @param everyone when the last sender does; empty where it does not depend on what senders hold
    public record Way(Optional<Instant> lookers, Optional<Instant> everyone, String text) {
    }

    /// How many days of reports are looked at, today's too: they come a day late (RFC 8460 §4.1).
    public static final int REPORTED_DAYS = 3;

    public Exposure {
        refusals = List.copyOf(refusals);
        reports = List.copyOf(reports);
        holdings = List.copyOf(holdings);
    }

    public boolean isEmpty() {
        return effect == Effect.NONE;
    }

    public static Exposure of(ExposureFacts facts) {
        Facts rollout = facts.rollout();
        Instant now = rollout.now();
        var enforced = rollout.trail().held(now).stream().filter(each -> each.policy().mode() == Mode.ENFORCE).toList();
        List<Refusal> refusals = enforced.isEmpty() ? List.of() : refusals(facts, enforced);
        List<Reported> reports = enforced.isEmpty() ? List.of() : reports(facts);
        var holdings = enforced.stream().map(each -> holding(facts, each)).toList();
        Effect seen = holdings.stream().map(Holding::effect).max(Comparator.naturalOrder()).orElse(Effect.NONE);
        Effect effect = seen != Effect.NONE ? seen
                : reports.stream().anyMatch(Reported::counts) ? Effect.REPORTED
                : !enforced.isEmpty() && rollout.domain().phase() != Phase.ENFORCE
                && rollout.domain().phase() != Phase.SETUP ? Effect.HELD : Effect.NONE;
        var words = new ExposureWords(facts, effect, refusals, holdings);
        return new Exposure(effect, refusals, reports, holdings,
                enforced.isEmpty() || rollout.domain().phase() == Phase.SETUP ? Optional.empty()
                        : Optional.of(rollback(facts, holdings, words)),
                refusals.isEmpty() ? Optional.empty() : Optional.of(repair(facts, refusals, holdings, words)),
                rollout.domain().hosting() == PolicyHosting.POSTERN, words.headline(), words.outlook(), words.advice());
    }

    private static List<Refusal> refusals(ExposureFacts facts, List<HeldPolicy> enforced) {
        var refusals = new ArrayList<Refusal>();
        for (MxStanding mx : facts.mxs()) {
            List<HeldPolicy> notNamedBy = enforced.stream().filter(each -> !names(each.policy(), mx)).toList();
            if (!mx.failures().isEmpty() || !notNamedBy.isEmpty()) {
                var reasons = new ArrayList<>(mx.failures().stream().map(finding -> finding.message()).toList());
                notNamedBy.forEach(each -> reasons.add("It is not named in " + each.name() + "."));
                refusals.add(new Refusal(mx.mx(), reasons, since(facts, mx, !notNamedBy.isEmpty()),
                        mx.answer() == Answer.SOME_REFUSED && notNamedBy.isEmpty(), !mx.failures().isEmpty(),
                                notNamedBy));
            }
        }
        return refusals;
    }

    private static Optional<Instant> since(ExposureFacts facts, MxStanding mx, boolean notNamed) {
        return Stream.concat(mx.failures().stream().map(finding -> finding.check()),
                        notNamed ? Stream.of(Check.POLICY_COVERS_MX) : Stream.empty())
                .map(facts.failingSince()::get).filter(Objects::nonNull).min(Comparator.naturalOrder());
    }

    private static boolean names(StsPolicy policy, MxStanding mx) {
        return HostName.parse(mx.mx()).asOptional().map(policy::covers).orElse(false);
    }

    private static List<Reported> reports(ExposureFacts facts) {
        Facts rollout = facts.rollout();
        if (rollout.domain().phase() != Phase.ENFORCE) {
            // Under another policy the same failure refuses nothing, and a report does not tell the mode.
            return List.of();
        }
        LocalDate today = LocalDate.ofInstant(rollout.now(), ZoneOffset.UTC);
        LocalDate since = LocalDate.ofInstant(rollout.domain().phaseSince(), ZoneOffset.UTC);
        var reports = new ArrayList<Reported>();
        for (SenderDay day : facts.reported()) {
            boolean recent = day.day().isAfter(today.minusDays(REPORTED_DAYS)) && !day.day().isAfter(today)
                    && !day.day().isBefore(since);
            day.failures().stream().filter(failure -> recent && failure.type().consequence() == Consequence.REFUSED
                    && facts.setAsides().stream().noneMatch(each -> each.covers(day.day(), day.organization(),
                            failure)))
                    .forEach(failure -> reports.add(new Reported(day.day(), day.organization(), failure.type(),
                            failure.mx(), failure.sessions(), day.mayReset(rollout.now()))));
        }
        reports.sort(Comparator.comparing(Reported::day).reversed().thenComparing(Reported::organization)
                .thenComparing(Reported::type).thenComparing(Reported::mx));
        return reports;
    }

    private static Holding holding(ExposureFacts facts, HeldPolicy held) {
        Instant now = facts.rollout().now();
        return new Holding(held, effect(facts.mxs(), held.policy()), held.until().isEmpty(),
                held.until().orElse(now.plusSeconds(held.policy().maxAgeSeconds())),
                held.version().map(version -> holders(facts, version,
                        held.policy().maxAgeSeconds())).orElse(List.of()));
    }

    private static Effect effect(List<MxStanding> mxs, StsPolicy policy) {
        boolean refused = false;
        boolean partly = false;
        boolean taken = false;
        boolean unknown = false;
        for (MxStanding mx : mxs) {
            Answer answer = names(policy, mx) ? mx.answer() : Answer.REFUSED;
            refused |= answer == Answer.REFUSED;
            partly |= answer == Answer.SOME_REFUSED;
            taken |= answer == Answer.TAKES || answer == Answer.SOME_REFUSED;
            unknown |= answer == Answer.UNKNOWN;
        }
        return !refused && !partly ? Effect.NONE : taken ? Effect.DELAYED : unknown ? Effect.AT_RISK : Effect.REFUSED;
    }

    private static List<Holder> holders(ExposureFacts facts, int version, long maxAge) {
        return facts.fetchers().stream().filter(each -> each.version().filter(fetched ->
                fetched == version).isPresent())
                .map(each -> new Holder(each, each.lastAt().plusSeconds(maxAge), facts.fetchers().stream().anyMatch(
                        other -> other.sameClient(each) && other.version().filter(fetched ->
                                fetched > version).isPresent()
                                && !other.lastAt().isBefore(each.lastAt()))))
                .filter(each -> facts.rollout().now().isBefore(each.until()))
                .sorted(Comparator.comparing(Holder::renewed).thenComparing(Holder::until, Comparator.reverseOrder())
                        .thenComparing(each -> each.fetcher().network().orElse(""))
                        .thenComparing(each -> each.fetcher().userAgent())).toList();
    }

    private static Way rollback(ExposureFacts facts, List<Holding> holdings, ExposureWords words) {
        Instant now = facts.rollout().now();
        Instant everyone = latest(holdings);
        boolean done = facts.rollout().domain().phase() != Phase.ENFORCE;
        // Until the id is in the DNS, nobody knows that there is something to look for (RFC 8461 §3.1).
        Optional<Instant> from = done ? facts.rollout().trail().newest().filter(PolicyVersion::announced)
                .flatMap(PolicyVersion::announcedAt) : Optional.of(now);
        Optional<Instant> lookers = from.flatMap(at -> facts.ttl().map(at::plus))
                .map(at -> at.isAfter(everyone) ? everyone : at);
        return new Way(lookers, Optional.of(everyone), words.rollback(lookers, everyone));
    }

    private static Way repair(ExposureFacts facts, List<Refusal> refusals, List<Holding> holdings,
                              ExposureWords words) {
        boolean tlsOnly = refusals.stream().allMatch(each -> each.notNamedBy().isEmpty());
        if (tlsOnly) {
            return new Way(Optional.empty(), Optional.empty(), words.repair());
        }
        Instant everyone = latest(holdings.stream().filter(holding -> refusals.stream().map(Refusal::notNamedBy)
                .flatMap(Collection::stream).anyMatch(holding.policy()::equals)).toList());
        return new Way(facts.ttl().map(facts.rollout().now()::plus).map(at -> at.isAfter(everyone) ? everyone : at),
                Optional.of(everyone), words.repair());
    }

    private static Instant latest(List<Holding> holdings) {
        return holdings.stream().map(Holding::until).max(Comparator.naturalOrder()).orElseThrow();
    }
}

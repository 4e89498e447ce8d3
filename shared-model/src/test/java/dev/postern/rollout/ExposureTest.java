package dev.postern.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.Check;
import dev.postern.check.Finding;
import dev.postern.check.MxStanding;
import dev.postern.check.MxStanding.Answer;
import dev.postern.mtasts.Mode;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.StsPolicy;
import dev.postern.name.DomainName;
import dev.postern.rollout.Exposure.Effect;
import dev.postern.setup.MailDomain;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.PublishedPolicy;
import dev.postern.tlsrpt.ResultType;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ExposureTest {

    /// How much longer than its max_age a policy is taken for held.
    private static final Duration LINGERS = Duration.ofHours(1);

    private static final Instant NOW = Instant.parse("2026-12-01T03:00:00Z");
    private static final LocalDate TODAY = LocalDate.of(2026, 12, 1);
    private static final Duration TTL = Duration.ofMinutes(5);
    private static final long WEEK = MaxAge.WEEK.seconds();

    /// What becomes of mail follows from what is left of the MXs: a sender goes on to the next one (RFC 8461 §5.1).
    @ParameterizedTest
    @CsvSource({
            "TAKES,TAKES,NONE", "TAKES,UNKNOWN,NONE", "TAKES,AWAY,NONE", "UNKNOWN,AWAY,NONE", "AWAY,AWAY,NONE",
            "REFUSED,TAKES,DELAYED", "TAKES,REFUSED,DELAYED", "REFUSED,SOME_REFUSED,DELAYED",
                    "SOME_REFUSED,TAKES,DELAYED",
            "SOME_REFUSED,AWAY,DELAYED", "REFUSED,UNKNOWN,AT_RISK", "REFUSED,REFUSED,REFUSED", "REFUSED,AWAY,REFUSED"})
    void tellsRefusedFromDelayed(Answer first, Answer second, Effect effect) {
        var exposure = Exposure.of(enforcing(mx("mx1.example.test", first), mx("mx2.example.test", second)));

        assertThat(exposure.effect()).isEqualTo(effect);
        assertThat(exposure.isEmpty()).isEqualTo(effect == Effect.NONE);
        assertThat(exposure.refusals()).hasSize((int) List.of(first, second).stream()
                .filter(answer -> answer == Answer.REFUSED || answer == Answer.SOME_REFUSED).count());
    }

    @Test
    void saysWhatIsRefusedWhyAndSinceWhen() {
        var exposure = Exposure.of(enforcing(mx("mx1.example.test", Answer.REFUSED)));

        assertThat(exposure.refusals()).singleElement().satisfies(refusal -> {
            assertThat(refusal.mx()).isEqualTo("mx1.example.test");
            assertThat(refusal.reasons()).containsExactly("The certificate of mx1.example.test expired.");
            assertThat(refusal.since()).contains(NOW.minusSeconds(600));
            assertThat(refusal.tls()).isTrue();
        });
        assertThat(exposure.headline()).startsWith("Senders refuse to deliver mail to example.test: no mail server is "
                + "left");
        assertThat(exposure.outlook()).startsWith("Nothing is lost yet");
        assertThat(exposure.advice()).startsWith("Quickest is the repair").contains("longer than 5 minutes, roll back "
                + "now");
    }

    @Test
    void whileMailFlowsARollbackCanWait() {
        assertThat(Exposure.of(enforcing(mx("mx1.example.test", Answer.REFUSED), mx("mx2.example.test", Answer.TAKES)))
                .advice()).startsWith("Repair it").contains("a rollback, which gives protection up, can wait");
    }

    @Test
    void repairOfAServerHelpsWhateverSendersHold() {
        var exposure = Exposure.of(enforcing(mx("mx1.example.test", Answer.REFUSED)));

        assertThat(exposure.repair()).hasValueSatisfying(way -> {
            assertThat(way.lookers()).isEmpty();
            assertThat(way.everyone()).isEmpty();
            assertThat(way.text()).contains("every sender delivers at its next attempt");
        });
    }

    /// RFC 8461 §5.1: the id is looked at before mail is given up; §3.2: else max_age after the last fetch.
    @Test
    void rollbackGainsByTheTtlOrByMaxAge() {
        var exposure = Exposure.of(enforcing(mx("mx1.example.test", Answer.REFUSED)));

        assertThat(exposure.rollback()).hasValueSatisfying(way -> {
            assertThat(way.lookers()).contains(NOW.plus(TTL));
            assertThat(way.everyone()).contains(NOW.plusSeconds(WEEK));
            assertThat(way.text()).contains("within 5 minutes of that").contains("8 Dec 2026, 03:00 UTC");
        });
    }

    @Test
    void aTtlLongerThanMaxAgeGainsNothingLater() {
        var facts = facts(Phase.ENFORCE, served(Mode.ENFORCE, 60, "mx1.example.test"), Optional.of(Duration.ofDays(1)),
                List.of(), List.of(), mx("mx1.example.test", Answer.REFUSED));

        assertThat(Exposure.of(facts).rollback().orElseThrow().lookers()).contains(NOW.plusSeconds(60));
    }

    @Test
    void anUnknownTtlIsSaidToBe() {
        var facts = facts(Phase.ENFORCE, served(Mode.ENFORCE, WEEK, "mx1.example.test"), Optional.empty(), List.of(),
                List.of(), mx("mx1.example.test", Answer.REFUSED));

        assertThat(Exposure.of(facts).rollback().orElseThrow()).satisfies(way -> {
            assertThat(way.lookers()).isEmpty();
            assertThat(way.text()).contains("TTL could not be told");
        });
    }

    @Test
    void aNewMxIsRefusedUnderTheOlderVersionOnly() {
        var trail = new PolicyTrail(List.of(
                version(1, Mode.ENFORCE, WEEK, Optional.of(NOW.minusSeconds(60)), "mx1.example.test"),
                version(2, Mode.ENFORCE, WEEK, Optional.empty(), "mx1.example.test", "mx2.example.test")), List.of());
        var exposure = Exposure.of(facts(Phase.ENFORCE, trail, Optional.of(TTL), List.of(), List.of(),
                mx("mx2.example.test", Answer.TAKES)));

        assertThat(exposure.effect()).isEqualTo(Effect.REFUSED);
        assertThat(exposure.holdings()).extracting(Exposure.Holding::effect).containsExactly(Effect.NONE,
                Effect.REFUSED);
        assertThat(exposure.refusals().getFirst().reasons()).containsExactly("It is not named in version 1.");
        assertThat(exposure.repair().orElseThrow().everyone()).contains(NOW.minusSeconds(60).plusSeconds(WEEK).plus(LINGERS));
        assertThat(exposure.advice()).contains("Rolling back gains nothing more");
    }

    @Test
    void anMxOutsideThePolicyIsBetterNamedThanRolledBack() {
        var exposure = Exposure.of(enforcing(mx("mx1.example.test", Answer.TAKES), mx("mx9.example.test",
                Answer.TAKES)));

        assertThat(exposure.effect()).isEqualTo(Effect.DELAYED);
        assertThat(exposure.headline()).isEqualTo("Senders pass mx9.example.test by. Mail to example.test still "
                + "arrives at mx1.example.test, perhaps later.");
        assertThat(exposure.advice()).contains("name it in the policy");
        assertThat(exposure.repair().orElseThrow().lookers()).contains(NOW.plus(TTL));
    }

    @ParameterizedTest
    @EnumSource(names = {"TESTING", "RETIRING"})
    void afterARollbackSendersStillHold(Phase phase) {
        var exposure = Exposure.of(rolledBack(phase, Optional.of(NOW.minusSeconds(30)), NOW.minusSeconds(60),
                mx("mx1.example.test", Answer.TAKES)));

        assertThat(exposure.effect()).isEqualTo(Effect.HELD);
        assertThat(exposure.headline()).startsWith(phase == Phase.TESTING ? "example.test is back in testing, but"
                : "example.test is being retired, but");
        assertThat(exposure.holdings()).singleElement().satisfies(holding -> {
            assertThat(holding.served()).isFalse();
            assertThat(holding.until()).isEqualTo(NOW.minusSeconds(60).plusSeconds(WEEK).plus(LINGERS));
        });
        assertThat(exposure.rollback().orElseThrow().lookers()).contains(NOW.minusSeconds(30).plus(TTL));
        assertThat(exposure.rollback().orElseThrow().text()).startsWith("Policy and id are out.");
        assertThat(exposure.repair()).isEmpty();
    }

    @Test
    void aRollbackWhoseIdIsNotOutGainsNothingYet() {
        var exposure = Exposure.of(rolledBack(Phase.TESTING, Optional.empty(), NOW.minusSeconds(60),
                mx("mx1.example.test", Answer.REFUSED)));

        assertThat(exposure.effect()).isEqualTo(Effect.REFUSED);
        assertThat(exposure.headline()).startsWith("Senders that hold the enforced policy refuse to deliver mail");
        assertThat(exposure.rollback().orElseThrow().lookers()).isEmpty();
        assertThat(exposure.rollback().orElseThrow().text()).contains("nothing is gained");
        assertThat(exposure.advice()).startsWith("The policy is taken back already.");
    }

    /// The last moment at which it is held, and the one after (RFC 8461 §3.2).
    @ParameterizedTest
    @CsvSource({"1,HELD", "0,NONE", "-1,NONE"})
    void endsWhenTheLastCopyRunsOut(long secondsLeft, Effect effect) {
        Instant replaced = NOW.minusSeconds(WEEK).minus(LINGERS).plusSeconds(secondsLeft);
        var exposure = Exposure.of(rolledBack(Phase.TESTING, Optional.of(replaced), replaced,
                mx("mx1.example.test", Answer.TAKES)));

        assertThat(exposure.effect()).isEqualTo(effect);
    }

    @ParameterizedTest
    @EnumSource(names = {"SETUP", "TESTING", "RETIRING", "NONE"})
    void withoutAnEnforcedPolicyThereIsNone(Phase phase) {
        var facts = facts(phase, served(Mode.TESTING, WEEK, "mx1.example.test"), Optional.of(TTL), List.of(), List.of(),
                mx("mx1.example.test", Answer.REFUSED));

        assertThat(Exposure.of(facts)).isEqualTo(new Exposure(Effect.NONE, List.of(), List.of(), List.of(),
                Optional.empty(), Optional.empty(), true, "Nothing makes senders refuse mail to example.test.", "",
                        ""));
    }

    @Test
    void aPolicyFromElsewhereIsHeldToo() {
        var policy = new StsPolicy(Mode.ENFORCE, 86_400, List.of(new MxPattern("mx1.example.test")), Map.of());
        var trail = new PolicyTrail(List.of(version(1, Mode.TESTING, 86_400, Optional.empty(), "mx1.example.test")),
                List.of(new ForeignPolicy(policy, NOW.minusSeconds(9_000), Optional.of(NOW.minusSeconds(100)))));
        var exposure = Exposure.of(facts(Phase.TESTING, trail, Optional.of(TTL), List.of(), List.of(),
                mx("mx1.example.test", Answer.TAKES)));

        assertThat(exposure.effect()).isEqualTo(Effect.HELD);
        assertThat(exposure.headline()).contains("came from elsewhere");
    }

    @Test
    void saysWhoFetchedWhatAndHoldsItUntilWhen() {
        var old = fetcher("192.0.2.0/24", 1, NOW.minusSeconds(WEEK - 10));
        var gone = fetcher("198.51.100.0/24", 1, NOW.minusSeconds(WEEK));
        var renewed = fetcher("203.0.113.0/24", 1, NOW.minusSeconds(900));
        var trail = rolledBackTrail(Mode.TESTING, Optional.of(NOW.minusSeconds(30)), NOW.minusSeconds(60));
        var exposure = Exposure.of(facts(Phase.TESTING, trail, Optional.of(TTL),
                List.of(old, gone, renewed, fetcher("203.0.113.0/24", 2, NOW.minusSeconds(10)),
                        new Fetcher(Optional.empty(), "", Optional.of(1), 7, NOW.minusSeconds(50),
                                NOW.minusSeconds(50))),
                List.of(), mx("mx1.example.test", Answer.TAKES)));

        var holding = exposure.holdings().getFirst();
        assertThat(holding.holders()).extracting(Exposure.Holder::fetcher)
                .as("those that still hold first, the longest first; who holds nothing any more is not told")
                .containsExactly(new Fetcher(Optional.empty(), "", Optional.of(1), 7, NOW.minusSeconds(50),
                        NOW.minusSeconds(50)), old, renewed);
        assertThat(holding.holders()).extracting(Exposure.Holder::renewed).containsExactly(false, false, true);
        assertThat(holding.holders().get(1).until()).isEqualTo(NOW.plusSeconds(10));
        assertThat(holding.renewed()).isEqualTo(1);
        assertThat(holding.seenUntil()).contains(NOW.minusSeconds(50).plusSeconds(WEEK));
    }

    @ParameterizedTest
    @CsvSource({"0,CERTIFICATE_EXPIRED,true,REPORTED", "-2,CERTIFICATE_EXPIRED,true,REPORTED",
            "-3,CERTIFICATE_EXPIRED,true,NONE", "1,CERTIFICATE_EXPIRED,true,NONE", "0,CERTIFICATE_EXPIRED,false,NONE",
            "0,STS_POLICY_FETCH_ERROR,true,NONE"})
    void reportsOfRefusedMailCount(int day, ResultType type, boolean authentic, Effect effect) {
        var reported = new SenderDay(TODAY.plusDays(day), "sender", authentic, Optional.empty(), 1, 10,
                List.of(new SenderDay.Failure(type, "mx1.example.test", 3)));
        var facts = facts(Phase.ENFORCE, served(Mode.ENFORCE, WEEK, "mx1.example.test"), Optional.of(TTL), List.of(),
                List.of(reported), mx("mx1.example.test", Answer.TAKES));

        assertThat(Exposure.of(facts).effect()).isEqualTo(effect);
    }

    @Test
    void failuresSetAsideAreNot() {
        var reported = new SenderDay(TODAY, "sender", true, Optional.empty(), 1, 10,
                List.of(new SenderDay.Failure(ResultType.CERTIFICATE_EXPIRED, "mx1.example.test", 3)));
        var facts = facts(Phase.ENFORCE, served(Mode.ENFORCE, WEEK, "mx1.example.test"), Optional.of(TTL), List.of(),
                List.of(reported), mx("mx1.example.test", Answer.TAKES));
        var aside = new SetAside(UUID.randomUUID(), "sender", Optional.empty(), Optional.empty(), "theirs", "anna", NOW,
                Optional.empty());

        assertThat(Exposure.of(new ExposureFacts(facts.rollout(), facts.failingSince(), facts.mxs(), facts.ttl(),
                facts.fetchers(), facts.reported(), List.of(aside))).effect()).isEqualTo(Effect.NONE);
    }

    /// Whatever the history: nobody holds longer than max_age, ways out are never in doubt about their order, and what
    /// is not enforced hurts nobody.
    @ParameterizedTest
    @MethodSource("seeds")
    void holdsForAnyHistory(long seed) {
        var random = new Random(seed);
        var versions = new ArrayList<PolicyVersion>();
        for (int number = 1; number <= 1 + random.nextInt(6); number++) {
            versions.add(version(number, Mode.values()[random.nextInt(3)], random.nextInt(31_557_600),
                    random.nextBoolean() ? Optional.of(NOW.minusSeconds(random.nextInt(40_000_000))) : Optional.empty(),
                    "mx" + random.nextInt(3) + ".example.test"));
        }
        var mxs = IntStream.range(0, random.nextInt(4)).mapToObj(i -> mx("mx" + i + ".example.test",
                Answer.values()[random.nextInt(5)])).toArray(MxStanding[]::new);
        var fetchers = IntStream.range(0, random.nextInt(20)).mapToObj(i -> fetcher("192.0." + i + ".0/24",
                random.nextInt(8), NOW.minusSeconds(random.nextInt(40_000_000)))).toList();
        var facts = facts(Phase.values()[random.nextInt(5)], new PolicyTrail(versions, List.of()),
                random.nextBoolean() ? Optional.of(Duration.ofSeconds(random.nextInt(100_000))) : Optional.empty(),
                fetchers, List.of(), mxs);
        var exposure = Exposure.of(facts);

        assertThat(exposure.holdings()).hasSize((int) facts.rollout().trail().held(NOW).stream()
                .filter(held -> held.policy().mode() == Mode.ENFORCE).count());
        for (Exposure.Holding holding : exposure.holdings()) {
            assertThat(holding.until()).isAfterOrEqualTo(NOW)
                    .isBeforeOrEqualTo(NOW.plusSeconds(holding.policy().policy().maxAgeSeconds()));
            assertThat(holding.holders()).allSatisfy(holder -> assertThat(holder.until()).isAfter(NOW)
                    .isEqualTo(holder.fetcher().lastAt().plusSeconds(holding.policy().policy().maxAgeSeconds())));
            assertThat(holding.effect()).isLessThanOrEqualTo(exposure.effect());
        }
        exposure.rollback().ifPresent(way -> way.lookers().ifPresent(lookers ->
                assertThat(lookers).isBeforeOrEqualTo(way.everyone().orElseThrow())));
        if (exposure.holdings().isEmpty()) {
            assertThat(exposure.isEmpty()).isTrue();
        }
        if (exposure.effect().compareTo(Effect.REPORTED) > 0) {
            assertThat(exposure.refusals()).isNotEmpty();
            assertThat(exposure.advice()).isNotBlank();
            assertThat(exposure.repair()).isPresent();
        }
        assertThat(exposure.headline()).isNotBlank().doesNotContain("Optional", "null", "T03:");
    }

    static IntStream seeds() {
        return IntStream.range(0, 500);
    }

    private static ExposureFacts enforcing(MxStanding... mxs) {
        return facts(Phase.ENFORCE, served(Mode.ENFORCE, WEEK, "mx1.example.test", "mx2.example.test"),
                Optional.of(TTL),
                List.of(), List.of(), mxs);
    }

    private static ExposureFacts rolledBack(Phase phase, Optional<Instant> announced, Instant replaced,
            MxStanding... mxs) {
        return facts(phase, rolledBackTrail(phase == Phase.RETIRING ? Mode.NONE : Mode.TESTING, announced, replaced),
                Optional.of(TTL), List.of(), List.of(), mxs);
    }

    private static PolicyTrail rolledBackTrail(Mode to, Optional<Instant> announced, Instant replaced) {
        var after = new PublishedPolicy(2, new StsPolicy(to, 86_400, List.of(new MxPattern("mx1.example.test")),
                Map.of()),
                "2", replaced, "anna");
        return new PolicyTrail(List.of(version(1, Mode.ENFORCE, WEEK, Optional.of(replaced), "mx1.example.test"),
                new PolicyVersion(after, Optional.of(replaced), announced, Optional.empty())), List.of());
    }

    private static PolicyTrail served(Mode mode, long maxAge, String... mx) {
        return new PolicyTrail(List.of(version(1, mode, maxAge, Optional.empty(), mx)), List.of());
    }

    private static PolicyVersion version(int number, Mode mode, long maxAge, Optional<Instant> replaced, String... mx) {
        var patterns = List.of(mx).stream().map(MxPattern::new).toList();
        Instant created = NOW.minus(Duration.ofDays(600)).plusSeconds(number);
        return new PolicyVersion(new PublishedPolicy(number, new StsPolicy(mode, maxAge, patterns, Map.of()),
                Integer.toString(number), created, "anna"), Optional.of(created), Optional.of(created), replaced);
    }

    private static Fetcher fetcher(String network, int version, Instant lastAt) {
        return new Fetcher(Optional.of(network), "sender", Optional.of(version), 1, lastAt, lastAt);
    }

    private static MxStanding mx(String host, Answer answer) {
        return new MxStanding(host, answer, answer == Answer.REFUSED || answer == Answer.SOME_REFUSED
                ? List.of(Finding.fail(Check.MX_CERTIFICATE_EXPIRY, "The certificate of " + host + " expired.", "",
                        List.of()))
                : List.of());
    }

    private static ExposureFacts facts(Phase phase, PolicyTrail trail, Optional<Duration> ttl, List<Fetcher> fetchers,
                                       List<SenderDay> reported, MxStanding... mxs) {
        var domain = new MailDomain(UUID.randomUUID(), new DomainName("example.test"), phase,
                NOW.minus(Duration.ofDays(30)), PolicyHosting.POSTERN, "o", "t", Optional.empty(), Optional.of(NOW),
                Optional.of(OwnershipProof.TXT_RECORD), NOW.minus(Duration.ofDays(60)), List.of(), Optional.of(NOW),
                        Set.of());
        var rollout = new Facts(domain, trail, List.of(), Watch.NOTHING, new WatchRules(21, 2, 100), List.of(),
                Map.of(), NOW);
        return new ExposureFacts(rollout, Map.of(Check.MX_CERTIFICATE_EXPIRY, NOW.minusSeconds(600)), List.of(mxs), ttl,
                fetchers, reported, List.of());
    }
}

package dev.postern.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mtasts.Mode;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.StsPolicy;
import dev.postern.name.HostName;
import dev.postern.rollout.PolicyTrail.Progress;
import dev.postern.setup.PublishedPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class PolicyTrailTest {

    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final long DAY = 86_400;
    private static final Duration LINGERS = Duration.ofHours(1);

    private static final PublishedPolicy TESTING = version(1, Mode.TESTING, DAY, 0, "mx1.test");
    private static final PublishedPolicy ENFORCE = version(2, Mode.ENFORCE, 7 * DAY, 30, "mx1.test");
    private static final PublishedPolicy BACK = version(3, Mode.TESTING, DAY, 40, "mx1.test");
    private static final PublishedPolicy NONE = version(4, Mode.NONE, DAY, 50);

    @Test
    void goesOutPolicyFirstThenId() {
        PolicyTrail trail = PolicyTrail.EMPTY;
        assertThat(trail.progress()).isEqualTo(Progress.NOTHING);
        trail = with(trail, TESTING);
        assertThat(trail.progress()).isEqualTo(Progress.POLICY_AWAITED);
        trail = trail.seen(TESTING.policy(), Optional.of("other"), at(1));
        assertThat(trail.progress()).isEqualTo(Progress.ID_AWAITED);
        trail = trail.seen(TESTING.policy(), Optional.of(TESTING.id()), at(2));
        assertThat(trail.progress()).isEqualTo(Progress.OUT);
        assertThat(trail.newest().orElseThrow().servedAt()).contains(at(1));
        assertThat(trail.newest().orElseThrow().announcedAt()).contains(at(2));
    }

    @Test
    void anEnforcedPolicyIsHeldForItsMaxAgeAfterAnotherWasSeen() {
        PolicyTrail trail = rolledBack();
        assertThat(trail.enforced(at(48).plus(LINGERS).minusSeconds(1))).isTrue();
        assertThat(trail.enforced(at(48).plus(LINGERS))).as("replaced on day 41, held for a week").isFalse();
        assertThat(trail.held(at(42))).extracting(HeldPolicy::version).containsExactly(Optional.of(3), Optional.of(2));
        assertThat(trail.refusing(new HostName("mx9.test"), at(42))).extracting(HeldPolicy::version)
                .containsExactly(Optional.of(2));
        assertThat(trail.refusing(new HostName("mx1.test"), at(42))).isEmpty();
    }

    @Test
    void untilTheNextOneIsSeenAPolicyIsTakenForServed() {
        PolicyTrail trail = with(with(PolicyTrail.EMPTY, ENFORCE).seen(ENFORCE.policy(), Optional.empty(), at(31)), BACK);
        assertThat(trail.enforced(at(1000))).isTrue();
        assertThat(trail.held(at(1000))).extracting(HeldPolicy::until).containsOnly(Optional.empty());
    }

    @Test
    void isForgottenOnceTheLongestHeldHasLapsed() {
        PolicyTrail trail = with(rolledBack(), NONE);
        assertThat(trail.forgottenAt()).as("none is not seen yet").isEmpty();
        trail = trail.seen(NONE.policy(), Optional.of(NONE.id()), at(51));
        assertThat(trail.forgottenAt()).contains(at(52).plus(LINGERS));
        PolicyTrail straight = with(with(PolicyTrail.EMPTY, ENFORCE).seen(ENFORCE.policy(), Optional.empty(), at(31)),
                NONE).seen(NONE.policy(), Optional.empty(), at(51));
        assertThat(straight.forgottenAt()).contains(at(58).plus(LINGERS));
    }

    @Test
    void aPolicyThatComesBackIsServedAgain() {
        PolicyTrail trail = rolledBack().seen(ENFORCE.policy(), Optional.empty(), at(45));
        assertThat(trail.progress()).isEqualTo(Progress.POLICY_AWAITED);
        assertThat(trail.enforced(at(1000))).isTrue();
    }

    @Test
    void aPolicyFromElsewhereIsHeldToo() {
        var foreign = policy(Mode.ENFORCE, 180 * DAY, "old.test");
        PolicyTrail trail = with(PolicyTrail.EMPTY.seen(foreign, Optional.of("x"), at(0)), ENFORCE)
                .seen(ENFORCE.policy(), Optional.empty(), at(31));
        assertThat(trail.foreign()).containsExactly(new ForeignPolicy(foreign, at(0), Optional.of(at(31))));
        assertThat(trail.refusing(new HostName("mx1.test"), at(100))).singleElement()
                .satisfies(held -> assertThat(held.until()).contains(at(211).plus(LINGERS)));
    }

    @Test
    void aHostThatIsGoneServesNothing() {
        PolicyTrail trail = rolledBack().gone(at(60));
        assertThat(trail.progress()).isEqualTo(Progress.POLICY_AWAITED);
        assertThat(trail.forgottenAt()).contains(at(61).plus(LINGERS));
        PolicyTrail fresh = with(PolicyTrail.EMPTY, TESTING);
        assertThat(fresh.gone(START.plusSeconds(60))).as("only on its way").isEqualTo(fresh);
        assertThat(fresh.gone(START.plus(Duration.ofHours(2))).held(at(2))).isEmpty();
    }

    /// A sender that fetches whenever it likes never holds what the trail does not know of.
    @RepeatedTest(200)
    void noSenderHoldsWhatTheTrailDoesNot(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        PolicyTrail trail = PolicyTrail.EMPTY;
        var served = Optional.<StsPolicy>empty();
        int published = 0;
        record Held(StsPolicy policy, Instant until) {
        }
        var caches = new ArrayList<Held>();
        for (int hour = 0; hour < 24 * 60; hour++) {
            Instant now = START.plus(Duration.ofHours(hour));
            if (random.nextInt(40) == 0) {
                Mode mode = Mode.values()[random.nextInt(3)];
                published++;
                PublishedPolicy next = new PublishedPolicy(published, policy(mode, DAY * (1 + random.nextInt(9)),
                        mode == Mode.NONE ? new String[0] : new String[]{"mx" + random.nextInt(3) + ".test"}),
                        "id" + published, now, "anna");
                trail = with(trail, next);
            }
            if (random.nextInt(10) == 0 && !trail.versions().isEmpty()) {
                // What the host serves follows with a delay, goes back, or is somebody else's.
                served = random.nextInt(8) == 0 ? Optional.of(policy(Mode.ENFORCE, DAY * 3, "foreign.test"))
                        : Optional.of(trail.versions().get(random.nextInt(Math.min(2, trail.versions().size())))
                        .published().policy());
                // Every change is seen by a probe before a sender comes by; what goes unseen between two is below.
                trail = trail.seen(served.get(), Optional.empty(), now);
            }
            if (served.isPresent() && random.nextInt(3) == 0) {
                caches.add(new Held(served.get(), now.plusSeconds(served.get().maxAgeSeconds())));
            }
            caches.removeIf(held -> !held.until().isAfter(now));
            var known = trail.held(now).stream().map(HeldPolicy::policy).toList();
            assertThat(known).as("hour %d", hour).containsAll(caches.stream().map(Held::policy).distinct().toList());
        }
    }

    private static PolicyTrail rolledBack() {
        PolicyTrail trail = with(PolicyTrail.EMPTY, TESTING).seen(TESTING.policy(), Optional.of(TESTING.id()), at(1));
        trail = with(trail, ENFORCE).seen(ENFORCE.policy(), Optional.of(ENFORCE.id()), at(31));
        return with(trail, BACK).seen(BACK.policy(), Optional.of(BACK.id()), at(41));
    }

    private static PolicyTrail with(PolicyTrail trail, PublishedPolicy version) {
        var versions = new ArrayList<>(trail.versions());
        versions.add(PolicyVersion.unseen(version));
        return new PolicyTrail(versions, trail.foreign());
    }

    private static PublishedPolicy version(int number, Mode mode, long maxAge, int day, String... mx) {
        return new PublishedPolicy(number, policy(mode, maxAge, mx), "id" + number, at(day), "anna");
    }

    private static StsPolicy policy(Mode mode, long maxAge, String... mx) {
        return new StsPolicy(mode, maxAge, List.of(mx).stream().map(MxPattern::new).toList(), Map.of());
    }

    private static Instant at(int day) {
        return START.plus(Duration.ofDays(day));
    }
}

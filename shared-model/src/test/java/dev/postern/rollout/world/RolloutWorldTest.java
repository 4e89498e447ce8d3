package dev.postern.rollout.world;

import static dev.postern.rollout.world.Clockwork.DAY;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Hundreds of histories of a domain, each some months long, under the rules that ship; then a few under rules that are
/// broken on purpose, which the same judge must find out.
class RolloutWorldTest {

    private static final int HISTORIES = 100;
    private static final int CALM = 10;
    /// How many histories a broken rule may get through.
    private static final int MOST = 80;

    @ParameterizedTest
    @EnumSource(names = {"TROUBLED", "CARELESS"})
    void noSenderRefusesMailBecauseOfPosternAndEveryFaultIsTold(History.Kind kind) {
        var outcomes = run(kind, HISTORIES);

        assertThat(outcomes).filteredOn(outcome -> !outcome.judge().violations.isEmpty()).isEmpty();
        // A world in which nothing happens proves nothing.
        assertThat(outcomes).filteredOn(each -> each.judge().enforcedAt.isPresent()).hasSizeGreaterThan(HISTORIES / 2);
        assertThat(outcomes).filteredOn(each -> each.judge().lapsedEnforce).hasSizeGreaterThan(HISTORIES / 4);
        assertThat(outcomes).filteredOn(each -> each.judge().retiredAt.isPresent()).hasSizeGreaterThan(HISTORIES / 20);
        assertThat(outcomes.stream().mapToLong(each -> each.judge().deferrals).sum()).isGreaterThan(HISTORIES);
        assertThat(outcomes.stream().mapToLong(each -> each.judge().incidents).sum()).isGreaterThan(HISTORIES / 2);
        assertThat(outcomes.stream().mapToLong(each -> each.judge().resets).sum()).isGreaterThan(HISTORIES);
    }

    @Test
    void aHealthyDomainGetsToEnforceAndToAMonth() {
        var outcomes = run(History.Kind.HEALTHY, CALM * 2);

        assertThat(outcomes).allSatisfy(outcome -> {
            Judge judge = outcome.judge();
            assertThat(judge.violations).isEmpty();
            assertThat(judge.deferrals).isZero();
            assertThat(judge.testingAt.orElseThrow()).isLessThan(2 * DAY);
            // Three weeks of reports, each up to two days late, and visits in between.
            assertThat(judge.enforcedAt.orElseThrow() - judge.testingAt.orElseThrow()).isBetween(20 * DAY, 28 * DAY);
            assertThat(judge.monthAt.orElseThrow() - judge.enforcedAt.orElseThrow()).isBetween(14 * DAY, 24 * DAY);
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"SILENT", "FORGED"})
    void silenceAndForgeryLeadNowhere(History.Kind kind) {
        assertThat(run(kind, CALM)).allSatisfy(outcome -> {
            assertThat(outcome.judge().violations).isEmpty();
            assertThat(outcome.judge().testingAt).isPresent();
            assertThat(outcome.judge().enforcedAt).isEmpty();
        });
    }

    @Test
    void theSameSeedIsTheSameHistory() {
        Judge once = new History(7, History.Kind.CARELESS, new Rules()).run().judge();
        Judge again = new History(7, History.Kind.CARELESS, new Rules()).run().judge();
        assertThat(List.of(again.deliveries, again.deferrals, again.looks, again.incidents, again.resets))
                .isEqualTo(List.of(once.deliveries, once.deferrals, once.looks, once.incidents, once.resets));
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenRuleIsFoundOut(BrokenRules broken) {
        var found = LongStream.range(0, MOST).parallel().mapToObj(seed -> new History(seed, broken.kind, broken.rules).run())
                .filter(outcome -> outcome.judge().violations.stream().anyMatch(each -> each.wrong() == broken.found))
                .findAny();

        assertThat(found).as("%s within %d histories", broken.found, MOST).isPresent();
    }

    private static List<History.Outcome> run(History.Kind kind, int histories) {
        return LongStream.range(0, histories).parallel().mapToObj(seed -> new History(seed, kind, new Rules()).run())
                .toList();
    }
}

package dev.postern.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class WatchTest {

    private static final LocalDate FIRST = LocalDate.of(2026, 11, 1);

    @Test
    void countsReportedDaysWithoutABlockingFailure() {
        assertThat(Watch.over(List.of(day(0, 1, 0), day(1, 2, 0), day(3, 1, 0)), FIRST))
                .isEqualTo(new Watch(3, 300, Optional.empty()));
    }

    @Test
    void beginsAnewAfterABlockingFailure() {
        assertThat(Watch.over(List.of(day(0, 1, 0), day(1, 1, 5), day(2, 1, 0)), FIRST))
                .isEqualTo(new Watch(1, 100, Optional.of(FIRST.plusDays(1))));
        assertThat(Watch.over(List.of(day(0, 1, 0), day(1, 1, 5)), FIRST).cleanDays()).isZero();
    }

    @Test
    void takesSilenceForNothing() {
        assertThat(Watch.over(List.of(), FIRST)).isEqualTo(new Watch(0, 0, Optional.empty()));
        assertThat(Watch.over(List.of(day(0, 0, 0), day(1, 1, 0)), FIRST).cleanDays()).isEqualTo(1);
    }

    @Test
    void leavesOutWhatWasBeforeTesting() {
        assertThat(Watch.over(List.of(day(-1, 1, 9), day(-2, 1, 0), day(0, 1, 0)), FIRST))
                .isEqualTo(new Watch(1, 100, Optional.empty()));
    }

    @RepeatedTest(50)
    void doesNotDependOnTheOrderOfDays(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var days = new ArrayList<WatchDay>();
        for (int i = 0; i < 30; i++) {
            days.add(day(i, random.nextInt(3), random.nextInt(10) == 0 ? 1 : 0));
        }
        Watch inOrder = Watch.over(days, FIRST);
        Collections.shuffle(days, random);

        assertThat(Watch.over(days, FIRST)).isEqualTo(inOrder);
        assertThat(inOrder.cleanDays()).isLessThanOrEqualTo(30);
    }

    private static WatchDay day(int offset, int reports, long blocking) {
        return new WatchDay(FIRST.plusDays(offset), reports, 100, blocking);
    }
}

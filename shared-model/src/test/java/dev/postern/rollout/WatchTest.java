package dev.postern.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
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
    private static final Instant NOW = Instant.parse("2026-12-15T12:00:00Z");
    private static final Optional<Instant> LONG_KNOWN = Optional.of(NOW.minus(Duration.ofDays(40)));

    @Test
    void countsReportedDaysWithoutABlockingFailure() {
        assertThat(Watch.over(List.of(day(0, 1, 0), day(1, 2, 0), day(3, 1, 0)), FIRST, NOW))
                .isEqualTo(new Watch(3, 300, Optional.empty(), 0));
    }

    @Test
    void beginsAnewAfterABlockingFailure() {
        assertThat(Watch.over(List.of(day(0, 1, 0), day(1, 1, 5), day(2, 1, 0)), FIRST, NOW))
                .isEqualTo(new Watch(1, 100, Optional.of(FIRST.plusDays(1)), 0));
        assertThat(Watch.over(List.of(day(0, 1, 0), day(1, 1, 5)), FIRST, NOW).cleanDays()).isZero();
    }

    @Test
    void takesSilenceForNothing() {
        assertThat(Watch.over(List.of(), FIRST, NOW)).isEqualTo(new Watch(0, 0, Optional.empty(), 0));
        assertThat(Watch.over(List.of(day(0, 0, 0), day(1, 1, 0)), FIRST, NOW).cleanDays()).isEqualTo(1);
    }

    @Test
    void leavesOutWhatWasBeforeTesting() {
        assertThat(Watch.over(List.of(day(-1, 1, 9), day(-2, 1, 0), day(0, 1, 0)), FIRST, NOW))
                .isEqualTo(new Watch(1, 100, Optional.empty(), 0));
    }

    @RepeatedTest(50)
    void doesNotDependOnTheOrderOfDays(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var days = new ArrayList<SenderDay>();
        for (int i = 0; i < 30; i++) {
            days.add(day(i, random.nextInt(3), random.nextInt(10) == 0 ? 1 : 0));
        }
        Watch inOrder = Watch.over(days, FIRST, NOW);
        Collections.shuffle(days, random);

        assertThat(Watch.over(days, FIRST, NOW)).isEqualTo(inOrder);
        assertThat(inOrder.cleanDays()).isLessThanOrEqualTo(30);
    }

    @Test
    void isNotResetByAFloodOfForgedReports() {
        var days = new ArrayList<SenderDay>();
        for (int i = 0; i < 20; i++) {
            days.add(day(i, 1, 0));
            days.add(new SenderDay(FIRST.plusDays(i), false, Optional.empty(), 1_000, 1_000_000, 1_000_000));
        }

        assertThat(Watch.over(days, FIRST, NOW)).isEqualTo(new Watch(20, 20_002_000, Optional.empty(), 20_000_000));
    }

    @Test
    void isNotResetByWhoSignsForTheFirstTime() {
        var yesterday = Optional.of(NOW.minus(Watch.ACQUAINTANCE).plusSeconds(1));
        var days = List.of(day(0, 1, 0), new SenderDay(FIRST, true, yesterday, 1, 100, 7));

        assertThat(Watch.over(days, FIRST, NOW)).isEqualTo(new Watch(1, 200, Optional.empty(), 7));
        // The same sender's word counts once it has been known for long enough.
        assertThat(Watch.over(days, FIRST, NOW.plusSeconds(1))).isEqualTo(new Watch(0, 0, Optional.of(FIRST), 0));
    }

    @Test
    void isResetByWhatAMemberUploaded() {
        assertThat(Watch.over(List.of(new SenderDay(FIRST, true, Optional.empty(), 1, 100, 1)), FIRST, NOW))
                .isEqualTo(new Watch(0, 0, Optional.of(FIRST), 0));
    }

    private static SenderDay day(int offset, long reports, long blocking) {
        return new SenderDay(FIRST.plusDays(offset), true, LONG_KNOWN, reports, 100, blocking);
    }
}

package dev.postern.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.tlsrpt.ResultType;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class WatchTest {

    private static final LocalDate FIRST = LocalDate.of(2026, 11, 1);
    private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
    private static final Optional<Instant> LONG_KNOWN = Optional.of(NOW.minus(Duration.ofDays(40)));
    private static final WatchRules RULES = WatchRules.USUAL;

    @Test
    void countsReportedDaysWithoutABlockingFailure() {
        Watch watch = over(List.of(day(0, 1, 0), day(1, 2, 0), day(3, 1, 0)));
        assertThat(watch.cleanDays()).isEqualTo(3);
        assertThat(watch.sessions()).isEqualTo(300);
        assertThat(watch.organizations()).containsExactly("sender");
        assertThat(watch.reset()).isEmpty();
        assertThat(watch.lastReported()).contains(FIRST.plusDays(3));
    }

    @Test
    void beginsAnewAfterABlockingFailureAndSaysWhich() {
        Watch watch = over(List.of(day(0, 1, 0), day(1, 1, 5), day(2, 1, 0)));
        assertThat(watch.cleanDays()).isEqualTo(1);
        assertThat(watch.reset()).contains(new Watch.Reset(FIRST.plusDays(1), "sender",
                ResultType.CERTIFICATE_EXPIRED, "mx.test", 5));
        assertThat(over(List.of(day(0, 1, 0), day(1, 1, 5))).cleanDays()).isZero();
    }

    @Test
    void takesSilenceForNothing() {
        assertThat(over(List.of())).isEqualTo(Watch.NOTHING);
        assertThat(over(List.of(day(0, 0, 0), day(1, 1, 0))).cleanDays()).isEqualTo(1);
    }

    @Test
    void countsNothingOfLongAgo() {
        var days = new ArrayList<SenderDay>();
        for (int i = 0; i < 21; i++) {
            days.add(day(i, 1, 0));
        }
        assertThat(over(days).cleanDays()).isEqualTo(21);
        Instant muchLater = NOW.plus(Duration.ofDays(40));
        assertThat(Watch.over(days, List.of(), RULES, FIRST, muchLater).cleanDays())
                .as("half a year of silence is no watch").isZero();
    }

    @Test
    void leavesOutWhatWasBeforeTestingAndWhatIsToCome() {
        Watch watch = over(List.of(day(-1, 1, 9), day(-2, 1, 0), day(0, 1, 0), day(60, 1, 3)));
        assertThat(watch.cleanDays()).isEqualTo(1);
        assertThat(watch.reset()).isEmpty();
    }

    @RepeatedTest(50)
    void doesNotDependOnTheOrderOfDays(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var days = new ArrayList<SenderDay>();
        for (int i = 0; i < 30; i++) {
            days.add(day(i, random.nextInt(3), random.nextInt(10) == 0 ? 1 + random.nextInt(3) : 0));
        }
        Watch inOrder = over(days);
        Collections.shuffle(days, random);

        assertThat(over(days)).isEqualTo(inOrder);
        assertThat(inOrder.cleanDays()).isLessThanOrEqualTo(30);
    }

    @Test
    void isNeitherResetNorKeptRunningByAFloodOfForgedReports() {
        var days = new ArrayList<SenderDay>();
        for (int i = 0; i < 20; i++) {
            days.add(day(i, 1, 0));
            days.add(forged(i, 1_000_000));
            days.add(forged(i + 5, 0));
        }
        Watch watch = over(days);
        assertThat(watch.reset()).isEmpty();
        assertThat(watch.cleanDays()).isEqualTo(20);
        assertThat(watch.sessions()).isEqualTo(2_000);
        assertThat(watch.organizations()).containsExactly("sender");
        assertThat(watch.unconfirmed()).isEqualTo(20_000_000);
        assertThat(watch.lastReported()).contains(FIRST.plusDays(19));
    }

    @Test
    void isNotResetByWhoSignsForTheFirstTime() {
        var yesterday = Optional.of(NOW.minus(Watch.ACQUAINTANCE).plusSeconds(1));
        var days = List.of(day(0, 1, 0), new SenderDay(FIRST, "new", true, yesterday, 1, 100, failures(7)));

        Watch now = over(days);
        assertThat(now.reset()).isEmpty();
        assertThat(now.unconfirmed()).isEqualTo(7);
        assertThat(now.organizations()).as("nor does the day count").containsExactly("sender");
        // The same sender's word counts once it has been known for long enough.
        Watch later = Watch.over(days, List.of(), RULES, FIRST, NOW.plusSeconds(1));
        assertThat(later.resetOn()).contains(FIRST);
        assertThat(later.unconfirmed()).isZero();
    }

    @Test
    void isResetByWhatAMemberUploaded() {
        assertThat(over(List.of(new SenderDay(FIRST, "sender", true, Optional.empty(), 1, 100, failures(1))))
                .resetOn()).contains(FIRST);
    }

    @Test
    void isResetByASenderThatFoundNoPolicyYet() {
        Watch watch = over(List.of(day(0, 1, 0), day(1, 0, 4)));
        assertThat(watch.resetOn()).contains(FIRST.plusDays(1));
    }

    @Test
    void goesOnAfterFailuresThatAPersonSetAside() {
        var days = List.of(day(0, 1, 0), day(1, 1, 5), day(2, 1, 0), day(9, 1, 2));
        var aside = new SetAside(UUID.randomUUID(), "sender", Optional.of(ResultType.CERTIFICATE_EXPIRED),
                Optional.of("mx.test"), "they pin an old root", "anna@example.test",
                FIRST.plusDays(3).atStartOfDay().toInstant(ZoneOffset.UTC), Optional.empty());

        Watch watch = Watch.over(days, List.of(aside), RULES, FIRST, NOW);
        assertThat(watch.resetOn()).as("later failures are looked at anew").contains(FIRST.plusDays(9));
        assertThat(watch.setAside()).isEqualTo(5);

        Watch before = Watch.over(days.subList(0, 3), List.of(aside), RULES, FIRST, NOW);
        assertThat(before.reset()).isEmpty();
        assertThat(before.cleanDays()).isEqualTo(3);

        var ended = new SetAside(aside.id(), aside.organization(), aside.type(), aside.mx(), aside.reason(), aside.by(),
                aside.at(), Optional.of(new SetAside.Ended("bert@example.test", NOW)));
        assertThat(Watch.over(days.subList(0, 3), List.of(ended), RULES, FIRST, NOW).resetOn())
                .contains(FIRST.plusDays(1));
        var other = new SetAside(aside.id(), "other", Optional.empty(), Optional.empty(), "", "", aside.at(),
                Optional.empty());
        assertThat(Watch.over(days.subList(0, 3), List.of(other), RULES, FIRST, NOW).resetOn())
                .contains(FIRST.plusDays(1));
    }

    private static Watch over(List<SenderDay> days) {
        return Watch.over(days, List.of(), RULES, FIRST, NOW);
    }

    private static SenderDay day(int offset, long reports, long blocking) {
        return new SenderDay(FIRST.plusDays(offset), "sender", true, LONG_KNOWN, reports, 100, failures(blocking));
    }

    private static SenderDay forged(int offset, long blocking) {
        return new SenderDay(FIRST.plusDays(offset), "forger", false, Optional.empty(), 1_000, 1_000_000,
                failures(blocking));
    }

    private static List<SenderDay.Failure> failures(long sessions) {
        return sessions == 0 ? List.of() : List.of(new SenderDay.Failure(ResultType.CERTIFICATE_EXPIRED, "mx.test",
                sessions));
    }
}

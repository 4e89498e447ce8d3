package dev.postern.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The bound is the textbook's, and its words never promise more than it does.
class UpperBoundTest {

    /// One session more or less among hundreds of millions is less than the beta function is exact to.
    private static final double ROUNDING = 1e-7;

    /// Worked out with exact integer arithmetic: the rate at which so few or fewer affected have a chance of 5 %.
    @ParameterizedTest
    @CsvSource({"0, 10, 0.2588655509", "0, 100, 0.0295130496", "1, 10, 0.3941633024", "2, 20, 0.2826185248",
            "5, 100, 0.1022533776", "10, 1000, 0.0169031751", "9, 10, 0.9948838031"})
    void isTheBoundOfClopperAndPearson(long affected, long observed, double rate) {
        assertThat(UpperBound.of(affected, observed).rate()).isCloseTo(rate, within(1e-9));
    }

    /// What the bound means: were the rate higher, so few affected would be rarer than one time in twenty.
    @Test
    void soFewWouldBeRareWereTheRateHigher() {
        var random = new Random(1);
        for (int i = 0; i < 300; i++) {
            int observed = 1 + random.nextInt(400);
            int affected = random.nextInt(observed);
            double rate = UpperBound.of(affected, observed).rate();
            assertThat(chanceOfAtMost(affected, observed, rate)).isCloseTo(0.05, within(1e-6));
        }
    }

    @Test
    void risesWithTheAffectedAndFallsWithTheObserved() {
        var random = new Random(2);
        for (int i = 0; i < 400; i++) {
            long observed = 2 + random.nextLong(random.nextBoolean() ? 50 : 1_000_000_000L);
            long affected = random.nextLong(random.nextBoolean() ? Math.min(observed, 20) : observed);
            double rate = UpperBound.of(affected, observed).rate();
            assertThat(UpperBound.of(affected + 1, observed).rate()).isGreaterThanOrEqualTo(rate * (1 - ROUNDING));
            assertThat(UpperBound.of(affected, observed + 1).rate()).isLessThanOrEqualTo(rate * (1 + ROUNDING));
            assertThat(UpperBound.of(affected, observed * 2).rate()).isLessThan(rate);
            assertThat(rate).isBetween((double) affected / observed, 1.0);
        }
    }

    @Test
    void isNearTheRuleOfThreeWhereNoneIsAffected() {
        for (long observed = 100; observed <= 1_000_000_000_000L; observed *= 7) {
            assertThat(UpperBound.of(0, observed).rate() * observed).isBetween(2.9, 3.0);
        }
    }

    @Test
    void standsHugeCounts() {
        assertThat(UpperBound.of(0, Long.MAX_VALUE).rate()).isBetween(0.0, 1e-18);
        assertThat(UpperBound.of(Long.MAX_VALUE, Long.MAX_VALUE).rate()).isEqualTo(1);
        assertThat(UpperBound.of(3, 1_000_000_000_000L).rate()).isBetween(7.75e-12, 7.76e-12);
        assertThat(UpperBound.of(Long.MAX_VALUE / 2, Long.MAX_VALUE).rate()).isBetween(0.5, 0.51);
        assertThat(UpperBound.of(0, 0).rate()).isEqualTo(1);
        assertThatThrownBy(() -> UpperBound.of(2, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UpperBound.of(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"0 | 0 | too little to say", "0 | 4 | too little to say",
            "0 | 5 | fewer than 1 in 2 sessions", "0 | 36000 | fewer than 1 in 12,000 sessions",
            "3 | 311 | at most 1 in 40 sessions", "1 | 3 | too little to say", "90 | 100 | half of the sessions or more",
            "4 | 4 | half of the sessions or more", "400 | 1000 | at most 1 in 2 sessions"})
    void saysItInWords(long affected, long observed, String words) {
        assertThat(UpperBound.of(affected, observed).words("sessions")).isEqualTo(words);
    }

    @Test
    void neverPromisesMoreThanTheNumber() {
        var random = new Random(3);
        Pattern oneIn = Pattern.compile("(fewer than|at most) 1 in ([0-9,]+) sessions");
        for (int i = 0; i < 2_000; i++) {
            long observed = 1 + random.nextLong(1L << 1 + random.nextInt(50));
            long affected = random.nextInt(3) == 0 ? 0 : random.nextLong(Math.min(observed + 1, 1 + random.nextInt(2_000)));
            UpperBound bound = UpperBound.of(affected, observed);
            Matcher said = oneIn.matcher(bound.words("sessions"));
            if (said.matches()) {
                long one = Long.parseLong(said.group(2).replace(",", ""));
                assertThat(1.0 / one).isGreaterThanOrEqualTo(bound.rate());
                assertThat(1.0 / one).isLessThanOrEqualTo(Math.max(bound.rate() * 1.5, 0.5));
                assertThat(said.group(1)).isEqualTo(affected == 0 ? "fewer than" : "at most");
            } else {
                assertThat(bound.rate()).isGreaterThanOrEqualTo(0.5);
            }
        }
    }

    private static double chanceOfAtMost(int affected, int observed, double rate) {
        double sum = 0;
        double logOfChoices = 0;
        for (int i = 0; i <= affected; i++) {
            if (i > 0) {
                logOfChoices += Math.log(observed - i + 1) - Math.log(i);
            }
            sum += Math.exp(logOfChoices + i * Math.log(rate) + (observed - i) * Math.log1p(-rate));
        }
        return sum;
    }
}

package dev.postern.check;

import static dev.postern.check.Verdict.FAIL;
import static dev.postern.check.Verdict.PASS;
import static dev.postern.check.Verdict.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TellingTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

    @Test
    void tellsAChangeAtOnceAndItsEndToo() {
        assertThat(told(Duration.ofHours(2), PASS, PASS, FAIL, FAIL, PASS)).containsExactly(FAIL, PASS);
    }

    @Test
    void waitsBeforeItTellsThatSomethingIsNotKnown() {
        assertThat(told(Duration.ofMinutes(10), PASS, UNKNOWN, UNKNOWN, PASS)).isEmpty();
        assertThat(told(Duration.ofMinutes(10), PASS, UNKNOWN, UNKNOWN, UNKNOWN, PASS))
                .containsExactly(UNKNOWN, PASS);
    }

    @Test
    void isQuietAboutWhatFlaps() {
        var flapping = new ArrayList<Verdict>();
        for (int i = 0; i < 40; i++) {
            flapping.add(i % 2 == 0 ? PASS : FAIL);
        }
        assertThat(told(Duration.ofMinutes(10), flapping.toArray(Verdict[]::new))).hasSizeBetween(2, 5);
    }

    @Test
    void saysHowItEnded() {
        assertThat(told(Duration.ofMinutes(10), PASS, FAIL, PASS, FAIL, PASS, FAIL, FAIL, FAIL, FAIL).getLast())
                .isEqualTo(FAIL);
    }

    private static List<Verdict> told(Duration between, Verdict... seen) {
        var telling = Telling.first(seen[0], START);
        var told = new ArrayList<Verdict>();
        for (int i = 1; i < seen.length; i++) {
            var next = telling.next(seen[i], START.plus(between.multipliedBy(i)));
            if (next.told() != telling.told()) {
                told.add(next.told());
            }
            telling = next;
        }
        return told;
    }
}

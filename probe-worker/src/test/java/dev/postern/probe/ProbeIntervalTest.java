package dev.postern.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.rollout.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProbeIntervalTest {

    @ParameterizedTest
    @CsvSource({"SETUP,0,10", "SETUP,1,60", "SETUP,6,60", "SETUP,7,1440", "TESTING,0,10", "TESTING,1,30",
            "TESTING,300,30", "ENFORCE,0,10", "ENFORCE,1,60", "RETIRING,0,10", "RETIRING,9,60", "NONE,0,1440"})
    void dependsOnThePhaseAndItsAge(Phase phase, long days, long minutes) {
        assertThat(ProbeInterval.of(phase, Duration.ofDays(days), 0.5)).isEqualTo(Duration.ofMinutes(minutes));
    }

    @ParameterizedTest
    @EnumSource
    void growsWithTheRandomNumber(Phase phase) {
        assertThat(ProbeInterval.of(phase, Duration.ZERO, 0)).isLessThan(ProbeInterval.of(phase, Duration.ZERO, 0.5));
        assertThat(ProbeInterval.of(phase, Duration.ZERO, 0.5)).isLessThan(ProbeInterval.of(phase, Duration.ZERO, 0.999));
    }

    @Test
    void staysWithinATenth() {
        assertThat(ProbeInterval.of(Phase.SETUP, Duration.ZERO, 0)).isEqualTo(Duration.ofMinutes(9));
        assertThat(ProbeInterval.of(Phase.SETUP, Duration.ZERO, 0.999_999)).isLessThanOrEqualTo(Duration.ofMinutes(11));
    }
}

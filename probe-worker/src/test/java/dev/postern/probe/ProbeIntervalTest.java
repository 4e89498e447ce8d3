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
    @CsvSource({"SETUP,10", "TESTING,10", "ENFORCE,60", "RETIRING,60", "NONE,1440"})
    void dependsOnThePhase(Phase phase, long minutes) {
        assertThat(ProbeInterval.of(phase, 0.5)).isEqualTo(Duration.ofMinutes(minutes));
    }

    @ParameterizedTest
    @EnumSource
    void growsWithTheRandomNumber(Phase phase) {
        assertThat(ProbeInterval.of(phase, 0)).isLessThan(ProbeInterval.of(phase, 0.5));
        assertThat(ProbeInterval.of(phase, 0.5)).isLessThan(ProbeInterval.of(phase, 0.999));
    }

    @Test
    void staysWithinATenth() {
        assertThat(ProbeInterval.of(Phase.SETUP, 0)).isEqualTo(Duration.ofMinutes(9));
        assertThat(ProbeInterval.of(Phase.SETUP, 0.999_999)).isLessThanOrEqualTo(Duration.ofMinutes(11));
    }
}

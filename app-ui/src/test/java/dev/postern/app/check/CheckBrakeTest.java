package dev.postern.app.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// When anonymous visitors have to wait, and who counts as one.
class CheckBrakeTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private final CheckBrake brake = new CheckBrake();

    @Test
    void limitsOneAddressAndSaysWhenToComeBack() {
        for (int i = 0; i < CheckBrake.FOR_ONE; i++) {
            assertThat(brake.take("192.0.2.1", NOW.plusSeconds(i))).isEmpty();
        }

        assertThat(brake.take("192.0.2.1", NOW.plusSeconds(60))).contains(NOW.plus(CheckBrake.WINDOW));
        assertThat(brake.take("192.0.2.2", NOW.plusSeconds(60))).isEmpty();
        // The oldest falls out of the window, and makes room for one.
        Instant later = NOW.plus(CheckBrake.WINDOW);
        assertThat(brake.take("192.0.2.1", later.minusNanos(1))).contains(later);
        assertThat(brake.take("192.0.2.1", later)).isEmpty();
        assertThat(brake.take("192.0.2.1", later)).contains(later.plusSeconds(1));
    }

    @Test
    void limitsAllAddressesTogether() {
        for (int i = 0; i < CheckBrake.FOR_ALL; i++) {
            assertThat(brake.take("192.0.2." + i, NOW)).isEmpty();
        }

        assertThat(brake.take("198.51.100.1", NOW)).contains(NOW.plus(CheckBrake.WINDOW));
        assertThat(brake.take("198.51.100.1", NOW.plus(CheckBrake.WINDOW))).isEmpty();
    }

    @Test
    void doesNotCountARefusal() {
        for (int i = 0; i < CheckBrake.FOR_ONE * 5; i++) {
            brake.take("192.0.2.1", NOW);
        }
        for (int i = 0; i < CheckBrake.FOR_ALL - CheckBrake.FOR_ONE; i++) {
            assertThat(brake.take("198.51.100." + i, NOW)).isEmpty();
        }
        assertThat(brake.take("203.0.113.1", NOW)).isPresent();
    }

    @Test
    void givesBackWhatWasNotNeeded() {
        for (int i = 0; i < CheckBrake.FOR_ONE; i++) {
            brake.take("192.0.2.1", NOW);
        }

        brake.giveBack("192.0.2.1");

        assertThat(brake.take("192.0.2.1", NOW)).isEmpty();
        assertThat(brake.take("192.0.2.1", NOW)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"2001:db8:1:2::1, 2001:db8:1:2:ffff::9, true",
            "2001:db8:1:2::1, 2001:db8:1:3::1, false",
            "2001:db8:1:2::1%eth0, 2001:db8:1:2::2, true",
            "192.0.2.1, ::ffff:192.0.2.1, true",
            "192.0.2.1, 192.0.2.2, false",
            "no address, no address, true"})
    void knowsWhoIsTheSame(String one, String other, boolean same) {
        for (int i = 0; i < CheckBrake.FOR_ONE; i++) {
            brake.take(one, NOW.plus(Duration.ofSeconds(i)));
        }

        assertThat(brake.take(other, NOW.plus(Duration.ofMinutes(1))).isPresent()).isEqualTo(same);
    }
}

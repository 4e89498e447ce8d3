package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs the harness as the command does, small. How fast it is, is not for a test to say.
class HarnessTest {

    private static final double HAIR = 1e-9;

    @Test
    void whatIsMeasuredAddsUp() {
        var plan = new Plan(5, 15, 4, Duration.ofMillis(5));
        try (var internet = InternetProcess.start(plan.domains())) {
            var result = new Harness(plan, internet).measure();
            assertThat(result.small().domains()).isEqualTo(5);
            assertThat(result.large().domains()).isEqualTo(15);
            for (Run run : List.of(result.small(), result.large())) {
                assertThat(run.healthy()).isEqualTo(run.domains());
                assertThat(run.took()).isPositive();
                assertThat(run.cpu()).isPositive();
                assertThat(run.perSecond() * Run.seconds(run.took())).isEqualTo(run.domains(), within(HAIR));
                assertThat(result.reached(run) * result.bound()).isEqualTo(run.perSecond(), within(HAIR));
                assertThat(run.cpuPerDomain() * run.domains()).isEqualTo(Run.seconds(run.cpu()), within(HAIR));
                assertThat(run.heapBefore()).isPositive();
            }
            assertThat(result.bound() * result.roundTrips() * 0.005).isEqualTo(4, within(HAIR));
            assertThat(result.costRatio() * result.small().cpuPerDomain())
                    .isEqualTo(result.large().cpuPerDomain(), within(HAIR));
        }
    }

    @Test
    void theTableSaysWhatWasMeasuredAndWhatHeldItUp() {
        var small = new Run(200, 200, Duration.ofSeconds(4), Duration.ofSeconds(4), Duration.ofSeconds(3), 0.9,
                10L << 20, 11L << 20);
        var large = new Run(2_000, 1_999, Duration.ofSeconds(50), Duration.ofSeconds(20), Duration.ofSeconds(20),
                0.5, 10L << 20, 10L << 20);
        var result = new Result(Plan.USUAL, 2, Duration.ofMillis(30), Duration.ofMillis(434), small, large);
        assertThat(result.roundTrips()).isEqualTo(8);
        assertThat(result.bound()).isEqualTo(500, within(HAIR));
        assertThat(result.reached(small)).isEqualTo(0.1, within(HAIR));
        assertThat(result.cpuBound(small)).isTrue();
        assertThat(result.cpuBound(large)).isFalse();
        assertThat(result.costRatio()).isEqualTo(0.5, within(HAIR));
        assertThat(large.coresBound(2)).isEqualTo(100, within(HAIR));
        assertThat(small.keptPerDomain()).isEqualTo((1 << 20) / 200.0, within(HAIR));
        assertThat(Table.of(result).lines()).contains(
                "bound by distance          200 / (8 x 50 ms) = 500 domains/s",
                "domains                          200       2000",
                "seen whole and healthy           200       1999",
                "domains/s                       50.0       40.0",
                "of the bound                    0.10       0.08",
                "0.50 times the CPU for a domain when there are 10 times as many",
                "CPU-bound: the cores were busy, so the speed tells of them and not of the distance.");
    }

    @Test
    void optionsChangeThePlan() {
        assertThat(Plan.parse(List.of())).isEqualTo(Plan.USUAL);
        assertThat(Plan.parse(List.of("--at-once", "20", "--round-trip", "10", "--small", "3", "--large", "30")))
                .isEqualTo(new Plan(3, 30, 20, Duration.ofMillis(10)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--small", "--small many", "--other 3", "--small 0", "--round-trip 5000", "200"})
    void whatIsNoPlanIsRefused(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> Plan.parse(List.of(line.split(" "))))
                .withMessageMatching(".+");
    }
}

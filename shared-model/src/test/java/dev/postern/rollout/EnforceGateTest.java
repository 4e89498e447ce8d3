package dev.postern.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.Check;
import dev.postern.check.Check.Need;
import dev.postern.check.Finding;
import dev.postern.check.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EnforceGateTest {

    private static final Watch CLEAN = new Watch(EnforceGate.CLEAN_DAYS, 1_000, Optional.empty(), 0);

    @Test
    void opensWhenEverythingPassesAndTheWatchWasLongEnough() {
        assertThat(EnforceGate.open(EnforceGate.requirements(all(Verdict.PASS), CLEAN))).isTrue();
        assertThat(EnforceGate.open(EnforceGate.requirements(all(Verdict.WARN), CLEAN))).as("warnings refuse no mail")
                .isTrue();
        var tooShort = new Watch(EnforceGate.CLEAN_DAYS - 1, 1_000, Optional.of(LocalDate.of(2026, 11, 2)), 0);
        var requirements = EnforceGate.requirements(all(Verdict.PASS), tooShort);
        assertThat(EnforceGate.open(requirements)).isFalse();
        assertThat(requirements.getLast().have()).contains("13 days", "2026-11-02");
    }

    @Test
    void staysShutBeforeTheFirstProbe() {
        var requirements = EnforceGate.requirements(List.of(), CLEAN);
        assertThat(EnforceGate.open(requirements)).isFalse();
        assertThat(requirements).filteredOn(requirement -> !requirement.met()).extracting(Requirement::have)
                .containsOnly("Not checked yet.");
    }

    @ParameterizedTest
    @EnumSource
    void takesEachCheckForWhatItNeeds(Check check) {
        assertThat(openWith(check, Verdict.FAIL)).isEqualTo(check.need() == Need.ADVICE || check.need() == Need.APART);
        assertThat(openWith(check, Verdict.UNKNOWN)).as("unknown is never a pass").isEqualTo(check.need() != Need.REQUIRED);
    }

    private static boolean openWith(Check one, Verdict verdict) {
        return EnforceGate.open(EnforceGate.requirements(Arrays.stream(Check.values()).map(check -> finding(check,
                check == one ? verdict : Verdict.PASS)).toList(), CLEAN));
    }

    @ParameterizedTest
    @CsvSource({"'', 86400", "86400, 86400", "'86400 604800 86400', 604800", "300, 86400"})
    void retiresWhenTheLongestMaxAgeHasLapsed(String published, long seconds) {
        var maxAges = published.isEmpty() ? List.<Long>of() : Arrays.stream(published.split(" ")).map(Long::valueOf)
                .toList();
        Instant since = Instant.parse("2026-11-23T10:00:00Z");
        assertThat(Retirement.over(since, maxAges)).isEqualTo(since.plus(Duration.ofSeconds(seconds)));
    }

    @Test
    void leadsFromEachPhaseToEnforceOnlyThroughTesting() {
        assertThat(EnumSet.allOf(Phase.class)).allSatisfy(phase -> assertThat(phase.next().contains(Phase.ENFORCE))
                .isEqualTo(phase == Phase.TESTING));
        assertThat(Phase.ENFORCE.next()).isEqualTo(Set.of(Phase.TESTING, Phase.RETIRING));
    }

    private static List<Finding> all(Verdict verdict) {
        return Arrays.stream(Check.values()).map(check -> finding(check, verdict)).toList();
    }

    private static Finding finding(Check check, Verdict verdict) {
        return new Finding(check, verdict, "text", "", List.of());
    }
}

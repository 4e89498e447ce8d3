package dev.postern.mtasts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyIdsTest {

    private static final Instant NOW = Instant.parse("2026-11-23T16:00:00.750Z");

    @Test
    void theFirstIdIsTheSecond() {
        assertThat(PolicyIds.next(NOW, Optional.empty())).isEqualTo("20261123160000");
    }

    @ParameterizedTest(name = "after {0} comes {1}")
    @CsvSource({
            "20261123155959,         20261123160000",
            "20251123160000zz,       20261123160000",
            "20261123160000,         20261123160000a",
            "20261123160000a,        20261123160000b",
            "20261123160000z,        20261123160000za",
            // The clock was set back.
            "20261123170000,         20261123170000a",
            // Somebody else's ids.
            "20261123160000Z,        20261123160000",
            "202611231600009,        20261123160000",
            "7,                      20261123160000",
            "20261123160000zzzzzzzzzzzzzzzzzz, 20261123160000",
    })
    void theNextIdDiffers(String previous, String next) {
        assertThat(PolicyIds.next(NOW, Optional.of(previous))).isEqualTo(next).isNotEqualTo(previous);
        new StsRecord(next, Map.of());
    }

    @Test
    void fourHundredChangesWithinASecondGetFourHundredIds() {
        var ids = new HashSet<String>();
        Optional<String> previous = Optional.empty();
        for (int i = 0; i < 400; i++) {
            String id = PolicyIds.next(NOW, previous);
            new StsRecord(id, Map.of());
            ids.add(id);
            previous = Optional.of(id);
        }
        assertThat(ids).hasSize(400);
    }
}

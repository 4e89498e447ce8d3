package dev.postern.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TimeOrderedIdTest {

    /// RFC 9562 appendix A.6.
    @Test
    void isTheStandardsExample() {
        assertThat(TimeOrderedId.of(Instant.parse("2022-02-22T19:22:22Z"), 0xcc3, 0x18c4dc0c0c07398fL << 2))
                .isEqualTo(UUID.fromString("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"));
    }

    @Test
    void isOrderedByTimeWhateverTheRest() {
        Instant time = Instant.parse("2026-11-24T00:00:00Z");
        String earlier = TimeOrderedId.of(time, -1, -1).toString();
        String later = TimeOrderedId.of(time.plusMillis(1), 0, 0).toString();
        assertThat(earlier).isLessThan(later);
    }

    @Test
    void isNewEachTime() {
        var seen = new HashSet<UUID>();
        for (int i = 0; i < 10_000; i++) {
            UUID id = TimeOrderedId.now();
            assertThat(id.version()).isEqualTo(7);
            assertThat(id.variant()).isEqualTo(2);
            assertThat(seen.add(id)).isTrue();
        }
    }
}

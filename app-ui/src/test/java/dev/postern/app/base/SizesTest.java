package dev.postern.app.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizesTest {

    @ParameterizedTest
    @CsvSource({"0, 0 bytes", "1, 1 byte", "999, 999 bytes", "1000, 1.0 kB", "9949, 9.9 kB", "9960, 10 kB",
        "999499, 999 kB", "999500, 1.0 MB", "2147483648, 2.1 GB"})
    void readsWell(long bytes, String text) {
        assertThat(Sizes.of(bytes)).isEqualTo(text);
    }
}

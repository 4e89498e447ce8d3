package dev.postern.mtasts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModeTest {

    @ParameterizedTest
    @CsvSource({"ENFORCE, enforce", "TESTING, testing", "NONE, none"})
    void wordsOfThePolicy(Mode mode, String word) {
        assertThat(mode.wire()).isEqualTo(word);
        assertThat(Mode.byWire(word)).contains(mode);
        assertThat(Mode.byWire(word.toUpperCase())).isEmpty();
    }
}

package dev.postern.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotedTest {

    @Test
    void whatCouldBreakALineOrTurnTheWritingIsReplaced() {
        assertThat(Quoted.of("a\r\nSet-Cookie: \u202Eb\u0000")).isEqualTo("'a??Set-Cookie: ?b?'");
    }

    @Test
    void aLongTextIsCut() {
        assertThat(Quoted.of("x".repeat(1_000))).hasSizeLessThan(100).endsWith("…'");
    }
}

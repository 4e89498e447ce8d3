package dev.postern.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class ReportTokensTest {

    private static final ReportTokens TOKENS = new ReportTokens(bytes(new Random(1), 32));
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    @RepeatedTest(50)
    void recognisesItsOwnAndNoOther(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        String token = TOKENS.issue(bytes(random, ReportTokens.RANDOM_BYTES));

        assertThat(token).hasSize(26).matches("[a-z2-7]+");
        assertThat(TOKENS.recognise(token)).contains(token);
        assertThat(TOKENS.recognise(token.toUpperCase(Locale.ROOT))).as("mail servers may change the case").contains(token);
        assertThat(new ReportTokens(bytes(random, 32)).recognise(token)).as("another installation's").isEmpty();
        int at = random.nextInt(token.length());
        for (char other : ALPHABET.toCharArray()) {
            if (other != token.charAt(at)) {
                String changed = token.substring(0, at) + other + token.substring(at + 1);
                assertThat(TOKENS.recognise(changed)).as("%s for %s", changed, token).isEmpty();
            }
        }
    }

    @Test
    void passesOverWhateverElseStandsInAnAddress() {
        for (String text : new String[]{"", "postmaster", "a".repeat(25), "a".repeat(26), "a".repeat(27), "é".repeat(26),
                "0".repeat(26), "a".repeat(10_000)}) {
            assertThat(TOKENS.recognise(text)).as(text).isEmpty();
        }
    }

    @Test
    void refusesWeakKeysAndShortRandomness() {
        assertThatThrownBy(() -> new ReportTokens(new byte[31])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TOKENS.issue(new byte[9])).isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}

package dev.postern.app.rejected;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// A stranger's bytes look like what they are.
class ReadableContentTest {

    private static ReadableContent of(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return ReadableContent.of(bytes, bytes.length);
    }

    @Test
    void showsTextAsItIs() {
        assertThat(of("Subject: ü\r\n\r\n{\"a\":\t1}\r\n")).isEqualTo(new ReadableContent(
                "Subject: ü\n\n{\"a\":\t1}\n", ""));
    }

    @Test
    void replacesWhatWouldHideOrTurnIt() {
        assertThat(of("a long enough line with \u202Egnihtemos\u200B and \u001B[31m red").text())
                .isEqualTo("a long enough line with \uFFFDgnihtemos\uFFFD and \uFFFD[31m red");
    }

    @Test
    void saysWhatItDoesNotShow() {
        assertThat(ReadableContent.of(new byte[]{0x1f, (byte) 0x8b, 8, 0, 1}, 5).text()).isEmpty();
        assertThat(ReadableContent.of(new byte[]{0x1f, (byte) 0x8b, 8, 0, 1}, 5).note()).contains("gzip");
        assertThat(ReadableContent.of(new byte[0], 0).note()).contains("nothing");
        assertThat(ReadableContent.of("{}".getBytes(UTF_8), 70_000).note()).isEqualTo("The first 2 bytes of 70 kB.");
    }
}

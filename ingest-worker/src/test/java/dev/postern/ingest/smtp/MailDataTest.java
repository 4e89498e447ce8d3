package dev.postern.ingest.smtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where a message ends, and what of it is kept.
class MailDataTest {

    private static String read(InputStream in) throws IOException {
        return new String(new MailData(in).readAllBytes(), ISO_8859_1);
    }

    private static InputStream in(String text) {
        return new BufferedInputStream(new ByteArrayInputStream(text.getBytes(ISO_8859_1)));
    }

    @RepeatedTest(300)
    void takesOffTheDotsAndLeavesWhatFollows(RepetitionInfo repetition) throws IOException {
        var random = new Random(repetition.getCurrentRepetition());
        var content = new StringBuilder();
        for (int lines = random.nextInt(200); lines > 0; lines--) {
            content.append(".".repeat(random.nextInt(4))).append("x.".repeat(random.nextInt(random.nextInt(2_000) + 1)))
                    .append(".".repeat(random.nextInt(3))).append("\r\n");
        }
        String sent = ("\r\n" + content).replace("\r\n.", "\r\n..").substring(2) + ".\r\nQUIT\r\n";
        var stream = new BufferedInputStream(new Trickle(sent, random));

        assertThat(read(stream)).isEqualTo(content.toString());
        assertThat(new String(stream.readAllBytes(), ISO_8859_1)).isEqualTo("QUIT\r\n");
    }

    /// A colon stands for CR, a slash for LF.
    @ParameterizedTest
    @CsvSource({"a/./b, 1", "a:.:b, 1", "a/.:/b, 1", "a:/./b, 2", "a:/.:b, 2", "a:.:/b, 1", "a::/b, 1", "/, 1", ":, 1",
            "a:/b:/c/d, 3", "a:/:.:/b, 2"})
    void endsAtNothingElseAndTellsWhere(String sent, long line) {
        String text = sent.replace(':', '\r').replace('/', '\n') + "\r\n.\r\nNOOP\r\n";
        InputStream stream = in(text);

        assertThatThrownBy(() -> read(stream)).isInstanceOfSatisfying(MailData.BareLineEnd.class,
                bare -> assertThat(bare.line()).isEqualTo(line));
        assertThat(stream).hasContent("NOOP\r\n");
    }

    /// However the bytes arrive: a read of one byte must not write two.
    @Test
    void endsAtTheSamePlaceByteByByte() {
        InputStream stream = in("a\r\n.\rb\r\n.\r\nNOOP\r\n");
        var data = new MailData(stream);

        assertThatThrownBy(() -> {
            while (data.read() >= 0) {
                // on to the end
            }
        }).isInstanceOfSatisfying(MailData.BareLineEnd.class, bare -> assertThat(bare.line()).isEqualTo(2));
        assertThat(stream).hasContent("NOOP\r\n");
    }

    @Test
    void tellsWhenTheConnectionEnds() {
        assertThatThrownBy(() -> read(in("half a mail\r\n.\r"))).isInstanceOf(EOFException.class);
    }

    @Test
    void readsAnEmptyMessage() throws IOException {
        assertThat(read(in(".\r\n"))).isEmpty();
    }

    /// Gives some bytes at a time, as a network does.
    private static final class Trickle extends FilterInputStream {
        private final Random random;

        Trickle(String text, Random random) {
            super(new ByteArrayInputStream(text.getBytes(ISO_8859_1)));
            this.random = random;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return super.read(into, offset, Math.min(length, 1 + random.nextInt(random.nextInt(5_000) + 1)));
        }

        @Override
        public int available() {
            return 0;
        }
    }
}

package dev.postern.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MboxReaderTest {

    private static List<String> read(String mbox) throws IOException {
        var reader = new MboxReader(new ByteArrayInputStream(mbox.getBytes(ISO_8859_1)), 1_000);
        var mails = new ArrayList<String>();
        for (var next = reader.read(); next.isPresent(); next = reader.read()) {
            assertThat(next.get().number()).isEqualTo(mails.size() + 1);
            mails.add(next.get().bytes().map(bytes -> new String(bytes, ISO_8859_1)).orElse("too large"));
        }
        return mails;
    }

    @Test
    void separatesMailsAndTakesTheQuotesAway() throws IOException {
        assertThat(read("""
                From tls@a.test Mon Jan  1 00:00:00 2024
                Subject: one

                >From the sender
                >>From the sender's sender

                From tls@b.test Tue Jan  2 00:00:00 2024
                Subject: two

                body
                """)).containsExactly("Subject: one\n\nFrom the sender\n>From the sender's sender\n",
                "Subject: two\n\nbody\n");
    }

    @Test
    void linesMayEndWithCrlf() throws IOException {
        assertThat(read("From a Mon Jan  1 00:00:00 2024\r\nA: 1\r\n\r\nx\r\n\r\nFrom b Mon Jan  1 00:00:01 2024\r\n"
                + "A: 2\r\n\r\ny\r\n")).containsExactly("A: 1\r\n\r\nx\r\n", "A: 2\r\n\r\ny\r\n");
    }

    @Test
    void anUnquotedSentenceCutsNothing() throws IOException {
        assertThat(read("""
                From a Mon Jan  1 00:00:00 2024
                A: 1

                First.

                From 9:00 on there is lunch.
                Then tea.

                From here on: nothing
                B: 2

                From b Mon Jan  1 00:00:00 2024
                A: 2

                """)).hasSize(2).first().asString().contains("From 9:00 on there is lunch.\nThen tea.")
                .contains("From here on: nothing\nB: 2");
    }

    @Test
    void withoutTimesAnEmptyLineSeparates() throws IOException {
        assertThat(read("From a\nA: 1\n\nx\nFrom x\nB: 1\n\nFrom b\nA: 2\n\n")).hasSize(2);
    }

    @Test
    void withTimesNoEmptyLineIsNeeded() throws IOException {
        assertThat(read("From a 10:00\nA: 1\n\nx\nFrom b 10:01\nA: 2\n\ny")).containsExactly("A: 1\n\nx\n",
                "A: 2\n\ny");
    }

    @Test
    void aLargeMailIsToldAndTheNextOneRead() throws IOException {
        assertThat(read("From a 10:00\nA: 1\n\n" + "x".repeat(30_000) + "\n\nFrom b 10:00\nA: 2\n\ny\n"))
                .containsExactly("too large", "A: 2\n\ny\n");
    }

    @Test
    void aMailboxWithoutMails() throws IOException {
        assertThat(read("From a 10:00\n")).isEmpty();
        assertThat(read("From " + "x".repeat(20_000))).isEmpty();
        assertThat(new MboxReader(new ByteArrayInputStream(new byte[0]), 10).read()).isEqualTo(Optional.empty());
    }
}

package dev.postern.ingest.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.util.List;
import org.apache.james.jdkim.exceptions.PermFailException;
import org.apache.james.jdkim.impl.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedMailTest {

    /// The library's own reading is what signatures were verified by before: both see the same.
    @ParameterizedTest
    @ValueSource(strings = {
            "From: a@b.test\r\nTo: c@d.test\r\n\r\nbody\r\n",
            "From: a@b.test\nTo: c@d.test\n\nbody\nof two\n",
            "From: a@b.test\r\nSubject: one\r\n two\r\n\tthree\r\n\r\n\r\n\r\nbody",
            "From : a@b.test\r\nTo:\r\n\r\n",
            "To: a\r\nto: b\r\nTO: c\r\nX-Empty:\r\n\r\nb: ody\r\n",
            "From: a\r\nthis is no field\r\nTo: b\r\n\r\nbody\r\n",
            "From: a@b.test\r\n\r\n",
            "From: \u00e4\u00f6@b.test\r\nTo: c\r\n\r\n\u00fc\r\n",
            "From: a\rTo: b\n\r\nmixed\rline\nends\r\n"})
    void isWhatTheLibraryReads(String mail) throws Exception {
        byte[] bytes = mail.getBytes(ISO_8859_1);
        var expected = new Message(new ByteArrayInputStream(bytes));
        SignedMail signed = SignedMail.of(bytes);
        assertThat(signed.getFields()).isEqualTo(expected.getFields());
        for (String name : List.of("From", "to", "SUBJECT", "absent", "X-Empty")) {
            assertThat(signed.getFields(name)).as(name).isEqualTo(expected.getFields(name));
        }
        assertThat(signed.body().readAllBytes()).isEqualTo(expected.getBodyInputStream().readAllBytes());
    }

    @Test
    void takesNoMoreFieldsThanAnyMailHas() throws Exception {
        assertThat(SignedMail.of(("A: b\r\n".repeat(1_000) + "\r\n").getBytes(ISO_8859_1)).getFields()).hasSize(1_000);
        assertThatExceptionOfType(PermFailException.class).isThrownBy(() ->
                SignedMail.of(("A: b\r\n".repeat(1_001) + "\r\n").getBytes(ISO_8859_1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", "\r", "\n", ":", "From", "From: a", "From: a\r", "From: a\r\n", "\r\n\r\n", " x\r\n"})
    void readsWhateverTheBytesAre(String mail) throws Exception {
        SignedMail signed = SignedMail.of(mail.getBytes(ISO_8859_1));
        assertThat(signed.getFields()).allMatch(field -> field.contains(":"));
        assertThat(signed.body().readAllBytes().length).isLessThanOrEqualTo(mail.length());
    }
}

package dev.postern.ingest.dkim;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.james.jdkim.api.Headers;
import org.apache.james.jdkim.exceptions.PermFailException;
import org.apache.james.mime4j.io.EOLConvertingInputStream;

/// A mail as signatures see it (RFC 6376 §3.7): header fields in their order, as they stand, and the body.
///
/// The library can take a mail apart itself, but builds a model of it each time, and to do so searches the whole class path
/// twice: more than half of what a signature costs to verify.
final class SignedMail implements Headers {

    /// A signature names fields, and each is looked for: more would let a stranger make work.
    private static final int MOST_FIELDS = 1_000;

    private final byte[] mail;
    private final int bodyStart;
    private final List<String> fields = new ArrayList<>();
    private final Map<String, List<String>> byName = new HashMap<>();

    private SignedMail(byte[] mail) throws PermFailException {
        this.mail = mail;
        int at = 0;
        while (at < mail.length && !isLineEnd(at)) {
            int end = endOfField(at);
            add(new String(mail, at, end - at, UTF_8));
            at = Math.min(mail.length, end + 2);
        }
        bodyStart = Math.min(mail.length, at + 2);
    }

    /// @throws PermFailException when its header has more fields than any mail's
    static SignedMail of(byte[] mail) throws IOException, PermFailException {
        return new SignedMail(withLineEnds(mail));
    }

    /// What came from a file may have the line ends of its system; a signature is about CR LF (RFC 6376 §5.3).
    private static byte[] withLineEnds(byte[] mail) throws IOException {
        for (int i = 0; i < mail.length; i++) {
            boolean alone = mail[i] == '\n' ? i == 0 || mail[i - 1] != '\r'
                    : mail[i] == '\r' && (i + 1 == mail.length || mail[i + 1] != '\n');
            if (alone) {
                try (var converted = new EOLConvertingInputStream(new ByteArrayInputStream(mail))) {
                    return converted.readAllBytes();
                }
            }
        }
        return mail;
    }

    private boolean isLineEnd(int at) {
        return mail[at] == '\r' && at + 1 < mail.length && mail[at + 1] == '\n';
    }

    /// Where the field's last line ends: the next one does not begin with white space.
    private int endOfField(int from) {
        for (int i = from; i < mail.length; i++) {
            if (isLineEnd(i) && (i + 2 >= mail.length || mail[i + 2] != ' ' && mail[i + 2] != '\t')) {
                return i;
            }
        }
        return mail.length;
    }

    private void add(String field) throws PermFailException {
        int colon = field.indexOf(':');
        if (colon > 0) {
            if (fields.size() == MOST_FIELDS) {
                throw new PermFailException("there are more than " + MOST_FIELDS + " header fields");
            }
            fields.add(field);
            byName.computeIfAbsent(name(field.substring(0, colon)), _ -> new ArrayList<>()).add(field);
        }
    }

    private static String name(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<String> getFields() {
        return new ArrayList<>(fields);
    }

    @Override
    public List<String> getFields(String name) {
        return new ArrayList<>(byName.getOrDefault(name(name), List.of()));
    }

    InputStream body() {
        return new ByteArrayInputStream(mail, bodyStart, mail.length - bodyStart);
    }
}

package dev.postern.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Locale;

/// A mail out of an archive.
final class Mail {

    /// What stands in every mail that holds a report: its type or file name (RFC 8460 §5.1, §6.4), the report itself, the
    /// first bytes of gzip in base64, or another mail.
    private static final List<String> SIGNS = List.of("tlsrpt", "tls-report", ".json", "/json", "+json", "gzip",
            "organization-name", "h4si", "message/rfc822");

    private Mail() {
    }

    /// Whether it is worth being looked at. A mailbox holds much that is nobody's business: letters without any sign of a
    /// report stay where they are.
    static boolean mayHoldAReport(byte[] mail) {
        String text = new String(mail, ISO_8859_1).toLowerCase(Locale.ROOT);
        return SIGNS.stream().anyMatch(text::contains);
    }

    /// The mail as it was sent: on disk, lines often end with LF alone, which no signature was made for.
    static byte[] withCrlf(byte[] mail) {
        int bare = 0;
        for (int i = 0; i < mail.length; i++) {
            if (mail[i] == '\n' && (i == 0 || mail[i - 1] != '\r')) {
                bare++;
            }
        }
        if (bare == 0) {
            return mail;
        }
        var out = new ByteArrayOutputStream(mail.length + bare);
        for (int i = 0; i < mail.length; i++) {
            if (mail[i] == '\n' && (i == 0 || mail[i - 1] != '\r')) {
                out.write('\r');
            }
            out.write(mail[i]);
        }
        return out.toByteArray();
    }
}

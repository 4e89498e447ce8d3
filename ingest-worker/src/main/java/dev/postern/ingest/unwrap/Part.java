package dev.postern.ingest.unwrap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.postern.tlsrpt.ReportFileName;
import java.util.Locale;
import java.util.Set;

/// A leaf of a mail's tree, decoded.
///
/// @param mediaType in lower case, without parameters
/// @param fileName  empty when there is none
record Part(byte[] bytes, String mediaType, String fileName) {

    private static final Set<String> REPORT_TYPES =
            Set.of("application/tlsrpt+json", "application/tlsrpt+gzip", "application/tlsrpt");
    private static final Set<String> NEVER_REPORT_KINDS = Set.of("image", "audio", "video", "font");
    /// What both hold in their first bytes when they are still in base64: gzip's magic, and `{` with what follows it.
    private static final Set<String> BASE64_STARTS = Set.of("H4sI", "eyJ", "ewo", "ew0K", "eyA");
    private static final int LOOK = 64 * 1024;

    /// Whether this is a report by its bytes, whatever it is called.
    boolean looksLikeAReport() {
        if (NEVER_REPORT_KINDS.contains(kind()) || mediaType.equals("text/html")) {
            return false;
        }
        if (startsWith(0x1f, 0x8b)) {
            return true;
        }
        if (!startsWithBrace()) {
            return false;
        }
        // Text for people may begin with a brace too.
        return declaredAsReport() || !kind().equals("text") || head(LOOK).contains("\"date-range\"")
                || head(LOOK).contains("\"policies\"");
    }

    /// Whether name or type say that this should be a report.
    boolean declaredAsReport() {
        String name = fileName.toLowerCase(Locale.ROOT);
        return REPORT_TYPES.contains(mediaType) || name.endsWith(".json") || name.endsWith(".json.gz")
                || ReportFileName.parse(fileName).asOptional().isPresent() || isZip() && kind().equals("application");
    }

    /// Whether it is a mail that the MIME parser does not look into by itself.
    boolean isMail() {
        return mediaType.equals("message/rfc822") || mediaType.equals("message/global")
                || fileName.toLowerCase(Locale.ROOT).endsWith(".eml");
    }

    boolean isBlank() {
        for (byte b : bytes) {
            if (b > ' ' || b < 0) {
                return false;
            }
        }
        return true;
    }

    /// The same with base64 taken off that its header did not tell of; itself when there is none.
    Part withoutUndeclaredBase64() {
        String start = head(4);
        if (!declaredAsReport() || BASE64_STARTS.stream().noneMatch(start::startsWith)) {
            return this;
        }
        return new Part(LenientBase64.decode(bytes), mediaType, fileName);
    }

    private boolean isZip() {
        return startsWith('P', 'K', 3, 4);
    }

    private boolean startsWithBrace() {
        int from = startsWith(0xef, 0xbb, 0xbf) ? 3 : 0;
        while (from < bytes.length && bytes[from] >= 0 && bytes[from] <= ' ') {
            from++;
        }
        return from < bytes.length && bytes[from] == '{';
    }

    private boolean startsWith(int... expected) {
        if (bytes.length < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if ((bytes[i] & 0xff) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    private String head(int most) {
        return new String(bytes, 0, Math.min(most, bytes.length), ISO_8859_1);
    }

    private String kind() {
        int slash = mediaType.indexOf('/');
        return slash < 0 ? mediaType : mediaType.substring(0, slash);
    }
}

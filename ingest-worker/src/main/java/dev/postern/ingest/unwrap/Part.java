package dev.postern.ingest.unwrap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.tlsrpt.ReportFileName;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// A leaf of a mail's tree, decoded.
///
/// @param mediaType in lower case, without parameters
/// @param fileName  empty when there is none
record Part(byte[] bytes, String mediaType, String fileName) {

    private static final Set<String> REPORT_TYPES =
            Set.of("application/tlsrpt+json", "application/tlsrpt+gzip", "application/tlsrpt");
    private static final Set<String> ARCHIVE_TYPES = Set.of("application/zip", "application/x-zip-compressed",
            "application/x-zip", "application/octet-stream", "application/gzip", "application/x-gzip",
            "application/json", "application/binary", "text/plain", "");
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
        if (startsWithWideBrace()) {
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
                || ReportFileName.parse(fileName).asOptional().isPresent();
    }

    /// Whether it is a ZIP archive that may hold reports. Documents of office programs are ZIP archives too.
    boolean isArchive() {
        String name = fileName.toLowerCase(Locale.ROOT);
        return ZipReports.isZip(bytes) && (ARCHIVE_TYPES.contains(mediaType) || REPORT_TYPES.contains(mediaType)
                || name.endsWith(".zip") || declaredAsReport());
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

    /// The same in UTF-8, when it is text that is not and its header tells what it is.
    ///
    /// @param charset as declared; null or `us-ascii` when nothing was
    Part inUtf8(String charset) {
        if (charset == null || charset.equalsIgnoreCase("us-ascii") || !startsWithBrace() && !kind().equals("text") || isUtf8()) {
            return this;
        }
        try {
            return new Part(new String(bytes, Charset.forName(charset)).getBytes(UTF_8), mediaType, fileName);
        } catch (IllegalArgumentException unknown) {
            return this;
        }
    }

    /// The report that stands in this text for people.
    Optional<Part> inline() {
        return mediaType.equals("text/plain")
                ? InlineReport.in(bytes).map(json -> new Part(json, mediaType, fileName)) : Optional.empty();
    }

    private boolean isUtf8() {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException other) {
            return false;
        }
    }

    /// A brace in UTF-16 or UTF-32, with a byte order mark or without.
    private boolean startsWithWideBrace() {
        return startsWith(0xfe, 0xff, 0, '{') || startsWith(0xff, 0xfe, '{', 0) || startsWith(0, '{', 0)
                || startsWith('{', 0, '"', 0) || startsWith('{', 0, '\n', 0) || startsWith('{', 0, '\r', 0)
                || startsWith('{', 0, ' ', 0) || startsWith(0, 0, 0, '{') || startsWith('{', 0, 0, 0);
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

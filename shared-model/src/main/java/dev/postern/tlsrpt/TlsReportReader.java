package dev.postern.tlsrpt;

import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/// Reads reports (RFC 8460 §4.4) as a stream, plain or gzip: what the bytes say counts, not what somebody called them.
///
/// Memory is bounded by the limits, whatever the bytes are. Thread-safe; one reader serves all.
public final class TlsReportReader {

    /// Enough to pass over a byte order mark and some white space.
    private static final int PEEK = 64;
    /// The largest count has 19 digits; a longer number is refused before it is computed with.
    static final int MAX_NUMBER_LENGTH = 40;
    private static final String COMPRESSION_RULE = "RFC 8460 §5.2";
    private static final String ENCODING_RULE = "RFC 7493 §2.1";

    private final ReportLimits limits;
    private final JsonFactory json;

    public TlsReportReader(ReportLimits limits) {
        this.limits = limits;
        json = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(limits.maxNesting())
                        .maxStringLength(limits.maxStringLength())
                        .maxNameLength(limits.maxStringLength())
                        .maxNumberLength(MAX_NUMBER_LENGTH)
                        .build())
                // The table of names would grow with every key that a hostile report makes up.
                .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                .build();
    }

    /// Reads one report to the end of the stream, which stays the caller's to close.
    ///
    /// @throws IOException when the stream itself fails; whatever is wrong in the bytes is a problem, not an exception
    public Parsed<TlsReport> read(InputStream in) throws IOException {
        var plain = new BufferedInputStream(new Unclosed(in));
        byte[] head = peek(plain);
        if (!startsAt(head, 0, 0x1f, 0x8b)) {
            return parse(plain, head);
        }
        try (var gzip = new GZIPInputStream(plain)) {
            var unpacked = new BufferedInputStream(new BoundedStream(gzip, limits.maxBytes()));
            return parse(unpacked, peek(unpacked));
        } catch (BoundedStream.TooLong tooLong) {
            return tooLarge();
        } catch (ZipException | EOFException damaged) {
            return Parsed.invalid("gzip-damaged", "The gzip data is damaged or cut off.", COMPRESSION_RULE);
        }
    }

    private Parsed<TlsReport> parse(BufferedInputStream bytes, byte[] head) throws IOException {
        boolean mark = startsAt(head, 0, 0xef, 0xbb, 0xbf);
        Optional<Parsed<TlsReport>> other = otherKind(head, mark ? 3 : 0);
        if (other.isPresent()) {
            return other.get();
        }
        if (mark) {
            bytes.skipNBytes(3);
        }
        var forgiven = new ArrayList<Problem>();
        if (mark) {
            forgiven.add(new Problem("byte-order-mark", "The report begins with a byte order mark.",
                    ReportParser.RULE));
        }
        if (isWide(head)) {
            forgiven.add(new Problem("encoding-not-utf-8", "The report is in UTF-16 or UTF-32; it must be UTF-8.",
                    ENCODING_RULE));
        }
        var bounded = new BoundedStream(bytes, limits.maxBytes());
        try (var parser = json.createParser(ObjectReadContext.empty(), bounded)) {
            return new ReportParser(parser, limits, forgiven).parse();
        } catch (JacksonIOException wrapped) {
            return switch (wrapped.getCause()) {
                case BoundedStream.TooLong _ -> tooLarge();
                case IOException cause when bounded.failedWith(cause) -> throw cause;
                // The library tells of bytes that are no characters by exceptions of several kinds.
                default -> Parsed.invalid("json-encoding", "The report is not UTF-8.", ENCODING_RULE);
            };
        } catch (StreamConstraintsException beyond) {
            return Parsed.invalid("report-limit", "The report is nested deeper than " + limits.maxNesting()
                    + ", or holds a text longer than " + limits.maxStringLength() + " characters or a number of more "
                    + "than " + MAX_NUMBER_LENGTH + " digits.", "");
        } catch (ReportParser.Unusable unusable) {
            return new Parsed.Invalid<>(List.of(unusable.problem()));
        } catch (JacksonException malformed) {
            var at = malformed.getLocation();
            return Parsed.invalid("json-syntax", "This is not valid JSON"
                    + (at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")") + ": "
                    + ReportParser.printable(malformed.getOriginalMessage()), "RFC 7493");
        }
    }

    private Parsed<TlsReport> tooLarge() {
        return Parsed.invalid("report-too-large", "The report holds more than " + limits.maxBytes()
                + " bytes of JSON, the limit for one report.", "");
    }

    /// What the bytes are, when they are plainly no JSON: the name says more than a syntax error would.
    private static Optional<Parsed<TlsReport>> otherKind(byte[] head, int from) {
        // Before white space is passed over, to which its first byte would belong.
        if (startsAt(head, from, 0x1f, 0x8b)) {
            return Optional.of(Parsed.invalid("report-gzip-twice", "The report was compressed twice.",
                    COMPRESSION_RULE));
        }
        int start = from;
        while (start < head.length && head[start] <= ' ' && head[start] > 0) {
            start++;
        }
        if (start == head.length && head.length < PEEK) {
            return Optional.of(Parsed.invalid("report-empty", "The report is empty.", ReportParser.RULE));
        }
        if (startsAt(head, start, 'P', 'K', 3, 4) || startsAt(head, start, 'P', 'K', 5, 6)) {
            return Optional.of(Parsed.invalid("report-is-zip", "This is a ZIP archive in another, or by itself "
                    + "where a report should be; a report is JSON, plain or gzip.", COMPRESSION_RULE));
        }
        if (startsAt(head, start, '<')) {
            return Optional.of(Parsed.invalid("report-is-xml", "This is XML or HTML (a DMARC report, perhaps); a TLS "
                    + "report is JSON.", ReportParser.RULE));
        }
        return Optional.empty();
    }

    /// Whether characters take two or four bytes: a mark says so, or a zero byte beside the first character.
    private static boolean isWide(byte[] head) {
        return startsAt(head, 0, 0xfe, 0xff) || startsAt(head, 0, 0xff, 0xfe)
                || head.length >= 2 && (head[0] == 0 || head[1] == 0);
    }

    private static byte[] peek(BufferedInputStream in) throws IOException {
        in.mark(PEEK);
        byte[] head = in.readNBytes(PEEK);
        in.reset();
        return head;
    }

    private static boolean startsAt(byte[] head, int from, int... expected) {
        if (head.length - from < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if ((head[from + i] & 0xff) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /// Lets what was put around the caller's stream be closed, and its native memory freed, without closing that.
    private static final class Unclosed extends FilterInputStream {
        Unclosed(InputStream in) {
            super(in);
        }

        @Override
        public void close() {
            // stays open
        }
    }
}

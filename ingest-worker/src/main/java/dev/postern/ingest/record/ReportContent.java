package dev.postern.ingest.record;

import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.tlsrpt.ReportLimits;
import dev.postern.tlsrpt.TlsReport;
import dev.postern.tlsrpt.TlsReportReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// Reads a report from its bytes, and keeps its JSON without compression.
final class ReportContent {

    /// @param json  as sent, without compression
    /// @param notes what was forgiven
    record Read(TlsReport report, List<Problem> notes, byte[] json) {

        /// The same, with what was forgiven before it was read.
        Read with(List<Problem> before) {
            return before.isEmpty() ? this : new Read(report, Stream.concat(before.stream(), notes.stream()).toList(), json);
        }
    }

    private final ReportLimits limits;
    private final TlsReportReader reader;

    ReportContent(ReportLimits limits) {
        this.limits = limits;
        this.reader = new TlsReportReader(limits);
    }

    /// Compressed bytes are read twice: as a stream to judge them, which takes no memory whatever they unpack to, and
    /// again for the JSON of those that proved to be a report within the limits.
    Parsed<Read> read(byte[] bytes) {
        try {
            return switch (reader.read(new ByteArrayInputStream(bytes))) {
                case Parsed.Invalid<TlsReport>(var problems) -> new Parsed.Invalid<>(problems);
                case Parsed.Valid<TlsReport>(var report, var notes) ->
                        Parsed.valid(new Read(report, notes, unpacked(bytes)));
            };
        } catch (IOException impossible) {
            throw new UncheckedIOException("reading from memory failed", impossible);
        }
    }

    private byte[] unpacked(byte[] bytes) throws IOException {
        if (bytes.length < 2 || (bytes[0] & 0xff) != 0x1f || (bytes[1] & 0xff) != 0x8b) {
            return bytes;
        }
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return gzip.readNBytes((int) Math.min(Integer.MAX_VALUE - 8L, limits.maxBytes()));
        }
    }
}

package dev.postern.bench.ingest;

import dev.postern.parse.Parsed;
import dev.postern.tlsrpt.ReportLimits;
import dev.postern.tlsrpt.TlsReport;
import dev.postern.tlsrpt.TlsReportReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// Reads reports of a large size in a process with little heap. Each case is one line on stdout: the case, what became of
/// the report, the bytes of JSON or of gzip that were read before that was known, milliseconds, and the peak of the heap.
///
/// It is run by [#measure].
public final class LargeReports {

    /// As little as a small machine might give.
    static final String HEAP = "256m";
    private static final String SEPARATOR = "\t";

    /// @param what    of which kind the report is, and under which limits it was read
    /// @param outcome `read`, or the code of the refusal
    /// @param read    bytes taken from the stream
    /// @param peak    bytes of heap in use at the most, garbage included
    record Case(String what, String outcome, long read, long milliseconds, long peak) {

        private String line() {
            return String.join(SEPARATOR, what, outcome, Long.toString(read), Long.toString(milliseconds),
                    Long.toString(peak));
        }

        private static Case of(String line) {
            String[] parts = line.split(SEPARATOR);
            return new Case(parts[0], parts[1], Long.parseLong(parts[2]), Long.parseLong(parts[3]),
                    Long.parseLong(parts[4]));
        }
    }

    private LargeReports() {
    }

    static List<Case> measure(IngestPlan plan) {
        Process process = null;
        try {
            process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx" + HEAP, "-cp", System.getProperty("java.class.path"), LargeReports.class.getName(),
                    Integer.toString(plan.megabytes())).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            var cases = process.inputReader().lines().map(Case::of).toList();
            if (process.waitFor() != 0) {
                throw new IllegalStateException("the process with a heap of " + HEAP + " failed");
            }
            return cases;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        } finally {
            if (process != null) {
                process.destroy();
            }
        }
    }

    public static void main(String[] words) throws IOException {
        long bytes = Long.parseLong(words[0]) << 20;
        var lifted = withBytes(2 * bytes);
        Path packed = Files.createTempFile("postern-large", ".json.gz");
        try {
            for (LargeReport.Filling filling : LargeReport.Filling.values()) {
                pack(filling, bytes, packed);
                for (ReportLimits limits : List.of(ReportLimits.DEFAULT, lifted)) {
                    String what = filling.name().toLowerCase(java.util.Locale.ROOT)
                            + (limits == lifted ? ", limit of bytes lifted" : "");
                    var plain = new LargeReport(filling, bytes);
                    print(what + ", JSON", limits, plain);
                    try (var in = new BufferedInputStream(Files.newInputStream(packed))) {
                        print(what + ", gzip", limits, in);
                    }
                }
            }
        } finally {
            Files.delete(packed);
        }
    }

    private static ReportLimits withBytes(long most) {
        ReportLimits usual = ReportLimits.DEFAULT;
        return new ReportLimits(most, usual.maxPolicies(), usual.maxFailureDetails(), usual.maxStringLength(),
                usual.maxNesting(), usual.maxSessions());
    }

    private static void pack(LargeReport.Filling filling, long bytes, Path into) throws IOException {
        try (var gzip = new GZIPOutputStream(Files.newOutputStream(into), 1 << 16)) {
            new LargeReport(filling, bytes).transferTo(gzip);
        }
    }

    private static void print(String what, ReportLimits limits, InputStream in) throws IOException {
        var counted = new Counted(in);
        System.gc();
        var pools = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP).toList();
        pools.forEach(java.lang.management.MemoryPoolMXBean::resetPeakUsage);
        long began = System.nanoTime();
        Parsed<TlsReport> parsed = new TlsReportReader(limits).read(counted);
        long took = (System.nanoTime() - began) / 1_000_000;
        long peak = pools.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
        System.out.println(new Case(what, switch (parsed) {
            case Parsed.Valid<TlsReport> _ -> "read";
            case Parsed.Invalid<TlsReport>(var problems) -> problems.getFirst().code();
        }, counted.count, took, peak).line());
    }

    private static final class Counted extends java.io.FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            count += Math.max(0, read);
            return read;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}

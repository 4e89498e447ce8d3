package dev.postern.bench.ingest;

import dev.postern.ingest.dkim.DkimCheck;
import dev.postern.ingest.unwrap.UnwrapLimits;
import dev.postern.ingest.unwrap.Unwrapper;
import dev.postern.parse.Parsed;
import dev.postern.testbed.AuthoritativeDns;
import dev.postern.tlsrpt.Authenticity;
import dev.postern.tlsrpt.ReportLimits;
import dev.postern.tlsrpt.TlsReportReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Measures what one core reads: reports, and beside them what nothing that reads them can do without.
final class Reading {

    /// What is done to each report of the corpus.
    enum Step {
        /// The least that any reader of the same gzip does.
        GUNZIP("unpack gzip only"),
        /// The least that any reader of JSON on Jackson does: every token, every name and text made a string.
        TOKENISE("tokenise JSON only"),
        READ("read a report (JSON)"),
        READ_GZIP("read a report (gzip)"),
        UNWRAP("take a mail apart"),
        VERIFY("verify its DKIM signature");

        private final String words;

        Step(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /// @param reports read
    /// @param bytes   of JSON in them
    /// @param seconds of one core
    record Speed(long reports, long bytes, double seconds) {

        double reportsPerSecond() {
            return reports / seconds;
        }

        /// Of JSON, whatever it was wrapped in.
        double megabytesPerSecond() {
            return bytes / 1e6 / seconds;
        }

        double microseconds() {
            return 1e6 * seconds / reports;
        }
    }

    /// @param good    reports that were read whole: all, or the measurement is worth nothing
    /// @param whole   speeds over the whole corpus
    /// @param small   speeds over the reports of up to 3 KB
    record Result(int reports, int good, long jsonBytes, int medianBytes, int largestBytes,
                  Map<Step, Speed> whole, Map<Step, Speed> small) {
    }

    private static final int SMALL = 3_000;
    private static final int ROUNDS = 3;
    private static final JsonFactory JSON = new JsonFactory();
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private record Mailed(byte[] json, byte[] gzip, byte[] mail) {
    }

    private final IngestPlan plan;
    private final TlsReportReader reader = new TlsReportReader(ReportLimits.DEFAULT);
    private final Unwrapper unwrapper = new Unwrapper(UnwrapLimits.DEFAULT);
    private final DkimCheck dkim;
    /// Read by nobody, so that the compiler can't leave out what it was computed from.
    private long sink;

    private Reading(IngestPlan plan, DkimCheck dkim) {
        this.plan = plan;
        this.dkim = dkim;
    }

    static Result measure(IngestPlan plan) {
        try (var dns = AuthoritativeDns.start()) {
            var signers = Signers.publish(plan.senders(), dns);
            var items = new Corpus(plan.seed(), plan.domains(), plan.senders(), LocalDate.now(ZoneOffset.UTC).minusDays(1))
                    .items(0, plan.reports());
            List<Mailed> corpus = items.stream().map(item -> new Mailed(item.json(), item.gzip(),
                    signers.mail(item, "address@reports.test"))).toList();
            return new Reading(plan, new DkimCheck(List.of(dns.address()), Duration.ofSeconds(2))).measure(corpus);
        }
    }

    private Result measure(List<Mailed> corpus) {
        List<Mailed> small = corpus.stream().filter(one -> one.json().length <= SMALL).toList();
        int good = (int) corpus.stream().filter(this::isReadWhole).count();
        int[] sizes = corpus.stream().mapToInt(one -> one.json().length).sorted().toArray();
        return new Result(corpus.size(), good, bytes(corpus), sizes[sizes.length / 2], sizes[sizes.length - 1],
                speeds(corpus), speeds(small));
    }

    private boolean isReadWhole(Mailed one) {
        return unwrapper.unwrap(one.mail(), "message/rfc822") instanceof Parsed.Valid<?>(List<?> candidates, var _)
                && candidates.size() == 1 && read(one.gzip()) instanceof Parsed.Valid<?>(var _, List<?> notes)
                && notes.isEmpty() && dkim.check(one.mail()).state() == Authenticity.State.VERIFIED;
    }

    /// Step by step, round by round, so that a busy spell of the machine meets all; the best round counts.
    private Map<Step, Speed> speeds(List<Mailed> corpus) {
        var best = new LinkedHashMap<Step, Speed>();
        for (int round = 0; round < ROUNDS; round++) {
            for (Step step : Step.values()) {
                Speed speed = speed(step, corpus);
                best.merge(step, speed, (a, b) -> a.reportsPerSecond() >= b.reportsPerSecond() ? a : b);
            }
        }
        return best;
    }

    private Speed speed(Step step, List<Mailed> corpus) {
        long wanted = (long) (plan.seconds() * 1e9);
        long began = THREADS.getCurrentThreadCpuTime();
        long bytes = 0;
        long reports = 0;
        long took;
        do {
            for (Mailed one : corpus) {
                sink += carryOut(step, one);
                bytes += one.json().length;
            }
            reports += corpus.size();
            took = THREADS.getCurrentThreadCpuTime() - began;
        } while (took < wanted);
        return new Speed(reports, bytes, took / 1e9);
    }

    private long carryOut(Step step, Mailed one) {
        return switch (step) {
            case GUNZIP -> unpack(one.gzip());
            case TOKENISE -> tokenise(one.json());
            case READ -> read(one.json()) instanceof Parsed.Valid<?> ? 1 : 0;
            case READ_GZIP -> read(one.gzip()) instanceof Parsed.Valid<?> ? 1 : 0;
            case UNWRAP -> unwrapper.unwrap(one.mail(), "message/rfc822").asOptional().map(List::size).orElse(0);
            case VERIFY -> dkim.check(one.mail()).state().ordinal();
        };
    }

    private Parsed<?> read(byte[] bytes) {
        try {
            return reader.read(new ByteArrayInputStream(bytes));
        } catch (IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
    }

    private static long unpack(byte[] gzip) {
        var into = new byte[8_192];
        long total = 0;
        try (var in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            for (int read = in.read(into); read >= 0; read = in.read(into)) {
                total += read;
            }
        } catch (IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
        return total;
    }

    private static long tokenise(byte[] json) {
        long total = 0;
        try (var parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                total += switch (token) {
                    case PROPERTY_NAME -> parser.currentName().length();
                    case VALUE_STRING -> parser.getString().length();
                    case VALUE_NUMBER_INT -> parser.getLongValue();
                    default -> 1;
                };
            }
        }
        return total;
    }

    private static long bytes(List<Mailed> corpus) {
        return corpus.stream().mapToLong(one -> one.json().length).sum();
    }
}

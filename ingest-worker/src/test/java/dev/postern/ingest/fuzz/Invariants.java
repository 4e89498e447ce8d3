package dev.postern.ingest.fuzz;

import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.tlsrpt.FailureDetail;
import dev.postern.tlsrpt.PolicyReport;
import dev.postern.tlsrpt.ReportLimits;
import dev.postern.tlsrpt.SessionCount;
import dev.postern.tlsrpt.TlsReport;
import dev.postern.tlsrpt.TlsReportReader;
import dev.postern.tlsrpt.TlsReportWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// What holds for the outcome of reading, whatever the bytes were.
final class Invariants {

    /// Small, so that a fuzzer reaches them.
    static final ReportLimits LIMITS = new ReportLimits(1 << 20, 50, 200, 4_096, 16, 1_000_000_000_000L);
    private static final TlsReportReader READER = new TlsReportReader(LIMITS);

    private Invariants() {
    }

    /// Reads a report, and checks what came of it.
    static void readReport(byte[] bytes) {
        try {
            switch (READER.read(new ByteArrayInputStream(bytes))) {
                case Parsed.Invalid<TlsReport>(var problems) -> speakable(problems);
                case Parsed.Valid<TlsReport>(var report, var notes) -> {
                    speakable(notes);
                    bounded(report);
                    readsBack(report);
                }
            }
        } catch (IOException impossible) {
            throw new AssertionError("reading from memory failed", impossible);
        }
    }

    private static void readsBack(TlsReport report) throws IOException {
        byte[] written = TlsReportWriter.toJson(report);
        switch (READER.read(new ByteArrayInputStream(written))) {
            case Parsed.Valid<TlsReport>(var again, var _) ->
                    require(again.equals(report), "it reads back as another: " + report + " / " + again);
            case Parsed.Invalid<TlsReport> refused -> {
                // Escapes can make what is written longer than what was read.
                require(written.length > LIMITS.maxBytes(), "it does not read back: " + refused.reason());
            }
        }
    }

    private static void bounded(TlsReport report) {
        require(report.policies().size() <= LIMITS.maxPolicies(), "too many policies");
        require(report.policies().stream().mapToInt(policy -> policy.failures().size()).sum()
                <= LIMITS.maxFailureDetails(), "too many failures");
        SessionCount sessions = SessionCount.of(report);
        require(sessions.successful() >= 0 && sessions.failed() >= 0
                && sessions.successful() <= LIMITS.maxSessions() * LIMITS.maxPolicies(), "a sum overflowed");
        name(report.organizationName());
        name(report.reportId());
        report.contactInfo().ifPresent(Invariants::shown);
        report.policies().forEach(Invariants::bounded);
    }

    private static void bounded(PolicyReport policy) {
        name(policy.typeAsSent());
        policy.policyDomain().ifPresent(Invariants::name);
        policy.mxHosts().forEach(Invariants::name);
        policy.policyStrings().forEach(Invariants::shown);
        counted(policy.successful());
        counted(policy.failed());
        policy.failures().forEach(Invariants::bounded);
    }

    private static void bounded(FailureDetail failure) {
        name(failure.typeAsSent());
        Stream.of(failure.sendingMtaIp(), failure.receivingMxHostname(), failure.receivingMxHelo(),
                failure.receivingIp(), failure.failureReasonCode()).flatMap(Optional::stream)
                .forEach(Invariants::name);
        failure.additionalInformation().ifPresent(Invariants::shown);
        counted(failure.failedSessions());
    }

    private static void counted(OptionalLong count) {
        require(count.orElse(0) >= 0 && count.orElse(0) <= LIMITS.maxSessions(), "a count beyond its limit");
    }

    private static void name(String text) {
        require(text.length() <= 255, "longer than an index holds");
        shown(text);
    }

    /// What is shown, logged or sent on: no control characters, no turned writing.
    static void shown(String text) {
        require(text.length() <= LIMITS.maxStringLength(), "longer than its limit");
        text.codePoints().forEach(c -> require(!Character.isISOControl(c) && !(c >= 0x202A && c <= 0x202E)
                && !(c >= 0x2066 && c <= 0x2069) && !(c >= 0xD800 && c <= 0xDFFF) && c != 0x2028 && c != 0x2029,
                "U+" + Integer.toHexString(c) + " is shown"));
    }

    static void speakable(List<Problem> problems) {
        require(problems.size() <= 50, "too many problems");
        for (Problem problem : problems) {
            require(problem.code().matches("[a-z0-9-]+"), "no code: " + problem.code());
            require(!problem.message().isBlank() && problem.message().length() < 1_000, "no sentence");
            shown(problem.message());
        }
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}

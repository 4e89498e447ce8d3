package dev.postern.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.tlsrpt.ResultType;
import dev.postern.tlsrpt.TlsReport;
import dev.postern.tlsrpt.TlsReportWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/// The mailbox of somebody whose reports went there for months: reports in several forms, some twice, some broken, and
/// letters that have nothing to do with them.
final class OldReports {

    static final int REPORTS = 240;
    static final int TWICE = 40;
    static final int BROKEN = 10;
    static final int OF_OTHERS = 5;
    static final int LETTERS = 5;
    static final int MAILS = REPORTS + TWICE + BROKEN + OF_OTHERS + LETTERS;

    private final String domain;
    private final LocalDate newest;

    OldReports(String domain, LocalDate newest) {
        this.domain = domain;
        this.newest = newest;
    }

    static long successful(int number) {
        return 1_000 + 13L * number;
    }

    static long failed(int number) {
        return number % 7 == 0 ? number : 0;
    }

    TlsReport report(int number) {
        return report(number, domain);
    }

    private TlsReport report(int number, String about) {
        return Sender.report("sender" + number % 4 + ".test", "old-" + number, about, newest.minusDays(number / 4),
                successful(number), failed(number), ResultType.values()[number % 5], "mx1." + about);
    }

    /// Of the report of this number: as JSON in one, gzipped in the next.
    byte[] mail(int number) throws IOException {
        return mail(TlsReportWriter.toJson(report(number)), number);
    }

    private static byte[] mail(byte[] json, int number) throws IOException {
        boolean packed = number % 2 == 1;
        return """
                From: tlsrpt@sender.test
                To: reports@example.test
                Subject: Report Domain: example.test Submitter: sender.test Report-ID: <%d>
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type="tlsrpt"; boundary="cut"

                --cut
                Content-Type: text/plain

                From the sender of your mail, an aggregate TLS report.
                --cut
                Content-Type: application/tlsrpt+%s
                Content-Transfer-Encoding: base64

                %s
                --cut--
                """.formatted(number, packed ? "gzip" : "json", Base64.getMimeEncoder(76, "\n".getBytes(UTF_8))
                .encodeToString(packed ? gzip(json) : json)).getBytes(UTF_8);
    }

    private static byte[] gzip(byte[] json) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(json);
        }
        return out.toByteArray();
    }

    /// All of it, in no order.
    byte[] mbox() throws IOException {
        var mails = new ArrayList<byte[]>();
        for (int number = 0; number < REPORTS; number++) {
            mails.add(mail(number));
        }
        for (int number = 0; number < TWICE; number++) {
            mails.add(mail(number));
        }
        for (int number = 0; number < BROKEN; number++) {
            mails.add(mail("{\"organization-name\": \"cut off".getBytes(UTF_8), 2 * number));
        }
        for (int number = 0; number < OF_OTHERS; number++) {
            mails.add(mail(TlsReportWriter.toJson(report(1_000 + number, "somebody-else.test")), number));
        }
        for (int number = 0; number < LETTERS; number++) {
            mails.add(("From: anna@example.test\nSubject: Lunch " + number + "\n\nToday?\n").getBytes(UTF_8));
        }
        Collections.shuffle(mails, new Random(8460));
        return mbox(mails);
    }

    private static byte[] mbox(List<byte[]> mails) {
        var out = new ByteArrayOutputStream();
        for (byte[] mail : mails) {
            out.writeBytes("From tlsrpt@sender.test Mon Jan  5 10:00:00 2026\n".getBytes(UTF_8));
            out.writeBytes(new String(mail, UTF_8).replaceAll("(?m)^(>*From )", ">$1").getBytes(UTF_8));
            out.write('\n');
        }
        return out.toByteArray();
    }
}

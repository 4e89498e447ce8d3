package dev.postern.standalone;

import dev.postern.tlsrpt.FailureDetail;
import dev.postern.tlsrpt.PolicyReport;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ResultType;
import dev.postern.tlsrpt.TlsReport;
import dev.postern.tlsrpt.TlsReportWriter;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.GZIPOutputStream;

/// A sending MTA that reports, by mail and by HTTPS.
public final class Sender {

    private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private Sender() {
    }

    public static TlsReport report(String organization, String id, String domain, LocalDate day, long successful, long failed,
                            ResultType type, String mx) {
        var failures = failed == 0 ? List.<FailureDetail>of() : List.of(new FailureDetail(type, type.wire(),
                Optional.of("192.0.2.25"), Optional.of(mx), Optional.empty(), Optional.of("198.51.100.7"),
                OptionalLong.of(failed), Optional.empty(), Optional.empty()));
        return new TlsReport(organization, Optional.of("mailto:tls@" + organization), id,
                day.atStartOfDay().toInstant(ZoneOffset.UTC), day.atTime(23, 59, 59).toInstant(ZoneOffset.UTC),
                List.of(new PolicyReport(PolicyType.STS, "sts", List.of("version: STSv1", "mode: testing",
                        "mx: " + mx, "max_age: 86400"), Optional.of(domain), List.of(mx), OptionalLong.of(successful),
                        OptionalLong.of(failed), failures)));
    }

    /// Sends as RFC 8460 §5.3 says; true when the receiver acknowledged.
    static boolean mail(int port, String recipient, TlsReport report) throws IOException {
        return deliver(port, recipient, message("tlsrpt@sender.test", recipient, report));
    }

    /// A mail as RFC 8460 §5.3 wants it, unsigned.
    static String message(String from, String recipient, TlsReport report) {
        return """
                From: %s\r
                To: <%s>\r
                Date: Wed, 04 Nov 2026 03:53:20 +0000\r
                Subject: Report Domain: example.test Submitter: sender.test\r
                TLS-Report-Submitter: sender.test\r
                MIME-Version: 1.0\r
                Content-Type: multipart/report; report-type="tlsrpt"; boundary="cut"\r
                \r
                --cut\r
                Content-Type: text/plain; charset=us-ascii\r
                \r
                This is an aggregate TLS report.\r
                --cut\r
                Content-Type: application/tlsrpt+gzip\r
                Content-Transfer-Encoding: base64\r
                Content-Disposition: attachment; filename="sender.test!example.test!1!2.json.gz"\r
                \r
                %s\r
                --cut--\r
                """.formatted(from, recipient,
                Base64.getMimeEncoder().encodeToString(gzip(TlsReportWriter.toJson(report))));
    }

    /// True when the receiver took it.
    static boolean deliver(int port, String recipient, String message) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(30_000);
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            return reply(in).startsWith("220")
                    && say(socket, in, "EHLO sender.test").startsWith("250")
                    && say(socket, in, "MAIL FROM:<>").startsWith("250")
                    && say(socket, in, "RCPT TO:<" + recipient + ">").startsWith("250")
                    && say(socket, in, "DATA").startsWith("354")
                    && say(socket, in, message + ".").startsWith("250");
        }
    }

    private static String say(Socket socket, BufferedReader in, String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return reply(in);
    }

    /// The last line of a reply; empty when the receiver has gone.
    private static String reply(BufferedReader in) throws IOException {
        String line = in.readLine();
        while (line != null && line.length() > 3 && line.charAt(3) == '-') {
            line = in.readLine();
        }
        return line == null ? "" : line;
    }

    /// Sends as RFC 8460 §5.4 says; true when the receiver acknowledged.
    static boolean post(int port, String token, TlsReport report) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/tlsrpt/" + token))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/tlsrpt+json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(TlsReportWriter.toJson(report))).build();
        return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 201;
    }

    private static byte[] gzip(byte[] bytes) {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }
}

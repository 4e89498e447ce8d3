package dev.postern.ingest.https;

import static dev.postern.ingest.Installation.TOKENS;
import static dev.postern.ingest.Installation.header;
import static dev.postern.ingest.Installation.message;
import static dev.postern.ingest.Installation.newToken;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.ingest.Installation;
import dev.postern.ingest.Samples;
import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.receive.BodyReader;
import dev.postern.ingest.receive.ReceiveMemory;
import dev.postern.stream.ReceiptHeaders;
import dev.postern.stream.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a sender is answered, and what the log holds then.
class HttpReceiverTest {

    private static final int LIMIT = 200_000;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static ReportLog log;
    private static HttpReceiver receiver;

    @BeforeAll
    static void start() {
        log = new ReportLog(Installation.kafka());
        receiver = receiver(log, BodyReader.Pace.DEFAULT, Duration.ofSeconds(15));
    }

    private static HttpReceiver receiver(ReportLog log, BodyReader.Pace pace, Duration idle) {
        return HttpReceiver.start(new HttpReceiver.Options("127.0.0.1", 0, Set.of(InetAddress.getLoopbackAddress()),
                new HttpLimits(100, 50, 8 * 1024, Duration.ofSeconds(30), idle)), TOKENS, log,
                new BodyReader(new ReceiveMemory(1 << 20), LIMIT, pace), Clock.systemUTC());
    }

    @AfterAll
    static void stop() {
        receiver.close();
        log.close();
    }

    private static HttpRequest.Builder to(HttpReceiver receiver, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + receiver.port() + path))
                .timeout(Installation.PATIENCE);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void keepsTheBytesAsTheyCame() throws Exception {
        String token = newToken();
        byte[] report = Samples.gzip(Samples.report("r", "example.com"));
        var answer = send(to(receiver, "/v1/tlsrpt/" + token).header("Content-Type", "application/tlsrpt+gzip")
                .header("X-Forwarded-For", "203.0.113.9, 198.51.100.7").POST(BodyPublishers.ofByteArray(report)));

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("content-type")).hasValueSatisfying(
                type -> assertThat(type).startsWith("text/plain"));
        var kept = message(Topics.TLSRPT_RECEIVED, token);
        assertThat(kept.value()).isEqualTo(report);
        assertThat(header(kept, ReceiptHeaders.TRANSPORT)).isEqualTo("https");
        assertThat(header(kept, ReceiptHeaders.CONTENT_TYPE)).isEqualTo("application/tlsrpt+gzip");
        assertThat(header(kept, ReceiptHeaders.PEER)).isEqualTo("198.51.100.7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/tlsrpt+json", "application/json; charset=utf-8", "application/gzip",
            "application/octet-stream", "application/x-www-form-urlencoded", "text/plain"})
    void takesWhatMayBeAReport(String type) throws Exception {
        assertThat(send(to(receiver, "/v1/tlsrpt/" + newToken()).header("Content-Type", type)
                .POST(BodyPublishers.ofString("{}"))).statusCode()).isEqualTo(201);
    }

    @Test
    void takesAReportWithoutTypeAndInChunks() throws Exception {
        String token = newToken();
        byte[] json = "{\"a\":1}".getBytes(US_ASCII);
        var chunked = BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(json));
        assertThat(send(to(receiver, "/v1/tlsrpt/" + token).POST(chunked)).statusCode()).isEqualTo(201);
        assertThat(header(message(Topics.TLSRPT_RECEIVED, token), ReceiptHeaders.CONTENT_TYPE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "image/png", "Application/XML; x=y", "multipart/form-data; boundary=x"})
    void refusesWhatNeverIsAReport(String type) throws Exception {
        var answer = send(to(receiver, "/v1/tlsrpt/" + newToken()).header("Content-Type", type)
                .POST(BodyPublishers.ofString("x")));
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("application/tlsrpt+json");
    }

    @Test
    void refusesAnEncodingThatNobodyUnpacksLater() throws Exception {
        var answer = send(to(receiver, "/v1/tlsrpt/" + newToken()).header("Content-Encoding", "br")
                .POST(BodyPublishers.ofString("x")));
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.headers().firstValue("accept-encoding")).hasValue("gzip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/v1/tlsrpt/", "/v1/tlsrpt/aaaaaaaaaaaaaaaaaaaaaaaaaa", "/v1/other", "/v1/tlsrpt/%00"})
    void knowsNoOtherAddress(String path) throws Exception {
        var answer = send(to(receiver, path).POST(BodyPublishers.ofString("{}")));
        assertThat(answer.statusCode()).isIn(404, 400);
        assertThat(answer.body()).hasSizeLessThan(100).doesNotContain("<");
    }

    @Test
    void allowsPostOnly() throws Exception {
        var answer = send(to(receiver, "/v1/tlsrpt/" + newToken()).GET());
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).hasValue("POST");
    }

    @Test
    void namesTheLimit() throws Exception {
        byte[] large = new byte[LIMIT + 1];
        var announced = send(to(receiver, "/v1/tlsrpt/" + newToken()).POST(BodyPublishers.ofByteArray(large)));
        assertThat(announced.statusCode()).isEqualTo(413);
        assertThat(announced.body()).contains(Integer.toString(LIMIT));
        String chunked = raw(receiver, "POST /v1/tlsrpt/" + newToken() + " HTTP/1.1\r\nHost: x\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(large.length) + "\r\n"
                + new String(large, US_ASCII) + "\r\n0\r\n\r\n");
        assertThat(chunked).startsWith("HTTP/1.1 413").contains(Integer.toString(LIMIT));
    }

    @Test
    void wantsALengthAndABody() throws Exception {
        assertThat(raw(receiver, "POST /v1/tlsrpt/" + newToken() + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 411").contains(Integer.toString(LIMIT));
        assertThat(raw(receiver, "POST /v1/tlsrpt/" + newToken() + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "Content-Length: 0\r\n\r\n")).startsWith("HTTP/1.1 400");
    }

    @Test
    void givesUpSilenceAndTrickles() throws Exception {
        String half = "POST /v1/tlsrpt/" + newToken() + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{";
        try (var impatient = receiver(log, BodyReader.Pace.DEFAULT, Duration.ofMillis(300))) {
            assertThat(raw(impatient, half)).startsWith("HTTP/1.1 408");
        }
        try (var strict = receiver(log, new BodyReader.Pace(Duration.ofMillis(1), 1_000_000_000),
                Duration.ofSeconds(15))) {
            assertThat(raw(strict, half + "x".repeat(500))).startsWith("HTTP/1.1 408");
        }
    }

    @Test
    void asksToComeAgainWhenTheLogIsAway() throws Exception {
        try (var away = new ReportLog("127.0.0.1:1");
             var closed = receiver(away, BodyReader.Pace.DEFAULT, Duration.ofSeconds(15))) {
            var answer = send(to(closed, "/v1/tlsrpt/" + newToken()).POST(BodyPublishers.ofString("{}")));
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("retry-after")).isPresent();
            assertThat(send(to(closed, "/health").GET()).body()).contains("\"log\":\"away\"");
        }
    }

    @Test
    void tellsItsHealth() throws Exception {
        var answer = send(to(receiver, "/health").GET());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(answer.body()).contains("\"receiving\":true");
        assertThat(send(to(receiver, "/health").DELETE()).statusCode()).isEqualTo(405);
    }

    /// Sends bytes as they are and reads until the server closes.
    private static String raw(HttpReceiver receiver, String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), receiver.port())) {
            socket.setSoTimeout((int) Installation.PATIENCE.toMillis());
            var sending = Thread.ofVirtual().start(() -> {
                try {
                    socket.getOutputStream().write(request.getBytes(US_ASCII));
                } catch (IOException answeredBeforeTheEnd) {
                    // The answer says why.
                }
            });
            var answer = new java.io.ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(answer);
            } catch (java.net.SocketException reset) {
                // What came before counts.
            } finally {
                sending.interrupt();
            }
            return answer.toString(US_ASCII);
        }
    }
}

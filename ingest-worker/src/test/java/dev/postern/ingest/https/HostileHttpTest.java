package dev.postern.ingest.https;

import static dev.postern.ingest.Installation.TOKENS;
import static dev.postern.ingest.Installation.message;
import static dev.postern.ingest.Installation.newToken;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.ingest.Installation;
import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.receive.BodyReader;
import dev.postern.ingest.receive.ReceiveMemory;
import dev.postern.stream.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that want no report delivered.
class HostileHttpTest {

    private static ReportLog log;
    private static HttpReceiver receiver;

    @BeforeAll
    static void start() {
        log = new ReportLog(Installation.kafka());
        receiver = receiver(HttpLimits.DEFAULT);
    }

    private static HttpReceiver receiver(HttpLimits limits) {
        return HttpReceiver.start(new HttpReceiver.Options("127.0.0.1", 0, Set.of(InetAddress.getLoopbackAddress()),
                limits), TOKENS, log, new BodyReader(new ReceiveMemory(1 << 20), 200_000, BodyReader.Pace.DEFAULT),
                Clock.systemUTC());
    }

    @AfterAll
    static void stop() {
        receiver.close();
        log.close();
    }

    private static Socket connect(HttpReceiver receiver) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), receiver.port());
        socket.setSoTimeout((int) Installation.PATIENCE.toMillis());
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static String all(Socket socket) throws IOException {
        var answer = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(answer);
        } catch (SocketException reset) {
            // What came before counts.
        }
        return answer.toString(US_ASCII);
    }

    /// Sends a piece of a request again and again until the server has answered and closed.
    private static String trickle(HttpReceiver receiver, String start, String piece, long everyMillis)
            throws IOException {
        try (var socket = connect(receiver); var clock = Executors.newSingleThreadScheduledExecutor()) {
            send(socket, start);
            var sending = clock.scheduleAtFixedRate(() -> {
                try {
                    send(socket, piece);
                } catch (IOException closed) {
                    throw new IllegalStateException(closed);
                }
            }, 0, everyMillis, TimeUnit.MILLISECONDS);
            String answer = all(socket);
            sending.cancel(false);
            return answer;
        }
    }

    @Test
    void waitsForNoTrickleOfAHeader() throws IOException {
        try (var impatient = receiver(new HttpLimits(100, 50, 8_192, Duration.ofSeconds(1), Duration.ofSeconds(15)))) {
            assertThat(trickle(impatient, "POST /v1/tlsrpt/" + newToken() + " HTTP/1.1\r\nHost: x\r\nX: ", "y", 100))
                    .startsWith("HTTP/1.1 408").contains("limit of 1 seconds");
            // Also on a connection that has been of use.
            assertThat(trickle(impatient, "GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /health HTTP/1.1\r\nX: ", "y",
                    100)).startsWith("HTTP/1.1 200").contains("HTTP/1.1 408");
        }
    }

    @Test
    void namesTheLimitOfAHeader() throws IOException {
        String start = "POST /v1/tlsrpt/" + newToken() + " HTTP/1.1\r\nHost: x\r\n";
        assertThat(trickle(receiver, start, "X-Endless: " + "y".repeat(100) + "\r\n", 1)).startsWith("HTTP/1.1 431")
                .contains("limit of 8192 bytes");
        assertThat(trickle(receiver, "GET /", "y".repeat(1_000), 1)).startsWith("HTTP/1.1 414")
                .contains("limit of 8192 bytes");
    }

    @Test
    void readsNoEndlessTrailers() throws IOException {
        String answer = trickle(receiver, "POST /v1/tlsrpt/" + newToken() + " HTTP/1.1\r\nHost: x\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", "X-Endless: " + "y".repeat(100) + "\r\n", 1);
        assertThat(answer).doesNotContain(" 201 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 2\r\nTransfer-Encoding: chunked", "Content-Length: 2\r\nContent-Length: 40",
            "Transfer-Encoding: identity, chunked, chunked", "Transfer-Encoding : chunked", "Content-Length: +2"})
    void hidesNoSecondRequestInTheFirst(String framing) throws IOException {
        String outer = newToken();
        String inner = newToken();
        try (var socket = connect(receiver)) {
            send(socket, "POST /v1/tlsrpt/" + outer + " HTTP/1.1\r\nHost: x\r\n" + framing + "\r\n\r\n"
                    + "0\r\n\r\nPOST /v1/tlsrpt/" + inner + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
            assertThat(all(socket)).startsWith("HTTP/1.1 4").doesNotContain(" 201 ");
        }
        try (var socket = connect(receiver)) {
            send(socket, "POST /v1/tlsrpt/" + inner + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 7"
                    + "\r\n\r\n{\"a\":1}");
            assertThat(all(socket)).startsWith("HTTP/1.1 201");
        }
        assertThat(message(Topics.TLSRPT_RECEIVED, inner).value()).asString(US_ASCII).isEqualTo("{\"a\":1}");
    }

    @Test
    void namesTheLimitOfOneAddress() throws IOException {
        try (var few = receiver(new HttpLimits(100, 1, 8_192, Duration.ofSeconds(30), Duration.ofSeconds(15)));
             var first = connect(few)) {
            send(first, "POST /v1/tlsrpt/" + newToken() + " HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.1\r\n"
                    + "Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n");
            // The server asks for the body: the first request is under way.
            assertThat(first.getInputStream().readNBytes(12)).asString(US_ASCII).isEqualTo("HTTP/1.1 100");
            assertThat(health(few, "192.0.2.1")).startsWith("HTTP/1.1 429").contains("There are 1 requests");
            assertThat(health(few, "192.0.2.2")).startsWith("HTTP/1.1 200");
            send(first, "{}");
            assertThat(all(first)).contains("HTTP/1.1 201");
        }
    }

    private static String health(HttpReceiver receiver, String from) throws IOException {
        try (var socket = connect(receiver)) {
            send(socket, "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: " + from
                    + "\r\n\r\n");
            return all(socket);
        }
    }
}

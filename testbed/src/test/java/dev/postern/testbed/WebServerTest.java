package dev.postern.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebServerTest {

    private static final String PATH = "/.well-known/mta-sts.txt";

    private final WebServer web = WebServer.start();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        client.shutdownNow();
        web.close();
    }

    @Test
    void hasNoPolicyUntilItIsGivenOne() throws Exception {
        assertThat(get(PATH).statusCode()).isEqualTo(404);

        web.serve("version: STSv1\n");
        assertThat(get(PATH).body()).isEqualTo("version: STSv1\n");
        assertThat(get(PATH).headers().firstValue("Content-Type")).contains("text/plain");
        assertThat(get("/").statusCode()).isEqualTo(404);
    }

    @Test
    void failsInTheWayItIsTold() throws Exception {
        web.serve("policy").status(500);
        assertThat(get(PATH).statusCode()).isEqualTo(500);
        assertThat(get(PATH).body()).isEqualTo("policy");

        web.serve("policy").redirect("https://www.example.test/");
        assertThat(get(PATH).statusCode()).isEqualTo(301);
        assertThat(get(PATH).headers().firstValue("Location")).contains("https://www.example.test/");

        web.serve("policy").contentType("text/html; charset=utf-8");
        assertThat(get(PATH).headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        web.contentType("");
        assertThat(get(PATH).headers().firstValue("Content-Type")).isEmpty();

        web.body(new byte[]{1, 2, 3});
        assertThat(get(PATH).body()).hasSize(3);

        web.brokenBody();
        assertThatThrownBy(() -> get(PATH)).isInstanceOf(IOException.class);
    }

    @Test
    void sendsTheFirstBytesOfASlowBodyAtOnce() throws Exception {
        web.serve("policy").slowBody(Duration.ofMinutes(5));
        try (InputStream body = client.send(request(PATH), BodyHandlers.ofInputStream()).body()) {
            assertThat(body.read()).isEqualTo('p');
        }
    }

    @Test
    void goesOnForEverWithAnEndlessBody() throws Exception {
        web.serve("0123456789").endlessBody();
        try (InputStream body = client.send(request(PATH), BodyHandlers.ofInputStream()).body()) {
            assertThat(body.readNBytes(1_000_000)).hasSize(1_000_000).endsWith('9');
        }
    }

    @Test
    void answersEachHostAsItsSiteSays() throws Exception {
        web.policy("mta-sts.one.test", "one\n").policy("mta-sts.two.test", "two\n").serve("any\n");
        web.site("mta-sts.two.test").status(500);
        assertThat(raw("MTA-STS.one.test")).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\none\n");
        assertThat(raw("mta-sts.two.test:8443")).startsWith("HTTP/1.1 500 ").endsWith("\r\n\r\ntwo\n");
        assertThat(raw("mta-sts.three.test")).endsWith("\r\n\r\nany\n");
        assertThat(web.requests("mta-sts.one.test")).isEqualTo(1);
        assertThat(web.requests("mta-sts.nobody.test")).isZero();
    }

    @Test
    void spoilsThePolicyInEachWay() throws Exception {
        String policy = "version: STSv1\nmode: none\n";
        assertThat(body(web.serve(policy).anyHost().crlf())).isEqualTo("version: STSv1\r\nmode: none\r\n");
        assertThat(body(web.anyHost().lf())).isEqualTo(policy);
        assertThat(body(web.anyHost().crOnly())).isEqualTo("version: STSv1\rmode: none\r");
        assertThat(body(web.serve(policy).anyHost().byteOrderMark())).isEqualTo("\ufeff" + policy);
        assertThat(body(web.serve(policy).anyHost().oversize())).startsWith(policy).hasSizeGreaterThan(65_536);
        assertThat(body(web.anyHost().htmlPage())).contains("It works!");
        assertThat(get(PATH).headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        web.anyHost().nothing();
        assertThat(get(PATH).statusCode()).isEqualTo(404);
    }

    @Test
    void sendsHeadersWithoutEnd() throws Exception {
        web.serve("policy").anyHost().endlessHeaders();
        try (var socket = new Socket("127.0.0.1", web.port())) {
            ask(socket, "any.test");
            assertThat(socket.getInputStream().readNBytes(1_000_000)).hasSize(1_000_000);
        }
        web.serve("policy").anyHost().brokenHeaders();
        assertThat(raw("any.test")).startsWith("HTTP/1.1 200").doesNotContain("\r\n\r\n");
    }

    @Test
    void sendsTheFirstByteOfSlowHeadersAtOnceAndNoSecond() throws Exception {
        web.serve("policy").anyHost().slowHeaders(Duration.ofMinutes(5));
        try (var socket = new Socket("127.0.0.1", web.port())) {
            socket.setSoTimeout(300);
            ask(socket, "any.test");
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void waitsBeforeItAnswers() throws Exception {
        web.serve("policy").anyHost().delay(Duration.ofMillis(150));
        long start = System.nanoTime();
        get(PATH);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(150_000_000);

        web.serve("policy").delay(Duration.ofMillis(100));
        start = System.nanoTime();
        raw("any.test");
        // One round trip for TCP, one for the request.
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(200_000_000);
    }

    private String body(PolicySite site) throws Exception {
        assertThat(site).isSameAs(web.anyHost());
        return get(PATH).body();
    }

    private String raw(String host) throws IOException {
        try (var socket = new Socket("127.0.0.1", web.port())) {
            ask(socket, host);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void ask(Socket socket, String host) throws IOException {
        socket.getOutputStream().write("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                .formatted(PATH, host).getBytes(StandardCharsets.US_ASCII));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path), BodyHandlers.ofString());
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.port() + path)).build();
    }
}

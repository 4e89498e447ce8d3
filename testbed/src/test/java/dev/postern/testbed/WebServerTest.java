package dev.postern.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path), BodyHandlers.ofString());
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.port() + path)).build();
    }
}

package dev.postern.app.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.TestApp;
import dev.postern.app.TestApp.Answer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is open to anybody, and what search engines are told.
class PublicPagesTest {

    private final TestApp app = TestApp.shared();

    @Test
    void anybodyMayOpenThem() {
        for (String path : new String[]{"/check", "/check/example.com", "/checks"}) {
            Answer page = page(path);
            assertThat(page.status()).as(path).isEqualTo(200);
            assertThat(page.header("X-Frame-Options")).as(path).isEqualTo("DENY");
        }
        assertThat(page("/domains/example.com/checks").status()).isNotEqualTo(200);
    }

    @Test
    void keepsResultsOutOfSearchEngines() {
        assertThat(page("/check/example.com").header("X-Robots-Tag")).isEqualTo("noindex");
        assertThat(page("/checks").headers().firstValue("X-Robots-Tag")).isEmpty();
        assertThat(page("/robots.txt").body()).contains("Disallow: /check/");
    }

    private Answer page(String path) {
        return app.send("GET", path, Map.of("Accept", "text/html"), new byte[0]);
    }
}

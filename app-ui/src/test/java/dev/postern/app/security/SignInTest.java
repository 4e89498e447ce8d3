package dev.postern.app.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.TestApp;
import dev.postern.app.TestApp.Answer;
import dev.postern.app.TestApp.Organisation;
import dev.postern.db.report.Receipt;
import dev.postern.db.report.RejectedReport;
import dev.postern.name.DomainName;
import dev.postern.setup.OwnershipProof;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Signing in with a browser's requests.
class SignInTest {

    private final TestApp app = TestApp.shared();

    @Test
    void leadsStrangersToTheSignInPage() {
        Answer start = app.send("GET", "/", Map.of("Accept", "text/html"), new byte[0]);
        assertThat(start.status()).isEqualTo(302);
        assertThat(start.header("Location")).endsWith("/sign-in");
        Answer download = app.send("GET", "/download/reports/" + UUID.randomUUID(), Map.of(), new byte[0]);
        assertThat(download.status()).isEqualTo(302);

        Answer page = app.send("GET", "/sign-in", Map.of("Accept", "text/html"), new byte[0]);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        assertThat(page.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.header("Referrer-Policy")).isEqualTo("same-origin");
        assertThat(page.headers().firstValue("Strict-Transport-Security")).isEmpty();
    }

    @Test
    void tellsBrowsersToStayOnTlsWhereTheyCameOverIt() {
        Answer page = app.send("GET", "/sign-in", Map.of("Accept", "text/html", "X-Forwarded-Proto", "https",
                "X-Forwarded-For", "192.0.2.9"),
                new byte[0]);

        assertThat(page.header("Strict-Transport-Security")).contains("max-age=");
    }

    @Test
    void servesWhatPagesAreMadeOfToAnybody() {
        Answer icon = app.send("GET", "/icons/postern.svg", Map.of(), new byte[0]);

        assertThat(icon.status()).isEqualTo(200);
        assertThat(icon.header("Content-Type")).startsWith("image/svg+xml");
        assertThat(icon.header("Cache-Control")).contains("max-age=3600");
        assertThat(icon.header("Pragma")).isEmpty();
        assertThat(icon.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(icon.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(app.send("GET", "/webjars/none.js", Map.of(), new byte[0]).status()).isEqualTo(404);
    }

    @Test
    void signsInWithAFreshSessionAndServesDownloads() {
        Organisation mine = app.organisation();
        Answer before = app.send("GET", "/sign-in", Map.of("Accept", "text/html"), new byte[0]);
        String stranger = cookie(before);

        Answer signedIn = post(stranger, mine.email().toUpperCase(), TestApp.PASSWORD);

        assertThat(signedIn.status()).as(signedIn.toString()).isEqualTo(302);
        assertThat(signedIn.header("Location")).doesNotContain("sign-in");
        String session = cookie(signedIn);
        assertThat(session).isNotEqualTo(stranger);
        assertThat(signedIn.header("Set-Cookie")).contains("HttpOnly").contains("SameSite=Lax");

        UUID rejected = rejection(mine);
        Answer content = app.send("GET", "/download/rejected/" + rejected, Map.of("Cookie", session), new byte[0]);
        assertThat(content.status()).isEqualTo(200);
        assertThat(content.body()).isEqualTo("not a report");
        assertThat(content.header("Content-Disposition")).startsWith("attachment");
        assertThat(app.send("GET", "/download/rejected/" + rejection(app.organisation()),
                Map.of("Cookie", session), new byte[0]).status()).isEqualTo(404);
        // The session is for people: programs need a token.
        assertThat(app.send("GET", "/api/v1/domains", Map.of("Cookie", session), new byte[0]).status())
                .isEqualTo(401);
    }

    @Test
    void tellsNobodyWhichPartWasWrong() {
        Organisation mine = app.organisation();

        for (Answer refused : new Answer[]{post("", mine.email(), "a wrong password"),
                post("", "nobody@people.example", TestApp.PASSWORD), post("", "", ""),
                post("", mine.email(), "x".repeat(100_000))}) {
            assertThat(refused.status()).isEqualTo(302);
            assertThat(refused.header("Location")).endsWith("/sign-in?error");
        }
    }

    @Test
    void letsGuessingWait() {
        Organisation mine = app.organisation();
        for (int i = 0; i < GuessingBrake.FAILURES; i++) {
            post("", mine.email(), "a wrong password");
        }

        assertThat(post("", mine.email(), TestApp.PASSWORD).header("Location")).endsWith("/sign-in?error");
    }

    private Answer post(String cookie, String email, String password) {
        String form = "username=" + encoded(email) + "&password=" + encoded(password);
        return app.send("POST", "/sign-in", Map.of("Content-Type", "application/x-www-form-urlencoded",
                "Cookie", cookie), form.getBytes());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
    }

    private static String cookie(Answer answer) {
        return answer.header("Set-Cookie").split(";")[0];
    }

    private UUID rejection(Organisation owner) {
        String name = TestApp.freshDomain();
        app.json("POST", owner.token(), "/api/v1/domains", "{\"domain\":\"" + name + "\"}");
        UUID id = UUID.randomUUID();
        TestApp.database().useTenant(owner.actor().tenant(), session -> {
            UUID domain = session.domains().byName(new DomainName(name)).orElseThrow().id();
            session.domains().markVerified(domain, OwnershipProof.TXT_RECORD, Instant.parse("2026-11-23T10:00:00Z"));
            session.rejectedReports().add(new RejectedReport(Optional.of(domain), new Receipt(id, "smtp", "192.0.2.1",
                    Instant.parse("2026-11-23T10:00:00Z"), "message/rfc822"), "code", "reason"),
                    "not a report".getBytes());
        });
        return id;
    }
}

package dev.postern.standalone;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.postern.app.domain.Domains;
import dev.postern.app.security.ApiTokens;
import dev.postern.app.security.SignUp;
import dev.postern.check.Check;
import dev.postern.db.account.Role;
import dev.postern.db.tenancy.Database;
import dev.postern.name.DomainName;
import dev.postern.setup.MailDomain;
import dev.postern.setup.OwnershipProof;
import dev.postern.stream.Json;
import dev.postern.tlsrpt.FailureDetail;
import dev.postern.tlsrpt.PolicyReport;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ResultType;
import dev.postern.tlsrpt.TlsReport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A pasted bounce leads to the domain, MX and checks concerned, on the page and over the REST API.
class BouncePageTest {

    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final List<Path> BROWSERS = List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"),
            Path.of("/usr/bin/google-chrome"));
    private static final String PASSWORD = "a long sentence is a good password";
    private static final String BOUNCE = """
            Reporting-MTA: dns; outbound.example.net

            Final-Recipient: rfc822; bob@example.test
            Action: failed
            Status: 5.7.322
            Remote-MTA: dns; mx1.example.test
            Diagnostic-Code: smtp; 550 5.7.322 certificate-expired: Destination mail server's
             certificate is expired. <script>alert(1)</script>
            """;

    @TempDir
    static Path data;
    private static Surroundings internet;
    private static Standalone postern;
    private static Playwright playwright;
    private static Browser browser;
    private static Domains.Actor actor;

    @BeforeAll
    static void start() throws Exception {
        internet = Surroundings.start(data);
        postern = Standalone.start(internet.environment());
        playwright = Playwright.create(new Playwright.CreateOptions()
                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright.chromium().launch(new BrowserType.LaunchOptions()
                .setExecutablePath(BROWSERS.stream().filter(Files::exists).findFirst().orElseThrow(() ->
                        new IllegalStateException("This test needs Chromium: on Debian, apt install chromium")))
                .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                        "--disable-background-networking", "--disable-component-update")));
        PlaywrightAssertions.setDefaultAssertionTimeout(30_000);
        var done = (SignUp.Result.Done) postern.part(SignUp.class).signUp("anna@example.test", PASSWORD, "Example Mail");
        actor = new Domains.Actor(done.user().tenant(), "anna@example.test", Role.OWNER);
        fill();
    }

    @AfterAll
    static void stop() throws Exception {
        browser.close();
        playwright.close();
        postern.close();
        internet.close();
    }

    @Test
    void explainsWhatIsPasted() throws Exception {
        try (var context = browser.newContext(new Browser.NewContextOptions().setViewportSize(1440, 1100))) {
            Page page = context.newPage();
            page.setDefaultTimeout(30_000);
            page.navigate(base() + "/");
            page.locator("input[name=username]").fill(actor.name());
            page.locator("input[name=password]").fill(PASSWORD);
            page.locator("input[name=password]").press("Enter");
            assertThat(page.locator("vaadin-app-layout")).isVisible();
            page.navigate(base() + "/reports");
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Explain a bounce")).click();
            assertThat(page).hasTitle("Explain a bounce · Postern");

            explain(page, " ");
            assertThat(page.getByText("Paste a bounce first.")).isVisible();

            explain(page, BOUNCE);
            Locator main = page.locator(".page");
            assertThat(main).containsText("The certificate of the MX is expired");
            assertThat(main).containsText("These are the words of Exchange Online.");
            assertThat(main.locator(".facts")).containsText("mx1.example.test");
            assertThat(main.locator("script")).hasCount(0);
            assertThat(main).containsText(Check.MX_CERTIFICATE_EXPIRY.title());
            long failed = number("select sum(failed_sessions) from postern.failure_detail where result_type = "
                    + "'CERTIFICATE_EXPIRED' and receiving_mx_hostname = 'mx1.example.test'");
            assertThat(failed).isEqualTo(17);
            assertThat(main.locator("table tbody tr")).hasCount(1);
            assertThat(main.locator("table tbody tr")).containsText("sender.test");
            assertThat(main.locator("table tbody tr td").last()).hasText(Long.toString(failed));
            picture(page, "bounce");
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
            page.setViewportSize(390, 1600);
            picture(page, "phone-bounce-dark");

            explain(page, BOUNCE.replace("example.test", "other.test"));
            assertThat(main).containsText("other.test is none of your organisation's domains");
            explain(page, "552 5.2.2 <bob@example.test>: Mailbox full");
            assertThat(main).containsText("Nothing in it speaks of TLS, MTA-STS or DANE.");
        }
        rest();
    }

    private static void rest() throws Exception {
        var issued = (ApiTokens.Issue.Issued) postern.part(ApiTokens.class).issue(actor, "test", Role.AUDITOR,
                Optional.empty());
        try (var http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(HttpRequest.newBuilder(URI.create(base() + "/api/v1/bounces/explain"))
                    .header("Authorization", "Bearer " + issued.secret()).header("Content-Type", "text/plain")
                    .POST(HttpRequest.BodyPublishers.ofString(BOUNCE)).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode explained = Json.read(answer.body(), JsonNode.class);
            assertThat(explained.at("/diagnosis").asString()).isEqualTo("known");
            assertThat(explained.at("/checks/0").asString()).isEqualTo(Check.MX_CERTIFICATE_EXPIRY.id());
            assertThat(explained.at("/evidence/reported/0/sessions").asLong()).isEqualTo(17);
            assertThat(http.send(HttpRequest.newBuilder(URI.create(base() + "/api/v1/bounces/explain"))
                    .header("Authorization", "Bearer " + issued.secret()).header("Content-Type", "text/plain")
                    .POST(HttpRequest.BodyPublishers.ofString("x".repeat(300_000))).build(),
                    HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(413);
        }
    }

    private static void explain(Page page, String text) {
        page.locator("vaadin-text-area textarea").fill(text);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Explain").setExact(true)).click();
    }

    private static void fill() throws Exception {
        postern.part(Domains.class).add(actor, "example.test");
        MailDomain domain = postern.part(Database.class).inTenant(actor.tenant(), session -> {
            MailDomain added = session.domains().byName(new DomainName("example.test")).orElseThrow();
            session.domains().markVerified(added.id(), OwnershipProof.TXT_RECORD, Instant.now());
            return added;
        });
        LocalDate day = LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC).minusDays(1);
        var report = new TlsReport("sender.test", Optional.empty(), "id-1", day.atStartOfDay().toInstant(ZoneOffset.UTC),
                day.atTime(23, 59, 59).toInstant(ZoneOffset.UTC), List.of(new PolicyReport(PolicyType.TLSA, "tlsa", List.of(),
                Optional.of("example.test"), List.of(), OptionalLong.of(100), OptionalLong.of(20), List.of(
                failure(ResultType.CERTIFICATE_EXPIRED, "mx1.example.test", 17),
                failure(ResultType.CERTIFICATE_EXPIRED, "mx2.example.test", 3)))));
        assertThat(Sender.post(Surroundings.reportPort(postern), domain.reportToken(), report)).isTrue();
        Instant deadline = Instant.now().plusSeconds(60);
        while (number("select count(*) from postern.report where counted") < 1
                || number("select count(*) from postern.finding where check_id = 'mx-certificate-expiry'") == 0) {
            assertThat(Instant.now()).as("the report recorded and the domain probed").isBefore(deadline);
            Thread.onSpinWait();
        }
    }

    private static FailureDetail failure(ResultType type, String mx, long sessions) {
        return new FailureDetail(type, type.wire(), Optional.empty(), Optional.of(mx), Optional.empty(), Optional.empty(),
                OptionalLong.of(sessions), Optional.empty(), Optional.empty());
    }

    private static void picture(Page page, String name) {
        page.waitForTimeout(500);
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
    }

    private static long number(String sql) {
        return postern.part(Database.class).inTenant(actor.tenant(),
                session -> session.sql().fetchSingle(sql).into(Long.class));
    }

    private static String base() {
        return "http://localhost:" + postern.webPort();
    }
}

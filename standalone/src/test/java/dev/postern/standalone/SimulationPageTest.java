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
import dev.postern.app.base.Words;
import dev.postern.app.domain.Domains;
import dev.postern.app.security.ApiTokens;
import dev.postern.app.security.SignUp;
import dev.postern.db.account.Role;
import dev.postern.check.Check;
import dev.postern.db.tenancy.Database;
import dev.postern.name.DomainName;
import dev.postern.rollout.Phase;
import dev.postern.rollout.UpperBound;
import dev.postern.setup.MailDomain;
import dev.postern.setup.OwnershipProof;
import dev.postern.stream.Json;
import dev.postern.testbed.SmtpServer;
import dev.postern.tlsrpt.FailureDetail;
import dev.postern.tlsrpt.PolicyReport;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ResultType;
import dev.postern.tlsrpt.TlsReport;
import dev.postern.tlsrpt.TlsReportWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What enforce would do, as a person reads it on the watch page and a program over the REST API: the same figures, and
/// those of the stored reports.
class SimulationPageTest {

    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final List<Path> BROWSERS = List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"),
            Path.of("/usr/bin/google-chrome"));
    private static final String PASSWORD = "a long sentence is a good password";
    private static final String UNDER_STS = " from postern.report r join postern.report_policy p using (report_key) where "
            + "r.counted and r.authentic and p.policy_type = 'STS'";
    private static final String FAILED_UNDER_STS = "select coalesce(sum(failed_sessions), 0) from postern.report r join "
            + "postern.failure_detail f using (report_key) where r.counted and r.authentic and f.policy_type = 'STS' and ";

    @TempDir
    static Path data;
    private static Surroundings internet;
    private static Standalone postern;
    private static Playwright playwright;
    private static Browser browser;
    private static Domains.Actor actor;
    private static MailDomain domain;

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
        postern.part(Domains.class).add(actor, "example.test");
        domain = postern.part(Database.class).inTenant(actor.tenant(), session -> {
            MailDomain added = session.domains().byName(new DomainName("example.test")).orElseThrow();
            session.domains().markVerified(added.id(), OwnershipProof.TXT_RECORD, Instant.now());
            session.domains().setPhase(added.id(), Phase.TESTING, Instant.now().minus(Duration.ofDays(20)));
            return added;
        });
    }

    @AfterAll
    static void stop() throws Exception {
        browser.close();
        playwright.close();
        postern.close();
        internet.close();
    }

    @Test
    void showsWhatEnforceWouldDo() throws Exception {
        try (var context = browser.newContext(new Browser.NewContextOptions().setViewportSize(1440, 900))) {
            Page page = context.newPage();
            page.setDefaultTimeout(30_000);
            signIn(page);
            open(page);
            assertThat(card(page)).containsText("No verified report tells yet");
            assertThat(card(page).locator("table")).hasCount(0);
            picture(page, "simulation-empty");

            upload(List.of(day(1, "small.test", 12, List.of())));
            open(page);
            assertThat(card(page)).containsText("none of 12 sessions would have been refused.");
            assertThat(card(page)).containsText("The evidence is thin: 12 sessions where 100 are needed");
            assertThat(card(page)).containsText("fewer than 1 in 4 sessions");
            picture(page, "simulation-thin");

            weeks();
            open(page);
            figures(page);
            failingNow(page);
        }
    }

    private static void signIn(Page page) {
        page.navigate(base() + "/");
        page.locator("input[name=username]").fill(actor.name());
        page.locator("input[name=password]").fill(PASSWORD);
        page.locator("input[name=password]").press("Enter");
        assertThat(page.getByText("example.test").first()).isVisible();
    }

    /// Three weeks of three senders, some with failures of every consequence, and a stranger's report.
    private static void weeks() throws Exception {
        var reports = new ArrayList<TlsReport>();
        for (int ago = 2; ago <= 20; ago++) {
            reports.add(day(ago, "large-sender.test", 1_200, ago == 9 ? List.of(
                    failure(ResultType.CERTIFICATE_HOST_MISMATCH, "mx2.example.test", 9),
                    failure(ResultType.STS_POLICY_FETCH_ERROR, "", 4)) : List.of()));
            reports.add(day(ago, "mail.provider.test", 310, ago == 5 ? List.of(
                    failure(ResultType.VALIDATION_FAILURE, "mx3.example.test", 3),
                    failure(ResultType.OTHER, "mx1.example.test", 2)) : List.of()));
            reports.add(other(ago, "old-sender.test", PolicyType.NO_POLICY_FOUND, 90, ago == 4 ? List.of(
                    failure(ResultType.STARTTLS_NOT_SUPPORTED, "mx2.example.test", 5)) : List.of()));
        }
        reports.add(other(3, "dane-sender.test", PolicyType.TLSA, 400, List.of(
                failure(ResultType.TLSA_INVALID, "mx1.example.test", 6))));
        upload(reports);
        assertThat(Sender.post(Surroundings.reportPort(postern), domain.reportToken(), day(3, "stranger.test", 90_000,
                List.of(failure(ResultType.CERTIFICATE_EXPIRED, "mx1.example.test", 50_000))))).isTrue();
        await("select count(*) from postern.report where counted and not authentic", 1);
    }

    /// Every figure on the page is one of the reports, told by SQL.
    private static void figures(Page page) throws Exception {
        long successful = number("select sum(p.successful)" + UNDER_STS);
        long refused = number(FAILED_UNDER_STS + "f.result_type in ('CERTIFICATE_HOST_MISMATCH', 'VALIDATION_FAILURE')");
        long unclear = number(FAILED_UNDER_STS + "f.result_type = 'OTHER'");
        long observed = number("select sum(p.successful + p.failed)" + UNDER_STS);
        long known = number("select sum(p.successful + p.failed) from postern.report r join postern.report_policy p "
                + "using (report_key) where r.counted and r.authentic");
        assertThat(refused).isEqualTo(12);
        long tested = successful + refused + unclear;
        assertThat(card(page)).containsText("%s of %s sessions would have been refused; %s more failed for reasons that "
                .formatted(Words.count(refused), Words.count(tested), Words.count(unclear)));
        String bound = UpperBound.of(refused + unclear, tested).words("sessions");
        assertThat(card(page)).containsText("enforce would refuse " + bound + " like these.");
        assertThat(card(page).locator(".share")).containsText(Words.share(observed, known) + " of known traffic");
        assertThat(card(page).locator(".share")).containsText(Words.count(observed) + " of " + Words.count(known));
        assertThat(card(page).locator(".section-head .badge").first()).containsText("Good evidence");
        Locator rows = card(page).locator("table").first().locator("tbody tr");
        assertThat(rows).hasCount(4);
        assertThat(card(page).locator("table").last().locator("tbody tr")).hasCount(2);
        assertThat(rows.first()).containsText("certificate-host-mismatch");
        assertThat(rows.first()).containsText(ResultType.CERTIFICATE_HOST_MISMATCH.remedy());
        assertThat(rows.first().locator("td").last()).hasText(Words.count(number(FAILED_UNDER_STS
                + "f.receiving_mx_hostname = 'mx2.example.test' and r.organization_name = 'large-sender.test'")));
        assertThat(card(page).getByText("stranger.test")).hasCount(0);

        card(page).getByText("How far this can be trusted").click();
        assertThat(card(page)).containsText("Seen by sender, 2 of 3 organizations were affected");
        assertThat(card(page)).containsText("Reports that are not verified tell of 140,000 sessions more, 50,000 of them");
        picture(page, "simulation");

        JsonNode rest = rest("?days=21");
        assertThat(rest.at("/sessions/tested").asLong()).isEqualTo(tested);
        assertThat(rest.at("/sessions/refused").asLong()).isEqualTo(refused);
        assertThat(rest.at("/sessionBound/words").asString()).isEqualTo(bound);
        assertThat(rest.at("/sessionBound/rate").asDouble()).isEqualTo(UpperBound.of(refused + unclear, tested).rate());
        assertThat(rest.at("/traffic/known").asLong()).isEqualTo(known);
        assertThat(rest.at("/unverified/refused").asLong()).isEqualTo(50_000);
        assertThat(card(page)).containsText(rest.at("/headline").asString());
    }

    /// A check of today outweighs weeks of reports.
    private static void failingNow(Page page) throws Exception {
        internet.internet().publish(dns -> dns.mx("example.test", 10, "mx2.example.test"));
        try (SmtpServer _ = internet.internet().anotherAddress("mx2.example.test").noStartTls()) {
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Check again")).click();
            Locator now = card(page).locator(".simulation-now").first();
            assertThat(now).containsText("every session that meets this would be refused: ");
            assertThat(now).containsText("mx2.example.test");
            assertThat(card(page)).containsText("STARTTLS");
            assertThat(rest("").at("/failingNow").findValuesAsString("check")).contains(Check.MX_STARTTLS.id());
            looks(page);
        }
    }

    private static void looks(Page page) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        picture(page, "simulation-dark");
        page.setViewportSize(390, 844);
        open(page);
        assertThat(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).isEqualTo(true);
        picture(page, "phone-simulation-dark");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        picture(page, "phone-simulation");
    }

    private static TlsReport day(int ago, String organization, long successful, List<FailureDetail> failures) {
        return other(ago, organization, PolicyType.STS, successful, failures);
    }

    private static TlsReport other(int ago, String organization, PolicyType type, long successful,
                                   List<FailureDetail> failures) {
        LocalDate day = LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC).minusDays(ago);
        return new TlsReport(organization, Optional.empty(), organization + "-" + day,
                day.atStartOfDay().toInstant(ZoneOffset.UTC), day.atTime(23, 59, 59).toInstant(ZoneOffset.UTC),
                List.of(new PolicyReport(type, type.wire(), List.of(), Optional.of("example.test"), List.of(),
                        OptionalLong.of(successful), OptionalLong.of(failures.stream().mapToLong(failure ->
                        failure.failedSessions().orElseThrow()).sum()), failures)));
    }

    private static FailureDetail failure(ResultType type, String mx, long sessions) {
        return new FailureDetail(type, type.wire(), Optional.empty(), Optional.of(mx).filter(name -> !name.isEmpty()),
                Optional.empty(), Optional.empty(), OptionalLong.of(sessions), Optional.empty(), Optional.empty());
    }

    /// A member's upload counts as authentic.
    private static void upload(List<TlsReport> reports) throws Exception {
        long before = number("select count(*) from postern.report where counted");
        try (var http = HttpClient.newHttpClient()) {
            for (TlsReport report : reports) {
                var answer = http.send(request("/api/v1/reports?domain=example.test")
                        .header("Content-Type", "application/tlsrpt+json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(TlsReportWriter.toJson(report))).build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
            }
        }
        await("select count(*) from postern.report where counted", before + reports.size());
    }

    private static JsonNode rest(String query) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            return Json.read(http.send(request("/api/v1/domains/example.test/simulation" + query).GET().build(),
                    HttpResponse.BodyHandlers.ofString()).body(), JsonNode.class);
        }
    }

    private static HttpRequest.Builder request(String path) {
        var issued = (ApiTokens.Issue.Issued) postern.part(ApiTokens.class).issue(actor, "test", Role.ADMIN, Optional.empty());
        return HttpRequest.newBuilder(URI.create(base() + path)).header("Authorization", "Bearer " + issued.secret());
    }

    private static void await(String sql, long wanted) throws Exception {
        Instant deadline = Instant.now().plusSeconds(60);
        while (number(sql) < wanted) {
            assertThat(Instant.now()).as(sql).isBefore(deadline);
            Thread.onSpinWait();
        }
    }

    private static long number(String sql) {
        return postern.part(Database.class).inTenant(actor.tenant(),
                session -> session.sql().fetchSingle(sql).into(Long.class));
    }

    private static void open(Page page) {
        page.navigate(base() + "/domains/example.test/watch");
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("What enforce would do")))
                .isVisible();
    }

    private static Locator card(Page page) {
        return page.locator(".simulation");
    }

    private static String base() {
        return "http://localhost:" + postern.webPort();
    }

    /// The content scrolls within the page's frame: the frame is made so tall for the picture that it holds the card.
    private static void picture(Page page, String name) {
        var size = page.viewportSize();
        int end = ((Number) page.evaluate("Math.ceil(document.querySelector('.simulation')"
                + ".getBoundingClientRect().bottom - document.querySelector('.page').getBoundingClientRect().top)"))
                .intValue();
        page.setViewportSize(size.width, Math.clamp(end + 160, size.height, 6_000));
        page.evaluate("document.querySelector('.page').scrollIntoView()");
        page.waitForTimeout(600);
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
        page.setViewportSize(size.width, size.height);
    }
}

package dev.postern.standalone;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.postern.db.tenancy.Database;
import dev.postern.probe.ProbeSettings;
import dev.postern.probe.ProbeWorker;
import dev.postern.settings.Settings;
import dev.postern.tlsrpt.ResultType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Postern is for, as a person does it in a browser: sign up, add a domain, publish its records and policy, and
/// see the failures that senders report appear without reloading.
class MainJobTest {

    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final List<Path> BROWSERS = List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"),
            Path.of("/usr/bin/google-chrome"));

    @TempDir
    static Path data;
    private static Surroundings internet;
    private static Standalone postern;
    private static Playwright playwright;
    private static Browser browser;

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
    }

    @AfterAll
    static void stop() throws Exception {
        browser.close();
        playwright.close();
        postern.close();
        internet.close();
    }

    @Test
    void fromSignUpToTheFailuresOfARealReport() throws Exception {
        var context = browser.newContext(new Browser.NewContextOptions().setViewportSize(1440, 900));
        Page page = context.newPage();
        page.setDefaultTimeout(30_000);
        signUp(page);
        String token = addDomain(page);
        String id = publish(page);
        announce(page, id);
        report(page, token);
        checks(page);
        publicCheck(context);
        rejected(page, token);
        lookAround(page);
        context.close();
    }

    private static void signUp(Page page) {
        page.navigate("http://localhost:" + postern.webPort() + "/");
        assertThat(page.getByRole(AriaRole.HEADING, heading("Sign in"))).isVisible();
        picture(page, "sign-in");
        page.getByText("Create an organisation").click();
        assertThat(page.getByRole(AriaRole.HEADING, heading("Create an organisation"))).isVisible();
        field(page, "vaadin-text-field").fill("Example Mail");
        field(page, "vaadin-email-field").fill("anna@example.test");
        field(page, "vaadin-password-field").fill("short");
        button(page, "Create organisation").click();
        assertThat(page.locator("vaadin-password-field[invalid]")).isVisible();
        picture(page, "sign-up-refused");
        field(page, "vaadin-password-field").fill("a long sentence is a good password");
        button(page, "Create organisation").click();
        assertThat(page.getByText("Add your first domain")).isVisible();
        picture(page, "overview-empty");
    }

    /// @return the domain's report token
    private static String addDomain(Page page) {
        internet.internet().publish(dns -> dns.mx("example.test", 10, "mx1.example.test"));
        internet.internet().publish(dns -> dns.mx("example.test", 20, "mx2.example.test"));
        button(page, "Add domain").first().click();
        Locator name = page.locator("vaadin-dialog vaadin-text-field input").last();
        name.fill("co.uk");
        name.press("Enter");
        assertThat(page.getByText("public suffix").last()).isVisible();
        picture(page, "add-domain-refused");
        name.fill("example.test");
        name.press("Enter");
        assertThat(page.getByText("Prove that example.test is yours")).isVisible();
        Locator reportRecord = page.locator(".record", new Page.LocatorOptions().setHasText("TLS-RPT record")).first();
        assertThat(reportRecord).containsText("There is no record at _smtp._tls.example.test yet.");
        picture(page, "domain-setup");
        String record = values(reportRecord).get(2);
        String challenge = values(page.locator(".record").first()).get(2);
        internet.internet().publish(dns -> dns.txt("_postern-challenge.example.test", challenge));
        internet.internet().publish(dns -> dns.txt("_smtp._tls.example.test", record));
        button(page, "Check again").click();
        assertThat(page.getByText("Publish the policy in testing")).isVisible();
        return record.replaceAll(".*mailto:([a-z2-7]+)@.*", "$1");
    }

    /// @return the id for the record at `_mta-sts`
    private static String publish(Page page) throws Exception {
        Locator target = page.locator(".record", new Page.LocatorOptions().setHasText("Policy host address")).first();
        String delegation = values(target).get(2);
        button(page, "Publish policy in testing").click();
        assertThat(page.getByText("Lead senders to the policy")).isVisible();
        assertThat(page.getByText("Wait with this one")).isVisible();
        assertThat(policyOf("mta-sts.example.test")).isEqualTo("version: STSv1\r\nmode: testing\r\n"
                + "mx: mx1.example.test\r\nmx: mx2.example.test\r\nmax_age: 86400\r\n");
        internet.internet().publish(dns -> dns.a(delegation, "127.0.0.1"));
        internet.internet().publish(dns -> dns.cname("mta-sts.example.test", delegation));
        button(page, "Check again").click();
        assertThat(page.getByText("Announce the policy")).isVisible();
        Locator record = page.locator(".record", new Page.LocatorOptions().setHasText("_mta-sts.example.test")).last();
        return values(record).get(2);
    }

    private static void announce(Page page, String record) {
        internet.internet().publish(dns -> dns.txt("_mta-sts.example.test", record));
        button(page, "Check again").click();
        assertThat(page.getByText("Watch the reports")).isVisible();
        picture(page, "domain-published");
    }

    /// The page stays open and is not reloaded: what senders report has to come by itself.
    private static void report(Page page, String token) throws Exception {
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Watch").setExact(true)).click();
        assertThat(page.getByText("No reports for the last 30 days")).isVisible();
        page.evaluate("window.notReloaded = true");
        LocalDate yesterday = LocalDate.now(ZoneOffset.UTC).minusDays(1);
        assertThat(Sender.mail(Surroundings.smtpPort(postern), token + "@" + Surroundings.PUBLIC_HOST,
                Sender.report("large-sender.test", "mail-1", "example.test", yesterday, 4_210, 17,
                        ResultType.CERTIFICATE_EXPIRED, "mx2.example.test"))).isTrue();
        assertThat(page.getByText("Report from large-sender.test: 17 of 4227 sessions failed")).isVisible();
        assertThat(Sender.post(Surroundings.reportPort(postern), token,
                Sender.report("other-sender.test", "post-1", "example.test", yesterday.minusDays(1), 380, 6,
                        ResultType.STARTTLS_NOT_SUPPORTED, "mx1.example.test"))).isTrue();
        assertThat(page.getByText("Report from other-sender.test: 6 of 386 sessions failed")).isVisible();
        assertThat(stat(page, "Failed")).containsText("23");
        assertThat(page.locator(".chart svg, .chart canvas").first()).isVisible();
        assertThat(page.getByText("Renew the certificate of this MX")).isVisible();
        assertThat((Boolean) page.evaluate("window.notReloaded === true")).isTrue();
        picture(page, "domain-watch");
        for (int day = 3; day < 28; day++) {
            Sender.post(Surroundings.reportPort(postern), token, Sender.report("large-sender.test", "old-" + day,
                    "example.test", yesterday.minusDays(day), 3_000 + 40L * (day * 7 % 11), day % 9 == 0 ? day : 0,
                    ResultType.values()[day % 5], "mx" + (day % 2 + 1) + ".example.test"));
        }
        assertThat(stat(page, "Reports")).containsText("27");
        picture(page, "domain-watch-full");
    }

    /// The checks by stage, live progress, and what two vantage points see when one of them is attacked.
    private static void checks(Page page) {
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Checks").setExact(true)).click();
        assertThat(page.getByText("Every MX offers STARTTLS and begins TLS").first()).isVisible();
        assertThat(page.locator(".ladder li")).hasCount(7);
        picture(page, "domain-checks");
        page.locator("#check-mx-starttls summary").click();
        assertThat(page.locator("#check-mx-starttls pre").first()).containsText("C: STARTTLS");
        picture(page, "domain-checks-evidence");
        var attacked = internet.internet().middlePersonBefore("mx1.example.test").strippingStartTls();
        var elsewhere = internet.internet().view().a("mx1.example.test", attacked.ip());
        var settings = new HashMap<>(internet.environment());
        settings.putAll(internet.internet().environment(elsewhere));
        settings.put("POSTERN_VANTAGE", "sgp1@Singapore");
        settings.put("POSTERN_KAFKA", postern.part(ProbeSettings.class).kafka());
        try (var _ = ProbeWorker.application(new Settings(settings), postern.part(Database.class)).run()) {
            button(page, "Check again").click();
            assertThat(page.locator(".attack")).containsText("offers STARTTLS to main and not to sgp1 (Singapore)");
        }
        picture(page, "domain-checks-attack");
        page.navigate("http://localhost:" + postern.webPort() + "/domains/example.test/checks?check=mx-starttls");
        assertThat(page.locator("#check-mx-starttls pre").first()).isVisible();
    }

    /// Anybody, without sign-in.
    private static void publicCheck(BrowserContext signedIn) {
        try (var context = signedIn.browser().newContext(new Browser.NewContextOptions().setViewportSize(1440, 900))) {
            Page page = context.newPage();
            page.setDefaultTimeout(30_000);
            String base = "http://localhost:" + postern.webPort();
            page.navigate(base + "/check");
            field(page, "vaadin-text-field").fill("co.uk");
            button(page, "Check").click();
            assertThat(page.getByText("public suffix").last()).isVisible();
            internet.internet().domain("other.test");
            field(page, "vaadin-text-field").fill("Other.test");
            button(page, "Check").click();
            assertThat(page.getByText("Senders insist on TLS.").first()).isVisible();
            assertThat(page).hasURL(base + "/check/other.test");
            picture(page, "public-check");
            page.navigate(base + "/checks");
            assertThat(page.getByRole(AriaRole.HEADING, heading("What is checked"))).isVisible();
            picture(page, "checks-help");
            page.setViewportSize(390, 844);
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
            page.navigate(base + "/check/other.test");
            assertThat(page.getByText("Senders insist on TLS.").first()).isVisible();
            picture(page, "phone-public-check-dark");
        }
    }

    /// A report about another domain and one that is cut off: seen, looked into, and tried again.
    private static void rejected(Page page, String token) throws Exception {
        String base = "http://localhost:" + postern.webPort();
        page.navigate(base + "/rejected");
        assertThat(page.getByText("Nothing was rejected")).isVisible();
        picture(page, "rejected-empty");
        assertThat(Sender.post(Surroundings.reportPort(postern), token, Sender.report("large-sender.test", "astray",
                "victim.test", LocalDate.now(ZoneOffset.UTC).minusDays(1), 5, 0, ResultType.OTHER, "mx.victim.test"))).isTrue();
        var cut = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + Surroundings.reportPort(postern) + "/v1/tlsrpt/"
                + token)).header("Content-Type", "application/tlsrpt+json").POST(HttpRequest.BodyPublishers.ofString(
                "{\"organization-name\": \"<script>alert(1)</script>\", \"report-id\": \"cut")).build();
        assertThat(HttpClient.newHttpClient().send(cut, HttpResponse.BodyHandlers.discarding()).statusCode()).isEqualTo(201);
        page.navigate(base + "/reports");
        assertThat(page.locator("a.report-row", new Page.LocatorOptions().setHasText("victim.test"))).isVisible();
        page.getByText("All rejected reports").click();
        assertThat(page.getByText("1 to 2 of 2")).isVisible();
        picture(page, "rejected");
        page.navigate(base + "/rejected?reason=misdirected&domain=example.test");
        assertThat(page.getByText("1 to 1 of 1")).isVisible();
        page.locator("a.report-row").click();
        assertThat(page.getByRole(AriaRole.HEADING, heading("About another domain (misdirected)"))).isVisible();
        assertThat(page.locator(".raw-content")).containsText("\"policy-domain\":\"victim.test\"");
        picture(page, "rejected-report");
        button(page, "Try again").click();
        assertThat(page.getByText("Tried again in vain")).isVisible();
        assertThat(page.getByText("2 times, last on")).isVisible();
        page.setViewportSize(390, 844);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        picture(page, "phone-rejected-report-dark");
        page.navigate(base + "/rejected");
        assertThat(page.getByText("1 to 2 of 2")).isVisible();
        assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).isTrue();
        picture(page, "phone-rejected-dark");
        page.setViewportSize(1440, 900);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    }

    /// The other pages, in light and dark, wide and narrow, for people to look at, and that they show what is there.
    private static void lookAround(Page page) throws Exception {
        String base = "http://localhost:" + postern.webPort();
        assertThat(HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                + Surroundings.reportPort(postern) + "/v1/tlsrpt/nobody")).POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build(), HttpResponse.BodyHandlers.discarding()).statusCode()).isEqualTo(404);
        page.navigate(base + "/");
        assertThat(page.locator("a.domain-row", new Page.LocatorOptions().setHasText("example.test"))).isVisible();
        picture(page, "overview");
        page.navigate(base + "/timeline");
        assertThat(page.getByText("Setup → Testing, by anna@example.test")).isVisible();
        picture(page, "timeline");
        page.navigate(base + "/reports");
        assertThat(page.getByText("17 failed")).isVisible();
        picture(page, "reports");
        page.getByText("17 failed").click();
        assertThat(page.getByText("17 × certificate-expired")).isVisible();
        picture(page, "report");
        page.navigate(base + "/domains/example.test/rollout");
        assertThat(page.getByText("What senders may hold")).isVisible();
        picture(page, "domain-rollout");
        page.navigate(base + "/settings");
        assertThat(page.getByText("No tokens yet.")).isVisible();
        picture(page, "settings");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        page.navigate(base + "/domains/example.test/watch");
        assertThat(page.locator(".chart svg, .chart canvas").first()).isVisible();
        picture(page, "domain-watch-dark");
        page.setViewportSize(390, 844);
        for (String path : List.of("/", "/domains/example.test/watch", "/domains/example.test/setup",
                "/domains/example.test/checks", "/timeline")) {
            page.navigate(base + path);
            assertThat(page.locator("h1").first()).isVisible();
            picture(page, "phone" + path.replaceAll("[^a-z]+", "-"));
        }
    }

    private static String policyOf(String host) throws Exception {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (true) {
            var response = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                            + postern.policyPort() + "/.well-known/mta-sts.txt")).header("Host", host).build(),
                    HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() == 200 || System.nanoTime() > deadline) {
                return response.body();
            }
            Thread.onSpinWait();
        }
    }

    private static List<String> values(Locator record) {
        return record.locator(".copy-value").allTextContents();
    }

    private static Locator field(Page page, String tag) {
        return page.locator(tag + " input").first();
    }

    private static Locator stat(Page page, String label) {
        return page.locator(".stat:has(.stat-label:text-is('" + label + "'))");
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Page.GetByRoleOptions heading(String name) {
        return new Page.GetByRoleOptions().setName(name);
    }

    /// The content scrolls within the page's frame: the frame is made as tall as its content for the picture.
    private static void picture(Page page, String name) {
        var size = page.viewportSize();
        int height = ((Number) page.evaluate("Math.ceil(document.querySelector('main')?.scrollHeight ?? 0)")).intValue();
        page.setViewportSize(size.width, Math.clamp(height + 80, size.height, 6_000));
        page.waitForTimeout(600);
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
        page.setViewportSize(size.width, size.height);
    }
}

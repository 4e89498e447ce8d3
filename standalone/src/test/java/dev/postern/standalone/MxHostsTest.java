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
import dev.postern.tlsrpt.FailureDetail;
import dev.postern.tlsrpt.PolicyReport;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ResultType;
import dev.postern.tlsrpt.TlsReport;
import java.nio.file.Files;
import java.nio.file.Path;
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

/// MX hosts as a person meets them in a browser: register the one that Postern suggests, publish its record, and see what
/// senders that use DANE report of it, beside the domain's own reports and never added to them.
class MxHostsTest {

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
    void fromTheSuggestionToTheFailuresUnderDane() throws Exception {
        try (var context = browser.newContext(new Browser.NewContextOptions().setViewportSize(1440, 900))) {
            Page page = context.newPage();
            page.setDefaultTimeout(30_000);
            signUp(page);
            assertThat(nav(page)).isVisible();
            nav(page).click();
            assertThat(page.getByText("Hear of failures at your mail servers")).isVisible();
            picture(page, "mx-hosts-empty");
            String domainToken = addDomain(page);
            String hostToken = register(page);
            report(page, hostToken, domainToken);
            lookAround(page);
        }
    }

    private static void signUp(Page page) {
        page.navigate(address("/"));
        page.getByText("Create an organisation").click();
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Create an organisation")))
                .isVisible();
        page.locator("vaadin-text-field input").first().fill("Example Mail");
        page.locator("vaadin-email-field input").first().fill("anna@example.test");
        page.locator("vaadin-password-field input").first().fill("a long sentence is a good password");
        button(page, "Create organisation").click();
        assertThat(page.getByText("Add your first domain")).isVisible();
    }

    /// @return the domain's report token
    private static String addDomain(Page page) {
        internet.internet().publish(dns -> dns.mx("example.test", 10, "mx1.example.test")
                .mx("example.test", 20, "mx2.example.test").mx("example.test", 30, "mx.provider.test"));
        page.navigate(address("/"));
        button(page, "Add domain").first().click();
        Locator name = page.locator("vaadin-dialog vaadin-text-field input").last();
        name.fill("example.test");
        name.press("Enter");
        Locator record = page.locator(".record", new Page.LocatorOptions().setHasText("TLS-RPT record")).first();
        assertThat(record).containsText("There is no record at");
        String value = record.locator(".copy-value").allTextContents().get(2);
        internet.internet().publish(dns -> dns.txt("_smtp._tls.example.test", value));
        button(page, "Check again").click();
        assertThat(page.getByText("Publish the policy in testing")).isVisible();
        return token(value);
    }

    /// @return the host's report token
    private static String register(Page page) {
        page.navigate(address("/mx-hosts"));
        assertThat(page.getByText("Mail servers of yours, not registered yet")).isVisible();
        assertThat(page.getByText("Mail servers that are not yours to register")).isVisible();
        assertThat(page.locator(".report-row", new Page.LocatorOptions().setHasText("mx.provider.test")))
                .containsText("Another organisation's name.");
        picture(page, "mx-hosts-suggested");
        button(page, "Add MX host").first().click();
        Locator name = page.locator("vaadin-dialog vaadin-text-field input").last();
        name.fill("192.0.2.1");
        name.press("Enter");
        assertThat(page.getByText("an MX is a host name").last()).isVisible();
        picture(page, "mx-hosts-add-refused");
        page.keyboard().press("Escape");
        button(page, "Add mx1.example.test").click();
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("mx1.example.test").setExact(true)))
                .isVisible();
        Locator record = page.locator(".record", new Page.LocatorOptions().setHasText("TLS-RPT record")).first();
        assertThat(record).containsText("There is no record at _smtp._tls.mx1.example.test yet.");
        assertThat(page.getByText("Not proven yet")).isVisible();
        picture(page, "mx-host-setup");
        String value = record.locator(".copy-value").allTextContents().get(2);
        internet.internet().publish(dns -> dns.txt("_smtp._tls.mx1.example.test", value));
        button(page, "Check again").click();
        assertThat(page.getByText("Ownership proven by the report address in the TLS-RPT record")).isVisible();
        assertThat(page.getByText("Serves 1 domain")).isVisible();
        return token(value);
    }

    /// The page stays open and is not reloaded.
    private static void report(Page page, String hostToken, String domainToken) throws Exception {
        page.navigate(address("/mx-hosts/mx1.example.test"));
        assertThat(page.getByText("No reports in this period.")).isVisible();
        page.evaluate("window.notReloaded = true");
        LocalDate yesterday = LocalDate.now(ZoneOffset.UTC).minusDays(1);
        int port = Surroundings.reportPort(postern);
        assertThat(Sender.post(port, hostToken, dane("dane-sender.test", "dane-1", "mx1.example.test", yesterday, 900, 12)))
                .isTrue();
        assertThat(page.getByText("DANE (tlsa)")).isVisible();
        assertThat(stat(page, "Sessions")).containsText("912");
        // To the domain's address, as a sender does that asks for the TLSRPT record of the recipient's domain.
        assertThat(Sender.post(port, domainToken, dane("other-sender.test", "dane-2", "_25._tcp.mx1.example.test", yesterday,
                80, 8))).isTrue();
        assertThat(stat(page, "Sessions")).containsText("1,000");
        assertThat(stat(page, "Failed")).containsText("20");
        assertThat((Boolean) page.evaluate("window.notReloaded === true")).isTrue();
        assertThat(Sender.post(port, domainToken, Sender.report("dane-sender.test", "sts-1", "example.test", yesterday, 900,
                12, ResultType.CERTIFICATE_EXPIRED, "mx1.example.test"))).isTrue();
        page.navigate(address("/domains/example.test/watch"));
        assertThat(stat(page, "Sessions")).containsText("912");
        Locator section = page.locator("section", new Page.LocatorOptions().setHasText("Its MX hosts' reports")).last();
        assertThat(section.locator("tbody tr")).hasCount(1);
        assertThat(section.locator("tbody tr")).containsText("1,000");
        picture(page, "domain-watch-mx-hosts");
    }

    private static void lookAround(Page page) {
        page.navigate(address("/mx-hosts/mx1.example.test"));
        assertThat(page.getByText("20 failed")).not().isVisible();
        assertThat(page.locator(".chart svg, .chart canvas").first()).isVisible();
        picture(page, "mx-host");
        page.navigate(address("/mx-hosts"));
        assertThat(page.locator("a.mx-row")).containsText("2 reports");
        picture(page, "mx-hosts");
        page.navigate(address("/"));
        assertThat(stat(page, "Sessions")).containsText("912");
        page.navigate(address("/domains/mx1.example.test"));
        assertThat(page).hasURL(address("/domains/mx1.example.test"));
        assertThat(page.getByText("What senders report")).isVisible();
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        page.navigate(address("/mx-hosts"));
        assertThat(page.locator("a.mx-row")).isVisible();
        picture(page, "mx-hosts-dark");
        page.navigate(address("/mx-hosts/mx1.example.test"));
        assertThat(page.locator(".chart svg, .chart canvas").first()).isVisible();
        picture(page, "mx-host-dark");
        page.setViewportSize(390, 844);
        for (String path : List.of("/mx-hosts", "/mx-hosts/mx1.example.test", "/domains/example.test/watch")) {
            page.navigate(address(path));
            assertThat(page.locator("h1").first()).isVisible();
            assertThat((Boolean) page.evaluate("[document.documentElement, document.querySelector('main')].every(one => "
                    + "one.scrollWidth <= one.clientWidth)"))
                    .as("%s scrolls sideways", path).isTrue();
            picture(page, "phone" + path.replaceAll("[^a-z0-9]+", "-") + "-mx");
        }
    }

    private static TlsReport dane(String organization, String id, String policyDomain, LocalDate day, long successful,
                                  long failed) {
        return new TlsReport(organization, Optional.of("mailto:tls@" + organization), id,
                day.atStartOfDay().toInstant(ZoneOffset.UTC), day.atTime(23, 59, 59).toInstant(ZoneOffset.UTC),
                List.of(new PolicyReport(PolicyType.TLSA, "tlsa", List.of("3 1 1 aa"), Optional.of(policyDomain), List.of(),
                        OptionalLong.of(successful), OptionalLong.of(failed), List.of(new FailureDetail(
                        ResultType.VALIDATION_FAILURE, "validation-failure", Optional.of("192.0.2.25"),
                        Optional.of("mx1.example.test"), Optional.empty(), Optional.of("198.51.100.7"),
                        OptionalLong.of(failed), Optional.empty(), Optional.empty())))));
    }

    private static String token(String record) {
        return record.replaceAll(".*mailto:([a-z2-7]+)@.*", "$1");
    }

    private static String address(String path) {
        return "http://localhost:" + postern.webPort() + path;
    }

    private static Locator nav(Page page) {
        return page.locator("vaadin-side-nav-item", new Page.LocatorOptions().setHasText("MX hosts"));
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator stat(Page page, String label) {
        return page.locator(".stat:has(.stat-label:text-is('" + label + "'))").first();
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

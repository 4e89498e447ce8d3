package dev.postern.standalone;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.postern.testbed.BindServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A domain whose DNS records Postern writes into a zone on BIND 9, as a person sees it in a browser; and delegation.
class DnsPageTest {

    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final List<Path> BROWSERS = List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"),
            Path.of("/usr/bin/google-chrome"));
    private static final String ZONE = "example.test";
    private static final String OWN_ZONE = "sts.postern.test";
    private static final String STS = "_mta-sts.example.test";
    private static final String REPORTS = "_smtp._tls.example.test";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static Surroundings internet;
    private static BindServer bind;
    private static Standalone postern;
    private static Playwright playwright;
    private static Browser browser;

    @BeforeAll
    static void start(@TempDir Path data, @TempDir Path named) throws Exception {
        assumeTrue(BindServer.installed().isPresent(), "BIND 9 is not installed on this machine: on Debian, apt install bind9");
        internet = Surroundings.start(data);
        internet.internet().publish(dns -> dns.mx(ZONE, 10, "mx1.example.test"));
        bind = BindServer.start(named, ZONE, OWN_ZONE);
        internet.environment().putAll(Map.of("POSTERN_DNS_PRIVATE_ADDRESSES", "true", "POSTERN_ZONE", OWN_ZONE,
                "POSTERN_ZONE_SERVER", "127.0.0.1:" + bind.port(), "POSTERN_ZONE_TSIG_KEY", BindServer.WRITER + ":"
                        + BindServer.ALGORITHM + ":" + bind.secret(BindServer.WRITER)));
        postern = Standalone.start(internet.environment());
        playwright = Playwright.create(new Playwright.CreateOptions()
                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright.chromium().launch(new BrowserType.LaunchOptions()
                .setExecutablePath(BROWSERS.stream().filter(Files::exists).findFirst().orElseThrow(() ->
                        new IllegalStateException("This test needs Chromium: on Debian, apt install chromium")))
                .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                        "--disable-background-networking", "--disable-component-update")));
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE.toMillis());
    }

    @AfterAll
    static void stop() throws Exception {
        if (postern != null) {
            browser.close();
            playwright.close();
            postern.close();
            bind.close();
            internet.close();
        }
    }

    @Test
    void letsPosternWriteTheRecords() {
        try (var context = browser.newContext(new Browser.NewContextOptions().setViewportSize(1440, 900))) {
            Page page = context.newPage();
            page.setDefaultTimeout(PATIENCE.toMillis());
            String base = "http://localhost:" + postern.webPort();
            signUpWithADomain(page, base, "anna", ZONE);
            connect(page, base);

            page.navigate(base + "/domains/example.test/setup");
            assertThat(page.getByText("Who writes the DNS records?")).isVisible();
            picture(page, "dns-writer-choice");
            page.getByText("Postern, through Our name servers").click();
            assertThat(page.getByText("Let Postern write the records of example.test?")).isVisible();
            picture(page, "dns-writer-confirm");
            confirm(page);
            assertThat(page.locator(".dns-state .badge")).containsText("Written by Postern");
            org.assertj.core.api.Assertions.assertThat(bind.txt(REPORTS)).hasSize(1);
            String target = bind.cname("mta-sts.example.test").orElseThrow();
            internet.internet().publish(dns -> dns.txt(REPORTS, bind.txt(REPORTS).getFirst()));
            internet.internet().publish(dns -> dns.a(target, "127.0.0.1"));
            internet.internet().publish(dns -> dns.cname("mta-sts.example.test", target));
            page.setViewportSize(1440, 1500);
            assertThat(page.locator(".next")).containsText("Postern writes the records into your DNS");
            picture(page, "dns-writer-written");

            bind.put(ZONE, STS, "TXT", "\"v=STSv1; id=somebodyElse;\"");
            button(page, "Check again").click();
            assertThat(page.getByText("Publish the policy in testing")).isVisible();
            button(page, "Publish policy in testing").click();
            assertThat(page.locator(".dns-state .badge")).containsText("Not everything could be written");
            assertThat(page.locator(".dns-conflict")).containsText("v=STSv1; id=somebodyElse;");
            page.locator(".dns-writer").scrollIntoViewIfNeeded();
            picture(page, "dns-writer-conflict");
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
            picture(page, "dns-writer-conflict-dark");
            page.setViewportSize(390, 1600);
            picture(page, "phone-dns-writer-conflict-dark");
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
            picture(page, "phone-dns-writer-conflict");
            page.setViewportSize(1440, 1500);
            org.assertj.core.api.Assertions.assertThat(bind.txt(STS)).containsExactly("v=STSv1; id=somebodyElse;");
            button(page, "Let Postern replace it").click();
            picture(page, "dns-replace-confirm");
            confirm(page);
            assertThat(page.locator(".dns-state .badge")).containsText("Written by Postern");
            String id = bind.txt(STS).getFirst();
            org.assertj.core.api.Assertions.assertThat(id).startsWith("v=STSv1; id=").doesNotContain("somebodyElse");
            internet.internet().publish(dns -> dns.txt(STS, id));
            button(page, "Check again").click();
            assertThat(page.getByText("Watch the reports")).isVisible();
            picture(page, "dns-writer-live");

            // What follows needs no hand any more: a new version of the policy, and its id once it is seen served.
            page.locator("vaadin-text-area textarea").first().fill("mx1.example.test\n*.example.test");
            button(page, "Publish as a new version").click();
            until(() -> !bind.txt(STS).getFirst().equals(id));
            page.navigate(base + "/timeline");
            assertThat(page.getByText("DNS record _mta-sts.example.test written").first()).isVisible();
            picture(page, "dns-timeline");

            delegate(page, base);
            remove(page, base);
        }
    }

    /// What the customer publishes are aliases only, once; all the rest happens in Postern's own zone.
    @Test
    void aDelegatedDomainNeedsNothingButItsAliases() {
        String domain = "second.test";
        internet.internet().edge().route("mta-sts." + domain,
                Integer.parseInt(internet.environment().get("POSTERN_POLICY_HOST_PORT")));
        internet.internet().publish(dns -> dns.mx(domain, 10, "mx2.example.test"));
        try (var context = browser.newContext(new Browser.NewContextOptions().setViewportSize(1440, 1500))) {
            Page page = context.newPage();
            page.setDefaultTimeout(PATIENCE.toMillis());
            signUpWithADomain(page, "http://localhost:" + postern.webPort(), "bert", domain);
            page.getByText("Postern, behind CNAMEs that you publish once").click();
            confirm(page);
            assertThat(page.locator(".dns-state .badge")).containsText("Written by Postern");
            assertThat(page.locator(".next")).containsText("Publish the CNAMEs shown below");
            picture(page, "dns-delegation-begun");
            String reports = published(page, "_smtp._tls." + domain);
            String host = published(page, "mta-sts." + domain);
            String sts = published(page, "_mta-sts." + domain);
            // The world sees Postern's zone through the same root as all else.
            internet.internet().publish(dns -> dns.txt(reports, bind.txt(reports).getFirst()));
            internet.internet().publish(dns -> dns.a(host, "127.0.0.1"));
            button(page, "Check again").click();
            assertThat(page.getByText("Publish the policy in testing")).isVisible();
            org.assertj.core.api.Assertions.assertThat(bind.txt(sts)).isEmpty();
            button(page, "Publish policy in testing").click();
            until(() -> !bind.txt(sts).isEmpty());
            internet.internet().publish(dns -> dns.txt(sts, bind.txt(sts).getFirst()));
            button(page, "Check again").click();
            assertThat(page.getByText("Watch the reports")).isVisible();
            picture(page, "dns-delegation-live");
        }
    }

    /// Publishes the CNAME that the page shows for a name.
    ///
    /// @return where it leads
    private static String published(Page page, String name) {
        List<String> values = page.locator(".record").filter(new Locator.FilterOptions()
                .setHas(page.getByText(name, new Page.GetByTextOptions().setExact(true)))).first().locator(".copy-value")
                .allTextContents();
        org.assertj.core.api.Assertions.assertThat(values.subList(0, 2)).containsExactly(name, "CNAME");
        internet.internet().publish(dns -> dns.cname(name, values.get(2)));
        return values.get(2);
    }

    private static void connect(Page page, String base) {
        page.navigate(base + "/settings");
        page.getByText("Connect a DNS zone").click();
        assertThat(page.getByText("No DNS zone yet")).isVisible();
        picture(page, "dns-connections-empty");
        button(page, "Connect a DNS zone").click();
        button(page, "Save").click();
        assertThat(page.getByText("Enter the name of the DNS zone").first()).isVisible();
        picture(page, "dns-form-refused");
        fill(page, "Name", "Our name servers");
        fill(page, "Zone", ZONE);
        fill(page, "Primary server", "127.0.0.1");
        fill(page, "Port", Integer.toString(bind.port()));
        fill(page, "Name of the TSIG key", BindServer.NARROW);
        fill(page, "Secret of the key (base64)", bind.secret(BindServer.WRITER));
        button(page, "Test").click();
        assertThat(page.locator(".test-result.problem")).containsText("with another secret");
        picture(page, "dns-test-failed");
        fill(page, "Secret of the key (base64)", bind.secret(BindServer.NARROW));
        button(page, "Test").click();
        assertThat(page.locator(".test-result.good")).containsText("Postern may write to example.test");
        picture(page, "dns-test-good");
        page.setViewportSize(390, 844);
        picture(page, "phone-dns-form");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        picture(page, "phone-dns-form-dark");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        page.setViewportSize(1440, 900);
        button(page, "Save").click();
        assertThat(page.locator(".dns-connection")).containsText("with the key narrow");
        button(page, "Test").click();
        assertThat(page.locator(".dns-connection .test-result.good")).isVisible();
        picture(page, "dns-connections");
    }

    private static void delegate(Page page, String base) {
        page.setViewportSize(1440, 1500);
        page.navigate(base + "/domains/example.test/setup");
        page.getByText("Postern, behind CNAMEs that you publish once").click();
        assertThat(page.getByText("Delegate the records of example.test to Postern?")).isVisible();
        confirm(page);
        assertThat(page.locator(".records")).containsText("Behind these, Postern writes into its own zone");
        assertThat(page.locator(".dns-state .badge")).containsText("Written by Postern");
        String name = page.locator(".record", new Page.LocatorOptions().setHasText("_smtp-tls")).first()
                .locator(".copy-value").allTextContents().get(2);
        org.assertj.core.api.Assertions.assertThat(name).endsWith("._smtp-tls." + OWN_ZONE);
        org.assertj.core.api.Assertions.assertThat(bind.txt(name)).singleElement().asString().startsWith("v=TLSRPTv1;");
        picture(page, "dns-delegated");
        page.setViewportSize(390, 1600);
        picture(page, "phone-dns-delegated");
        page.setViewportSize(1440, 900);
        page.getByText("Postern, through Our name servers").click();
        confirm(page);
        assertThat(page.locator(".dns-state .badge")).containsText("Written by Postern");
    }

    private static void remove(Page page, String base) {
        page.navigate(base + "/settings/dns");
        assertThat(page.locator(".dns-connection")).containsText("Writes the records of example.test");
        picture(page, "dns-connections-used");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        picture(page, "dns-connections-used-dark");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        page.setViewportSize(390, 844);
        picture(page, "phone-dns-connections");
        button(page, "Remove").click();
        assertThat(page.getByText("Remove Our name servers?")).isVisible();
        picture(page, "phone-dns-remove");
        confirm(page);
        assertThat(page.getByText("No DNS zone yet")).isVisible();
        org.assertj.core.api.Assertions.assertThat(bind.txt(STS)).as("what was written stays").hasSize(1);
    }

    private static void signUpWithADomain(Page page, String base, String person, String domain) {
        page.navigate(base + "/");
        page.getByText("Create an organisation").click();
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Create an organisation")))
                .isVisible();
        page.locator("vaadin-text-field input").first().fill("Example Mail");
        page.locator("vaadin-email-field input").first().fill(person + "@example.test");
        page.locator("vaadin-password-field input").first().fill("a long sentence is a good password");
        button(page, "Create organisation").click();
        assertThat(page.getByText("Add your first domain")).isVisible();
        button(page, "Add domain").first().click();
        Locator name = page.locator("vaadin-dialog vaadin-text-field input").last();
        name.fill(domain);
        name.press("Enter");
        assertThat(page.getByText("Prove that " + domain + " is yours")).isVisible();
    }

    private static void until(BooleanSupplier done) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!done.getAsBoolean()) {
            org.assertj.core.api.Assertions.assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static void confirm(Page page) {
        page.locator("vaadin-confirm-dialog vaadin-button[slot=confirm-button]").click();
    }

    private static void fill(Page page, String label, String value) {
        page.getByLabel(label, new Page.GetByLabelOptions().setExact(true)).first().fill(value);
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static void picture(Page page, String name) {
        page.waitForTimeout(600);
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
    }
}

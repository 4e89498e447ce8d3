package dev.postern.standalone;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.postern.testbed.MailServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Connecting a mailbox in a browser: a wrong password and a right one, and a report from it among the reports.
class MailboxPageTest {

    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final List<Path> BROWSERS = List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"),
            Path.of("/usr/bin/google-chrome"));
    private static final String REPORT = """
            From: tls@sender.test
            Subject: Report Domain: example.test Submitter: sender.test
            TLS-Report-Domain: example.test
            TLS-Report-Submitter: sender.test
            Content-Type: multipart/report; report-type="tlsrpt"; boundary="b"

            --b
            Content-Type: application/tlsrpt+json

            {"organization-name": "Mailbox Sender",
             "date-range": {"start-datetime": "2026-11-01T00:00:00Z", "end-datetime": "2026-11-01T23:59:59Z"},
             "contact-info": "tls@sender.test", "report-id": "mailbox-1", "policies": [
             {"policy": {"policy-type": "sts", "policy-string": [], "policy-domain": "example.test", "mx-host": []},
              "summary": {"total-successful-session-count": 5, "total-failure-session-count": 0}}]}
            --b--
            """;

    @TempDir
    static Path data;
    private static Surroundings internet;
    private static MailServer mail;
    private static Standalone postern;
    private static Playwright playwright;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        internet = Surroundings.start(data);
        internet.internet().publish(dns -> dns.mx("example.test", 10, "mx1.example.test"));
        internet.internet().publish(dns -> dns.a(MailServer.HOST, "127.0.0.1"));
        internet.environment().put("POSTERN_MAILBOX_PRIVATE_ADDRESSES", "true");
        mail = MailServer.start(internet.internet().authority());
        mail.create("Done");
        mail.deliver("INBOX", REPORT);
        mail.deliver("INBOX", "From: friend@example.test\nSubject: Dinner\n\nAt eight?\n");
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
        mail.close();
        internet.close();
    }

    @Test
    void connectsAMailboxAndReadsItsReports() {
        try (var context = browser.newContext(new Browser.NewContextOptions().setViewportSize(1440, 900))) {
            Page page = context.newPage();
            page.setDefaultTimeout(30_000);
            String base = "http://localhost:" + postern.webPort();
            signUpWithADomain(page, base);
            page.navigate(base + "/settings");
            page.getByText("Connect a mailbox").click();
            assertThat(page.getByText("No mailbox yet")).isVisible();
            picture(page, "mailboxes-empty");

            button(page, "Connect a mailbox").click();
            button(page, "Save").click();
            assertThat(page.getByText("Enter the name of the IMAP server").first()).isVisible();
            picture(page, "mailbox-form-refused");
            fill(page, "Name", "Reports of the mail team");
            fill(page, "IMAP server", MailServer.HOST);
            fill(page, "Port", Integer.toString(mail.port()));
            fill(page, "User name", MailServer.USER);
            fill(page, "Password", "not the password");
            page.getByText("Move them to another folder").click();
            fill(page, "Move to folder", "Done");
            button(page, "Test").click();
            assertThat(page.locator(".test-result.problem")).containsText("refused the sign-in");
            picture(page, "mailbox-test-failed");
            fill(page, "Password", MailServer.PASSWORD);
            button(page, "Test").click();
            assertThat(page.locator(".test-result.good")).containsText("2 mails in INBOX, 1 looks like a TLS report.");
            picture(page, "mailbox-test-good");
            button(page, "Save").click();

            assertThat(page.locator(".mailbox .badge")).containsText("Reading");
            assertThat(page.locator(".mailbox .stat").first()).containsText("1");
            picture(page, "mailboxes");
            page.navigate(base + "/reports");
            assertThat(page.getByText("Mailbox Sender").first()).isVisible();
            org.assertj.core.api.Assertions.assertThat(mail.count("INBOX")).isEqualTo(1);
            org.assertj.core.api.Assertions.assertThat(mail.count("Done")).isEqualTo(1);

            mail.changePassword("changed");
            page.navigate(base + "/settings/mailboxes");
            button(page, "Read now").click();
            assertThat(page.locator(".mailbox-error")).containsText("app password");
            picture(page, "mailboxes-failing");
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
            picture(page, "mailboxes-failing-dark");
            page.setViewportSize(390, 844);
            picture(page, "phone-mailboxes-dark");
            button(page, "Change").click();
            assertThat(page.getByText("Leave it empty to keep the one that is stored.")).isVisible();
            org.assertj.core.api.Assertions.assertThat(page.getByLabel("Password", new Page.GetByLabelOptions()
                    .setExact(true)).first().inputValue()).as("never shown again").isEmpty();
            page.waitForTimeout(600);
            page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve("phone-mailbox-form-dark.png")));
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
            page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve("phone-mailbox-form.png")));
            button(page, "Cancel").click();

            button(page, "Pause").click();
            assertThat(page.locator(".mailbox .badge")).containsText("Paused");
            button(page, "Remove").click();
            assertThat(page.getByText("Remove Reports of the mail team?")).isVisible();
            picture(page, "phone-mailbox-remove");
            page.locator("vaadin-confirm-dialog vaadin-button[slot=confirm-button]").click();
            assertThat(page.getByText("No mailbox yet")).isVisible();
        }
    }

    private static void signUpWithADomain(Page page, String base) {
        page.navigate(base + "/");
        page.getByText("Create an organisation").click();
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Create an organisation")))
                .isVisible();
        page.locator("vaadin-text-field input").first().fill("Example Mail");
        page.locator("vaadin-email-field input").first().fill("anna@example.test");
        page.locator("vaadin-password-field input").first().fill("a long sentence is a good password");
        button(page, "Create organisation").click();
        assertThat(page.getByText("Add your first domain")).isVisible();
        button(page, "Add domain").first().click();
        Locator name = page.locator("vaadin-dialog vaadin-text-field input").last();
        name.fill("example.test");
        name.press("Enter");
        assertThat(page.getByText("Prove that example.test is yours")).isVisible();
        String challenge = page.locator(".record").first().locator(".copy-value").allTextContents().get(2);
        String record = page.locator(".record", new Page.LocatorOptions().setHasText("TLS-RPT record")).first()
                .locator(".copy-value").allTextContents().get(2);
        internet.internet().publish(dns -> dns.txt("_postern-challenge.example.test", challenge));
        internet.internet().publish(dns -> dns.txt("_smtp._tls.example.test", record));
        button(page, "Check again").click();
        assertThat(page.getByText("Publish the policy in testing")).isVisible();
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

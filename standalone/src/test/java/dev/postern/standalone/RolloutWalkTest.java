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
import dev.postern.testbed.SmtpServer;
import dev.postern.tlsrpt.ResultType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A domain from sign-up to enforce, back to testing, and out, as a person takes it there in a browser. Senders report
/// by signed mail each day, and the weeks between are the clock's.
class RolloutWalkTest {

    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final List<Path> BROWSERS = List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"),
            Path.of("/usr/bin/google-chrome"));
    private static final String RECORD = "_mta-sts.example.test";

    @TempDir
    static Path data;
    private static final MovedClock CLOCK = new MovedClock();
    private static Surroundings internet;
    private static Standalone postern;
    private static Playwright playwright;
    private static Browser browser;
    private static List<SigningSender> senders;

    @BeforeAll
    static void start() throws Exception {
        internet = Surroundings.start(data);
        senders = List.of(SigningSender.publish("large-sender.test", internet.dns()),
                SigningSender.publish("other-sender.test", internet.dns()));
        postern = Standalone.start(internet.environment(), CLOCK);
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
    void fromSignUpToEnforceAndBackAndOut() throws Exception {
        try (var context = browser.newContext(new Browser.NewContextOptions().setViewportSize(1440, 900))) {
            Page page = context.newPage();
            page.setDefaultTimeout(30_000);
            signUp(page);
            String token = addDomain(page);
            beginTesting(page);
            watch(page, token);
            enforce(page);
            lengthen(page, token);
            rollBack(page);
            retire(page);
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
                .mx("example.test", 20, "mx2.example.test"));
        button(page, "Add domain").first().click();
        Locator name = page.locator("vaadin-dialog vaadin-text-field input").last();
        name.fill("example.test");
        name.press("Enter");
        assertThat(page.getByText("Prove that example.test is yours")).isVisible();
        String record = record(page, "TLS-RPT record");
        String challenge = record(page, "Ownership proven");
        internet.internet().publish(dns -> dns.txt("_postern-challenge.example.test", challenge));
        internet.internet().publish(dns -> dns.txt("_smtp._tls.example.test", record));
        button(page, "Check again").click();
        assertThat(page.getByText("Publish the policy in testing")).isVisible();
        return record.replaceAll(".*mailto:([a-z2-7]+)@.*", "$1");
    }

    private static void beginTesting(Page page) {
        String delegation = record(page, "Policy host address");
        internet.internet().publish(dns -> dns.a(delegation, "127.0.0.1"));
        internet.internet().publish(dns -> dns.cname("mta-sts.example.test", delegation));
        open(page, "rollout");
        picture(page, "rollout-setup");
        button(page, "Begin testing").click();
        assertThat(dialog(page)).containsText("Begin testing for example.test?");
        dialogButton(page, "Begin testing").click();
        announce(page, "testing");
        assertThat(page.getByText("Watch the reports")).isVisible();
        assertThat(page.locator(".why-not")).containsText("21 clean days in testing");
        picture(page, "rollout-testing");
    }

    /// Policy first: only once it is seen served does the page give the id, and only then does it count as out.
    private static void announce(Page page, String mode) {
        open(page, "setup");
        for (int tries = 0; page.getByText("Announce the policy").count() == 0; tries++) {
            assertThat(tries).as("the policy in " + mode + " is seen served").isLessThan(20);
            check(page);
        }
        assertThat(page.locator(".record", new Page.LocatorOptions().setHasText(RECORD)).last()).not()
                .containsText("Wait with this one");
        String id = record(page, "MTA-STS record");
        internet.internet().publish(dns -> dns.remove(RECORD, "TXT").txt(RECORD, id));
        check(page);
        assertThat(page.getByText("Announce the policy")).hasCount(0);
    }

    /// Weeks of reports: a failure sets the clock back, is found to lie with its sender, and is set aside.
    private static void watch(Page page, String token) throws Exception {
        for (int day = 0; day < 5; day++) {
            day(token, 0);
        }
        day(token, 7);
        open(page, "rollout");
        assertThat(page.getByText("What set the watch back")).isVisible();
        assertThat(page.getByText(Pattern.compile("large-sender.test reported 7 sessions with certificate-not-trusted at "
                + "mx2.example.test"))).isVisible();
        picture(page, "rollout-reset");
        open(page, "watch");
        assertThat(page.getByText(Pattern.compile("The watch begins anew after .*: 7 × certificate-not-trusted at "
                + "mx2.example.test, reported by large-sender.test"))).isVisible();
        for (int day = 0; day < 3; day++) {
            day(token, 0);
        }
        open(page, "rollout");
        assertThat(page.locator(".next")).containsText(Pattern.compile("[34] of 21 clean days"));

        button(page, "It lies with this sender…").click();
        assertThat(dialog(page)).containsText("Set failures of large-sender.test aside?");
        picture(page, "rollout-set-aside");
        assertThat(dialogButton(page, "Set aside")).isDisabled();
        page.locator("vaadin-dialog vaadin-text-area textarea").fill("They pin an old root; they confirmed it by mail.");
        dialogButton(page, "Set aside").click();
        assertThat(page.getByText("Set aside by anna@example.test")).isVisible();
        assertThat(page.locator(".next")).containsText(Pattern.compile("(8|9|10) of 21 clean days"));

        assertThat(gate(page, "Enforce").locator("vaadin-button").last()).isDisabled();
        for (int day = 0; day < 14; day++) {
            day(token, 0);
        }
        check(page);
        assertThat(page.getByText("Ready to enforce")).isVisible();
        open(page, "rollout");
        picture(page, "rollout-ready");
    }

    private static void enforce(Page page) {
        Locator primary = page.locator(".next vaadin-button");
        primary.click();
        assertThat(dialog(page)).containsText("Enforce for example.test?");
        page.locator("vaadin-dialog vaadin-text-area textarea").fill("Three weeks without a failure of ours.");
        picture(page, "rollout-enforce-asked");
        dialogButton(page, "Enforce").click();
        assertThat(page.locator(".title-line .badge")).containsText("Enforce");
        announce(page, "enforce");
        assertThat(page.getByText("Nothing to do")).isVisible();
        open(page, "rollout");
        picture(page, "rollout-enforce");
        open(page, "watch");
        assertThat(page.getByText(Pattern.compile("Testing → Enforce, by anna@example.test: Three weeks")))
                .isVisible();
    }

    private static void lengthen(Page page, String token) throws Exception {
        for (int day = 0; day < 15; day++) {
            day(token, 0);
        }
        check(page);
        open(page, "rollout");
        picture(page, "rollout-lengthen");
        assertThat(page.locator(".next")).containsText("Let senders hold the policy for longer");
        page.locator(".next vaadin-button").click();
        assertThat(dialog(page)).containsText("for 30 days instead of 1 week");
        dialogButton(page, "Lengthen max_age").click();
        announce(page, "enforce for a month");
    }

    /// A certificate goes wrong, and one press leads back.
    private static void rollBack(Page page) throws Exception {
        try (SmtpServer _ = internet.internet().anotherAddress("mx2.example.test").noStartTls()) {
            // A look at an MX is good for some minutes.
            CLOCK.move(Duration.ofHours(1));
            check(page);
            assertThat(page.locator(".next")).containsText("Senders may refuse mail now");
            picture(page, "rollout-incident");
            page.locator(".next vaadin-button").last().click();
            assertThat(dialog(page)).containsText("Back to testing for example.test?");
            page.locator("vaadin-dialog vaadin-text-area textarea").fill("STARTTLS is gone at a new address.");
            dialogButton(page, "Roll back to testing").click();
            assertThat(page.locator(".title-line .badge")).containsText("Testing");
            announce(page, "testing again");
            open(page, "rollout");
            assertThat(page.locator(".held-policy").first()).containsText("served now");
            assertThat(page.locator(".held-policy", new Page.LocatorOptions().setHasText("enforce")).first())
                    .containsText("until");
            picture(page, "rollout-rolled-back");
        }
    }

    private static void retire(Page page) {
        open(page, "rollout");
        button(page, "Retire").click();
        page.locator("vaadin-dialog vaadin-text-area textarea").fill("The company closes.");
        dialogButton(page, "Retire").click();
        assertThat(page.locator(".title-line .badge")).containsText("Retiring");
        announce(page, "none");
        assertThat(page.getByText("Wait until senders have forgotten the policy")).isVisible();
        picture(page, "rollout-retiring");
        CLOCK.move(Duration.ofDays(29));
        check(page);
        assertThat(page.locator(".title-line .badge")).containsText("Retiring");
        CLOCK.move(Duration.ofDays(2));
        check(page);
        assertThat(page.locator(".title-line .badge")).containsText("Retired");
        assertThat(page.getByText("Take the records away")).isVisible();
        open(page, "rollout");
        picture(page, "rollout-retired");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        page.setViewportSize(390, 844);
        page.reload();
        assertThat(page.getByText("Take the records away")).isVisible();
        picture(page, "phone-rollout-retired-dark");
    }

    /// Lets a day pass, and both senders report of it.
    ///
    /// @param failed sessions that the first could not have under enforce
    private static void day(String token, long failed) throws Exception {
        LocalDate day = LocalDate.ofInstant(CLOCK.instant(), ZoneOffset.UTC);
        CLOCK.move(Duration.ofDays(1));
        for (SigningSender sender : senders) {
            boolean first = sender == senders.getFirst();
            assertThat(sender.mail(Surroundings.smtpPort(postern), token + "@" + Surroundings.PUBLIC_HOST,
                    Sender.report(sender.organization(), "report-" + day, "example.test", day, first ? 240 : 60,
                            first ? failed : 0, ResultType.CERTIFICATE_NOT_TRUSTED, "mx2.example.test"))).isTrue();
        }
    }

    private static void check(Page page) {
        button(page, "Check again").click();
        assertThat(button(page, "Check again")).isEnabled();
    }

    private static void open(Page page, String tab) {
        page.navigate(address("/domains/example.test/" + tab));
        assertThat(page.locator(".next")).isVisible();
    }

    private static String record(Page page, String title) {
        return page.locator(".record", new Page.LocatorOptions().setHasText(title)).first().locator(".copy-value")
                .allTextContents().get(2);
    }

    private static Locator gate(Page page, String title) {
        return page.locator(".gate-card:has(h2:text-is('" + title + "'))");
    }

    private static Locator dialog(Page page) {
        return page.locator("vaadin-dialog[opened]").last();
    }

    private static Locator dialogButton(Page page, String name) {
        return button(page, name).last();
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static String address(String path) {
        return "http://localhost:" + postern.webPort() + path;
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

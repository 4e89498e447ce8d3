package dev.postern.standalone;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.postern.app.domain.Domains;
import dev.postern.app.security.SignUp;
import dev.postern.db.account.Role;
import dev.postern.db.tenancy.Database;
import dev.postern.name.DomainName;
import dev.postern.rollout.Phase;
import dev.postern.setup.MailDomain;
import dev.postern.setup.OwnershipProof;
import dev.postern.tlsrpt.FailureDetail;
import dev.postern.tlsrpt.PolicyReport;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ResultType;
import dev.postern.tlsrpt.TlsReport;
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

/// Every page by axe against WCAG 2.2 AA, in light and dark, on a screen and on a phone; and by keyboard alone.
class AccessibilityTest {

    private static final List<Path> BROWSERS = List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"),
            Path.of("/usr/bin/google-chrome"));
    private static final List<String> LEVELS = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");
    private static final String PASSWORD = "a long sentence is a good password";
    private static final List<String> WITHOUT_SIGN_IN = List.of("sign-in", "sign-up", "checks", "check",
            "check/example.test");
    private static final List<String> EMPTY = List.of("", "domains", "timeline", "reports", "rejected", "import", "mx-hosts",
            "settings/mailboxes", "settings/dns");
    private static final List<String> FULL = List.of("", "domains", "domains/example.test/setup",
            "domains/example.test/checks", "domains/example.test/watch", "domains/example.test/reports",
            "domains/example.test/rollout", "domains/example.test/changes", "domains/unknown.test", "timeline", "reports",
            "reports/00000000-0000-0000-0000-000000000000", "rejected", "bounce", "settings");

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
    }

    @AfterAll
    static void stop() throws Exception {
        browser.close();
        playwright.close();
        postern.close();
        internet.close();
    }

    @Test
    void everyPageHoldsWcag22AA() throws Exception {
        var found = new ArrayList<String>();
        try (var context = browser.newContext(new Browser.NewContextOptions().setViewportSize(1440, 900))) {
            Page page = context.newPage();
            page.setDefaultTimeout(30_000);
            found.addAll(everywhere(page, WITHOUT_SIGN_IN, "signed out"));
            signIn(page);
            found.addAll(everywhere(page, EMPTY, "empty"));
            fill();
            found.addAll(everywhere(page, FULL, "full"));
        }
        assertThat(found).as(() -> "\n" + String.join("\n", found)).isEmpty();
    }

    private static void signIn(Page page) {
        page.navigate(base() + "/");
        page.locator("input[name=username]").fill(actor.name());
        page.locator("input[name=password]").fill(PASSWORD);
        page.locator("input[name=password]").press("Enter");
        assertThat(page.locator("vaadin-app-layout")).isVisible();
    }

    private static List<String> everywhere(Page page, List<String> paths, String state) {
        var found = new ArrayList<String>();
        for (String path : paths) {
            page.setViewportSize(1440, 900);
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
            page.navigate(base() + "/" + path);
            assertThat(page.locator("h1, h2").first()).isVisible();
            found.addAll(look(page, "/" + path + " (" + state + ")"));
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
            found.addAll(look(page, "/" + path + " (" + state + ", dark)"));
            page.setViewportSize(390, 844);
            found.addAll(look(page, "/" + path + " (" + state + ", phone)"));
        }
        return found;
    }

    private static List<String> look(Page page, String where) {
        // Charts and lists are drawn after the page is there, and colours change by and by.
        page.waitForTimeout(400);
        var found = new ArrayList<String>();
        new AxeBuilder(page).withTags(LEVELS).analyze().getViolations().forEach(violation ->
                violation.getNodes().forEach(node -> found.add(where + ": " + violation.getId() + " at " + node.getTarget()
                        + ": " + node.getHtml().lines().findFirst().orElse("") + " — "
                        + node.getFailureSummary().replaceAll("\\s+", " "))));
        if (page.evaluate("document.documentElement.scrollWidth > window.innerWidth").equals(true)) {
            found.add(where + ": scrolls sideways, from " + page.evaluate("[...document.querySelectorAll('body *')].filter("
                    + "each => each.getBoundingClientRect().right > innerWidth + 1).map(each => each.tagName + '.' + "
                    + "each.className).slice(0, 5).join(', ')"));
        }
        return found;
    }

    /// A domain with reports, some of failures.
    private static void fill() throws Exception {
        postern.part(Domains.class).add(actor, "example.test");
        MailDomain domain = postern.part(Database.class).inTenant(actor.tenant(), session -> {
            MailDomain added = session.domains().byName(new DomainName("example.test")).orElseThrow();
            session.domains().markVerified(added.id(), OwnershipProof.TXT_RECORD, Instant.now());
            session.domains().setPhase(added.id(), Phase.TESTING, Instant.now().minus(Duration.ofDays(20)));
            return added;
        });
        for (int ago = 1; ago <= 12; ago++) {
            LocalDate day = LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC).minusDays(ago);
            var failures = List.of(new FailureDetail(ResultType.CERTIFICATE_EXPIRED, ResultType.CERTIFICATE_EXPIRED.wire(),
                    Optional.empty(), Optional.of("mx1.example.test"), Optional.empty(), Optional.empty(),
                    OptionalLong.of(ago), Optional.empty(), Optional.empty()));
            var report = new TlsReport("sender.test", Optional.empty(), "id-" + day,
                    day.atStartOfDay().toInstant(ZoneOffset.UTC), day.atTime(23, 59, 59).toInstant(ZoneOffset.UTC),
                    List.of(new PolicyReport(PolicyType.STS, "sts", List.of(), Optional.of("example.test"), List.of(),
                            OptionalLong.of(300), OptionalLong.of(ago), failures)));
            assertThat(Sender.post(Surroundings.reportPort(postern), domain.reportToken(), report)).isTrue();
        }
        Instant deadline = Instant.now().plusSeconds(60);
        while (number("select count(*) from postern.report where counted") < 12
                || number("select count(*) from postern.finding") == 0) {
            assertThat(Instant.now()).as("reports recorded and the domain probed").isBefore(deadline);
            Thread.onSpinWait();
        }
    }

    private static long number(String sql) {
        return postern.part(Database.class).inTenant(actor.tenant(),
                session -> session.sql().fetchSingle(sql).into(Long.class));
    }

    private static String base() {
        return "http://localhost:" + postern.webPort();
    }
}

package dev.postern.standalone;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.postern.app.bulk.DomainTable;
import dev.postern.db.account.AccountStore;
import dev.postern.db.account.Role;
import dev.postern.db.tenancy.Database;
import dev.postern.name.DomainName;
import dev.postern.rollout.Step;
import dev.postern.setup.MailDomain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two hundred domains in a browser: found, sorted, and taken to enforce together, as far as each one's gate allows.
class BulkPageTest {

    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final List<Path> BROWSERS = List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"),
            Path.of("/usr/bin/google-chrome"));
    private static final String PASSWORD = "a long sentence is a good password";
    private static final int DOMAINS = 200;

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
    void manyDomainsAndOneStep() throws Exception {
        try (var context = browser.newContext(new Browser.NewContextOptions().setViewportSize(1440, 900))) {
            Page page = context.newPage();
            page.setDefaultTimeout(30_000);
            signUp(page);
            UUID tenant = tenant();
            page.navigate(address("/domains"));
            assertThat(page.getByText("Add your first domain")).isVisible();
            picture(page, "domains-empty");
            Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
            database().useTenant(tenant, session -> ManyDomains.add(session, 0, DOMAINS, now));
            manyAreReadAsOneIs(tenant, now);
            find(page);
            choose(page);
            enforce(page, tenant);
            narrow(page);
            onlyLook(page, tenant);
        }
    }

    private static void signUp(Page page) {
        page.navigate(address("/"));
        page.getByText("Create an organisation").click();
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Create an organisation")))
                .isVisible();
        page.locator("vaadin-text-field input").first().fill("Example Mail");
        page.locator("vaadin-email-field input").first().fill("anna@example.test");
        page.locator("vaadin-password-field input").first().fill(PASSWORD);
        button(page, "Create organisation").click();
        assertThat(page.getByText("Add your first domain")).isVisible();
    }

    /// The page reads many domains at once; what it says of each must be what is said of it alone.
    private static void manyAreReadAsOneIs(UUID tenant, Instant now) {
        database().useTenant(tenant, session -> {
            List<MailDomain> all = session.domains().list();
            assertThat(all).hasSize(DOMAINS);
            var ids = all.stream().map(MailDomain::id).toList();
            var together = session.rollout().facts(all, session.findings().bare(ids), now);
            for (int each = 0; each < all.size(); each++) {
                assertThat(together.get(each)).usingRecursiveComparison().ignoringCollectionOrder()
                        .isEqualTo(session.rollout().facts(all.get(each), now));
            }
        });
        var choices = postern.part(DomainTable.class).choices(tenant, database().inTenant(tenant,
                session -> session.domains().list().stream().map(MailDomain::id).toList()));
        assertThat(choices.steps()).extracting(choice -> choice.step() + " " + choice.open().size()).containsExactly(
                "BEGIN_TESTING 20", "ENFORCE 40", "LENGTHEN 20", "SHORTEN 40", "ROLL_BACK 40", "RETIRE 120", "RESUME 20");
        assertThat(choices.of(Step.ENFORCE).orElseThrow().reasons()).anySatisfy(reason -> {
            assertThat(reason.why()).isEqualTo("21 clean days in testing");
            assertThat(reason.domains()).hasSize(20);
        });
    }

    /// Filters and order stand in the address, and the address brings them back.
    private static void find(Page page) {
        page.navigate(address("/domains"));
        assertThat(chip(page, "All")).containsText("200");
        assertThat(row(page, "shop-000.example.test")).isVisible();
        picture(page, "domains");
        chip(page, "Testing").click();
        assertThat(page).hasURL(Pattern.compile(".*/domains\\?phase=testing$"));
        assertThat(chip(page, "Testing")).containsText("80");
        assertThat(row(page, "shop-003.example.test")).isVisible();
        assertThat(row(page, "shop-000.example.test")).hasCount(0);
        page.locator("vaadin-text-field input").first().fill("shop-01");
        assertThat(page).hasURL(Pattern.compile(".*phase=testing&q=shop-01$"));
        assertThat(chip(page, "Testing")).containsText("4");
        assertThat(chip(page, "All")).containsText("10");
        page.reload();
        assertThat(page.locator("vaadin-text-field input").first()).hasValue("shop-01");
        assertThat(row(page, "shop-014.example.test")).isVisible();
        assertThat(row(page, "shop-024.example.test")).hasCount(0);
        page.locator("vaadin-text-field input").first().fill("no-such");
        assertThat(page.getByText("No domain fits this filter.")).isVisible();
        picture(page, "domains-none");
        page.navigate(address("/domains?sort=failures&down=1"));
        assertThat(page.locator("vaadin-grid-cell-content a.domain-name").first()).hasText("shop-098.example.test");
        page.navigate(address("/domains?show=refusing"));
        assertThat(chip(page, "All")).containsText("20");
        assertThat(row(page, "shop-008.example.test")).isVisible();
        page.navigate(address("/domains"));
        page.locator("vaadin-grid-sorter", new Page.LocatorOptions().setHasText("max_age")).click();
        assertThat(page).hasURL(Pattern.compile(".*sort=max-age$"));
    }

    /// A selection says what it may do and why the rest may not.
    private static void choose(Page page) {
        page.navigate(address("/domains?phase=testing"));
        assertThat(row(page, "shop-003.example.test")).isVisible();
        page.locator("vaadin-grid vaadin-checkbox").nth(1).click();
        assertThat(page.locator(".bulk-count")).hasText("1 selected");
        button(page, "Select all 80").click();
        assertThat(page.locator(".bulk-count")).hasText("80 selected");
        assertThat(step(page, "Enforce · 40 of 80")).isEnabled();
        assertThat(step(page, "Retire · 80 of 80")).isEnabled();
        assertThat(row(page, "shop-003.example.test")).isVisible();
        page.getByText("Why not all of them").click();
        assertThat(page.locator(".bulk-bar")).containsText("20 × 21 clean days in testing");
        assertThat(page.locator(".bulk-bar")).containsText("shop-005.example.test");
        picture(page, "domains-selected");
    }

    private static void enforce(Page page, UUID tenant) throws Exception {
        step(page, "Enforce · 40 of 80").click();
        Locator dialog = page.locator("vaadin-dialog[opened]").last();
        assertThat(dialog).containsText("Enforce for 40 domains?");
        assertThat(dialog).containsText("and 30 more");
        assertThat(dialog).containsText("40 selected domains are left out");
        Locator yes = button(page, "Enforce for 40 domains");
        page.locator("vaadin-dialog vaadin-text-area textarea").fill("=Three weeks without a failure.");
        assertThat(yes).isDisabled();
        page.locator("vaadin-dialog vaadin-text-field input").fill("4");
        assertThat(yes).isDisabled();
        page.locator("vaadin-dialog vaadin-text-field input").fill("40");
        assertThat(yes).isEnabled();
        picture(page, "domains-enforce-asked");
        // Meanwhile one of them is not looked at any more: its gate shuts before its turn.
        database().useTenant(tenant, session -> session.sql().execute("update postern.domain set last_probe_at = "
                + "now() - interval '2 days' where name = {0}", DSL.val("shop-013.example.test")));
        yes.click();
        assertThat(dialog).containsText("39 of 40 done",
                new LocatorAssertions.ContainsTextOptions().setTimeout(180_000));
        assertThat(dialog).containsText("1 refused");
        assertThat(dialog).containsText("shop-013.example.test");
        assertThat(dialog).containsText("Looked at within 6 hours");
        picture(page, "domains-enforce-done");
        Download download = page.waitForDownload(() -> page.getByText("Download as CSV").click());
        assertThat(download.suggestedFilename()).isEqualTo("postern-enforce.csv");
        List<String> csv = Files.readAllLines(download.path());
        assertThat(csv).hasSize(41).startsWith("domain,step,outcome,detail")
                .contains("\"shop-003.example.test\",\"ENFORCE\",\"done\",\"\"")
                .anyMatch(line -> line.startsWith("\"shop-013.example.test\",\"ENFORCE\",\"refused\",\"Not yet. Looked at"));
        button(page, "Close").click();
        assertThat(chip(page, "Enforce")).containsText("79");
        assertThat(chip(page, "Testing")).containsText("41");
        page.navigate(address("/domains/shop-003.example.test/watch"));
        assertThat(page.getByText("Testing → Enforce, by anna@example.test: =Three weeks without a failure.")).isVisible();
        String phase = database().inTenant(tenant, session -> session.domains()
                .byName(new DomainName("shop-013.example.test")).orElseThrow().phase().name());
        assertThat(phase).isEqualTo("TESTING");
    }

    private static void narrow(Page page) {
        page.setViewportSize(390, 844);
        page.navigate(address("/domains?phase=testing"));
        assertThat(page.locator(".domain-card").first()).isVisible();
        assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).isTrue();
        picture(page, "phone-domains");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        page.locator("vaadin-grid vaadin-checkbox").nth(1).click();
        assertThat(page.locator(".bulk-count")).hasText("1 selected");
        assertThat(step(page, "Retire · 1 of 1")).isVisible();
        picture(page, "phone-domains-dark");
        page.setViewportSize(1440, 900);
        page.navigate(address("/domains?show=failures"));
        assertThat(row(page, "shop-008.example.test")).isVisible();
        picture(page, "domains-dark");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    }

    /// An auditor sees all of it, and why nothing of it can be done.
    private static void onlyLook(Page page, UUID tenant) {
        database().useTenant(tenant, session -> session.sql().execute("update postern.membership set role = {0}",
                DSL.val(Role.AUDITOR.name())));
        page.context().clearCookies();
        page.navigate(address("/domains?phase=testing"));
        page.locator("vaadin-login-form input[name=username]").fill("anna@example.test");
        page.locator("vaadin-login-form input[name=password]").fill(PASSWORD);
        page.locator("vaadin-login-form vaadin-button").first().click();
        page.navigate(address("/domains?phase=testing"));
        assertThat(row(page, "shop-005.example.test")).isVisible();
        assertThat(button(page, "Add domain")).isDisabled();
        page.locator("vaadin-grid vaadin-checkbox").nth(1).click();
        assertThat(step(page, "Retire · 1 of 1")).isDisabled();
        step(page, "Retire · 1 of 1").hover();
        assertThat(page.locator("[role=tooltip]:visible")).hasText("Only owners, administrators and operators may change the "
                + "rollout of domains; your role is Auditor.");
        picture(page, "domains-auditor");
        page.navigate(address("/settings"));
        assertThat(button(page, "Create token")).isDisabled();
        picture(page, "settings-auditor");
    }

    private static UUID tenant() {
        var accounts = postern.part(AccountStore.class);
        return accounts.memberships(accounts.byEmail("anna@example.test").orElseThrow().id()).getFirst().tenant();
    }

    private static Database database() {
        return postern.part(Database.class);
    }

    private static Locator chip(Page page, String title) {
        return page.locator(".chip:has(span:text-is('" + title + "'))");
    }

    private static Locator row(Page page, String name) {
        return page.locator("vaadin-grid-cell-content a.domain-name:text-is('" + name + "')");
    }

    private static Locator step(Page page, String text) {
        return page.locator(".bulk-bar vaadin-button:text-is('" + text + "')");
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static String address(String path) {
        return "http://localhost:" + postern.webPort() + path;
    }

    private static void picture(Page page, String name) {
        page.waitForTimeout(600);
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
    }
}

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
import dev.postern.db.account.Role;
import dev.postern.db.account.AccountStore;
import dev.postern.db.tenancy.Database;
import dev.postern.mtasts.Mode;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.StsPolicy;
import dev.postern.mtasts.StsRecord;
import dev.postern.name.DomainName;
import dev.postern.rollout.Phase;
import dev.postern.rollout.PolicyTrail;
import dev.postern.setup.Installation;
import dev.postern.setup.MailDomain;
import dev.postern.setup.PublishedPolicy;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import net.fortuna.ical4j.data.CalendarBuilder;
import net.fortuna.ical4j.model.component.VEvent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A change plan as a person goes through it in a browser: add an MX to an enforced domain, too early first.
class ChangePlanPageTest {

    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final List<Path> BROWSERS = List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"),
            Path.of("/usr/bin/google-chrome"));
    private static final MovedClock CLOCK = new MovedClock();
    private static final DomainName NAME = new DomainName("example.test");
    private static final String RECORD = "_mta-sts.example.test";

    @TempDir
    static Path data;
    private static Surroundings internet;
    private static Standalone postern;
    private static Playwright playwright;
    private static Browser browser;
    private static Domains.Actor anna;

    @BeforeAll
    static void start() throws Exception {
        internet = Surroundings.start(data);
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
    void addsAnMxTooEarlyFirst() throws Exception {
        try (var context = browser.newContext(new Browser.NewContextOptions().setViewportSize(1440, 900))) {
            Page page = context.newPage();
            page.setDefaultTimeout(30_000);
            signUp(page);
            enforce();
            plan(page);
            publish(page);
            tooEarly(page);
            inTime(page);
            rest();
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
        var accounts = postern.part(AccountStore.class);
        UUID tenant = accounts.memberships(accounts.byEmail("anna@example.test").orElseThrow().id()).getFirst().tenant();
        anna = new Domains.Actor(tenant, "anna@example.test", Role.OWNER);
    }

    /// A domain that has been through its watch: enforced for a week at a time, seen served and announced.
    private static void enforce() throws Exception {
        var domains = postern.part(Domains.class);
        var installation = postern.part(Installation.class);
        internet.internet().publish(dns -> dns.mx("example.test", 10, "mx1.example.test"));
        domains.add(anna, "example.test");
        MailDomain domain = domain();
        internet.internet().publish(dns -> dns.txt("_postern-challenge.example.test", installation.ownershipValue(domain)));
        internet.internet().publish(dns -> dns.a(installation.policyHostTarget(domain), "127.0.0.1")
                .cname("mta-sts.example.test", installation.policyHostTarget(domain)));
        await(MailDomain::verified);
        domains.publishPolicy(anna, domain.id(), List.of("mx1.example.test"));
        postern.part(Database.class).useTenant(anna.tenant(), session -> {
            var now = CLOCK.instant().truncatedTo(ChronoUnit.MICROS);
            var policy = new PublishedPolicy(2, new StsPolicy(Mode.ENFORCE, Duration.ofDays(7).toSeconds(),
                    List.of(new MxPattern("mx1.example.test")), Map.of()), "enforced2", now, anna.name());
            session.domains().setPhase(domain.id(), Phase.ENFORCE, now);
            session.policies().add(domain.id(), policy);
            session.outbox().policyPublished(domain, policy);
        });
        await(_ -> trail().progress() == PolicyTrail.Progress.ID_AWAITED);
        internet.internet().publish(dns -> dns.remove(RECORD, "TXT").txt(RECORD, new StsRecord("enforced2", Map.of())
                .render()));
        await(_ -> trail().progress() == PolicyTrail.Progress.OUT);
    }

    private static MailDomain domain() {
        return postern.part(Database.class).inTenant(anna.tenant(), session -> session.domains().byName(NAME)).orElseThrow();
    }

    private static PolicyTrail trail() {
        return postern.part(Database.class).inTenant(anna.tenant(), session -> session.policies().trail(session.domains()
                .byName(NAME).orElseThrow().id()));
    }

    private static void await(Predicate<MailDomain> reached) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!reached.test(domain())) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            var before = domain().lastProbeAt();
            postern.part(Domains.class).requestProbe(anna, domain().id());
            while (domain().lastProbeAt().equals(before) && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
        }
    }

    private static void plan(Page page) {
        page.navigate(address("/domains/example.test/changes"));
        assertThat(page.getByText("Plan a change")).isVisible();
        pictures(page, "changes-empty");
        button(page, "Add an MX").click();
        Locator host = page.locator("vaadin-dialog vaadin-text-field input").last();
        host.fill("192.0.2.1");
        button(page, "Make the plan").click();
        assertThat(page.locator("vaadin-dialog .refusal")).containsText("an MX is a host name");
        picture(page, "changes-refused");
        host.fill("mx2.example.test");
        button(page, "Make the plan").click();
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Add the MX mx2.example.test")))
                .isVisible();
        // The probe that the plan asked for has seen the new server ready.
        assertThat(step(page, "Make mx2.example.test ready")).hasClass(Pattern.compile("done"));
        Locator policy = step(page, "Name mx2.example.test in the policy");
        assertThat(policy).hasClass(Pattern.compile("open"));
        assertThat(policy.locator("pre.copy-value")).containsText("mx: mx2.example.test");
        assertThat(step(page, "Add the MX record")).containsText("At the earliest");
        pictures(page, "changes-policy");
    }

    private static void publish(Page page) {
        button(page, "Name mx2.example.test in the policy").click();
        assertThat(page.locator("vaadin-confirm-dialog")).containsText("mx1.example.test, mx2.example.test");
        button(page, "Publish").click();
        Locator announce = step(page, "Announce the new policy");
        for (int tries = 0; !announce.getAttribute("class").contains("open"); tries++) {
            assertThat(tries).as("the policy is seen served").isLessThan(20);
            check(page);
        }
        assertThat(announce.locator(".copy-value").last()).containsText("v=STSv1");
        picture(page, "changes-id");
        String id = announce.locator(".copy-value").last().textContent();
        internet.internet().publish(dns -> dns.remove(RECORD, "TXT").txt(RECORD, id));
        check(page);
        Locator record = step(page, "Add the MX record");
        assertThat(record).hasClass(Pattern.compile("waiting"));
        assertThat(record).containsText("holds it for 7 days");
        assertThat(record).containsText("Not before");
        pictures(page, "changes-waiting");
    }

    private static void tooEarly(Page page) throws Exception {
        internet.internet().publish(dns -> dns.mx("example.test", 20, "mx2.example.test"));
        check(page);
        Locator alarm = page.locator(".plan-alarm");
        assertThat(alarm).containsText("Senders refuse mx2.example.test, which is an MX now");
        assertThat(alarm).containsText("version 2, held until");
        assertThat(alarm).containsText("out of DNS again now");
        assertThat(page.locator(".next, .exposure").first()).containsText("mx2.example.test");
        assertThat(step(page, "Add the MX record")).hasClass(Pattern.compile("waiting"));
        pictures(page, "changes-alarm");
        calendar(page);
        internet.internet().publish(dns -> dns.remove("example.test", "MX").mx("example.test", 10, "mx1.example.test"));
        check(page);
        assertThat(alarm).hasCount(0);
    }

    private static void calendar(Page page) throws Exception {
        String link = page.getByText("Download calendar").getAttribute("href");
        var response = page.request().get(address("/" + link));
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().get("content-type")).startsWith("text/calendar");
        var calendar = new CalendarBuilder().build(new StringReader(response.text()));
        List<VEvent> events = calendar.getComponents("VEVENT");
        assertThat(events).hasSize(5);
        assertThat(events).extracting(event -> event.getUid().orElseThrow().getValue().replaceAll("^[0-9a-f-]{36}-", ""))
                .containsExactly("preflight@postern.test", "policy@postern.test", "id@postern.test", "record@postern.test",
                        "verify@postern.test");
        assertThat(events.get(3).getAlarms()).hasSize(1);
        assertThat(events.getFirst().getAlarms()).as("done").isEmpty();
    }

    private static void inTime(Page page) {
        CLOCK.move(Duration.ofDays(7).plusHours(1));
        check(page);
        Locator record = step(page, "Add the MX record");
        assertThat(record).hasClass(Pattern.compile("open"));
        assertThat(record.locator(".copy-value")).hasText("example.test. IN MX 20 mx2.example.test.");
        picture(page, "changes-record");
        internet.internet().publish(dns -> dns.mx("example.test", 20, "mx2.example.test"));
        check(page);
        assertThat(page.getByText("Earlier changes")).isVisible();
        assertThat(page.getByText(Pattern.compile("Completed .* after 5 of 5 steps"))).isVisible();
        assertThat(page.locator(".plan-alarm")).hasCount(0);
        button(page, "Retire").click();
        button(page, "Make the plan").click();
        assertThat(page.getByText("Publish a policy that says none").first()).isVisible();
        pictures(page, "changes-retire");
        button(page, "Abandon plan").click();
        assertThat(page.locator("vaadin-confirm-dialog")).containsText("nothing is taken back");
        picture(page, "changes-abandon");
        button(page, "Abandon").click();
        assertThat(page.getByText("Abandoned by anna@example.test")).isVisible();
        page.navigate(address("/domains/example.test/watch"));
        assertThat(page.getByText("Change completed: Add the MX mx2.example.test")).isVisible();
        assertThat(page.getByText(Pattern.compile("Senders refuse mx2.example.test, which is an MX now"))).hasCount(1);
    }

    /// The same over REST: refused where another plan is under way, listed, read, abandoned.
    private static void rest() throws Exception {
        String token = ((ApiTokens.Issue.Issued) postern.part(ApiTokens.class).issue(anna, "plans", Role.ADMIN, Optional.empty())).secret();
        var refused = call(token, "POST", "", "{\"kind\": \"ADD_MX\", \"arriving\": [\"not a host\"]}");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(call(token, "POST", "", "{\"arriving\": []}").statusCode()).isEqualTo(422);
        var started = call(token, "POST", "", "{\"kind\": \"REPLACE_PROVIDER\", \"arriving\": [\"mx.provider.test\"], "
                + "\"leaving\": [\"mx1.example.test\", \"mx2.example.test\"], \"shorten\": true}");
        assertThat(started.statusCode()).isEqualTo(201);
        assertThat(started.body()).contains("\"preflight\"", "\"shorten\"", "\"policy-narrow\"", "\"LATER\"");
        String id = started.headers().firstValue("Location").orElseThrow().replaceAll(".*/", "");
        var other = call(token, "POST", "", "{\"kind\": \"RETIRE\"}");
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(other.body()).contains("Another change is under way");
        assertThat(call(token, "GET", "", "").body()).contains(id, "COMPLETED", "ABANDONED", "\"alarms\":[]");
        assertThat(call(token, "GET", "/" + id, "").body()).contains("Take mx1.example.test, mx2.example.test out");
        var calendar = call(token, "GET", "/" + id + "/calendar.ics", "");
        assertThat(new CalendarBuilder().build(new StringReader(calendar.body())).getComponents("VEVENT")).hasSize(10);
        assertThat(call(token, "DELETE", "/" + id, "").statusCode()).isEqualTo(204);
        assertThat(call(token, "DELETE", "/" + id, "").statusCode()).isEqualTo(409);
        assertThat(call(token, "GET", "/" + UUID.randomUUID(), "").statusCode()).isEqualTo(404);
    }

    private static HttpResponse<String> call(String token, String method, String path, String body) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(address(
                        "/api/v1/domains/example.test/plans" + path))).header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json").method(method, body.isEmpty()
                        ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static Locator step(Page page, String title) {
        return page.locator(".plan-steps > li:has(h3:text-is('" + title + "'))");
    }

    private static void check(Page page) {
        button(page, "Check again").click();
        assertThat(button(page, "Check again")).isEnabled();
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static String address(String path) {
        return "http://localhost:" + postern.webPort() + path;
    }

    /// In light, in dark and on a phone.
    private static void pictures(Page page, String name) {
        picture(page, name);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        picture(page, name + "-dark");
        page.setViewportSize(390, 844);
        picture(page, "phone-" + name + "-dark");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        picture(page, "phone-" + name);
        page.setViewportSize(1440, 900);
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

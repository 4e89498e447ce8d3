package dev.postern.standalone;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.postern.db.account.AccountStore;
import dev.postern.db.tenancy.Database;
import dev.postern.mtasts.Mode;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.StsPolicy;
import dev.postern.name.DomainName;
import dev.postern.rollout.MaxAge;
import dev.postern.rollout.Phase;
import dev.postern.setup.MailDomain;
import dev.postern.setup.PublishedPolicy;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A certificate expires under enforce: the page says what is refused, who holds what until when and what helps, one
/// button takes the policy back, and what is left of it runs down.
class ExposurePageTest {

    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final List<Path> BROWSERS = List.of(Path.of("/usr/bin/chromium"),
            Path.of("/usr/bin/chromium-browser"),
            Path.of("/usr/bin/google-chrome"));
    private static final String TOKEN = "a-token-for-the-exposure-page";
    private static final String EMAIL = "anna@example.test";
    private static final String PASSWORD = "a long sentence is a good password";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String RECORD = "_mta-sts.example.test";

    @TempDir
    static Path data;
    private static final MovedClock CLOCK = new MovedClock();
    private static Surroundings internet;
    private static Standalone postern;
    private static Playwright playwright;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        internet = Surroundings.start(data);
        var environment = new HashMap<>(internet.environment());
        environment.putAll(Map.of("POSTERN_BOOTSTRAP_EMAIL", EMAIL, "POSTERN_BOOTSTRAP_PASSWORD", PASSWORD,
                "POSTERN_BOOTSTRAP_TOKEN", TOKEN));
        postern = Standalone.start(environment, CLOCK);
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
    void fromTheExpiredCertificateToTheLastCopy() throws Exception {
        enforce();
        fetchAsSenders();
        assertThat(get("/exposure").get("effect").asString()).as("nothing is wrong yet").isEqualTo("NONE");
        for (String path : List.of("/exposure", "/policy-fetches")) {
            assertThat(send("GET", "/api/v1/domains/stranger.test" + path, "").statusCode()).isEqualTo(404);
        }
        try (var context = browser.newContext(new Browser.NewContextOptions().setViewportSize(1440, 900))) {
            Page page = context.newPage();
            page.setDefaultTimeout(30_000);
            signIn(page);
            open(page, "watch");
            assertThat(page.locator(".exposure")).hasCount(0);
            whoFetched(page);
            delayed(page);
            refused(page);
            rollBack(page);
            runDown(page);
        }
    }

    /// The way there is told elsewhere: here, the phase and its policy are written as the rollout does.
    private static void enforce() throws Exception {
        internet.internet().publish(dns -> dns.mx("example.test", 10, "mx1.example.test")
                .mx("example.test", 20, "mx2.example.test"));
        request("POST", "/api/v1/domains", "{\"domain\":\"example.test\"}");
        for (JsonNode record : get("/records").get("records")) {
            String name = record.get("name").asString();
            String value = record.get("value").asString();
            if (record.get("type").asString().equals("TXT") && !name.equals(RECORD)) {
                internet.internet().publish(dns -> dns.txt(name, value));
            } else if (record.get("type").asString().equals("CNAME")) {
                internet.internet().publish(dns -> dns.a(value, "127.0.0.1").cname(name, value));
            }
        }
        request("POST", "/api/v1/domains/example.test/probe", "");
        await().atMost(PATIENCE).until(() -> get("").get("domain").get("verified").asBoolean());
        request("POST", "/api/v1/domains/example.test/steps", "{\"step\":\"BEGIN_TESTING\"}");
        Database database = postern.part(Database.class);
        UUID tenant = tenant(database);
        Instant now = CLOCK.instant().truncatedTo(ChronoUnit.MICROS);
        database.useTenant(tenant, session -> {
            MailDomain domain = session.domains().byName(new DomainName("example.test")).orElseThrow();
            var policy = new PublishedPolicy(2, new StsPolicy(Mode.ENFORCE, MaxAge.WEEK.seconds(),
                    List.of(new MxPattern("mx1.example.test"), new MxPattern("mx2.example.test")), Map.of()),
                    "20261201000000", now, EMAIL);
            session.policies().add(domain.id(), policy);
            session.domains().setPhase(domain.id(), Phase.ENFORCE, now);
            session.outbox().policyPublished(domain, policy);
        });
        internet.internet().publish(dns -> dns.remove(RECORD, "TXT").txt(RECORD,
                "v=STSv1; id=20261201000000;").ttl(RECORD, 300));
        await().atMost(PATIENCE).until(() -> fetch("203.0.113.1", "Postern").contains("mode: enforce"));
        probeUntil("/checks", checks -> verdict(checks, "sts-policy-body").equals("PASS")
                && verdict(checks, "mx-certificate-expiry").equals("PASS"));
    }

    private static UUID tenant(Database database) {
        var accounts = new AccountStore(database);
        return accounts.memberships(accounts.byEmail(EMAIL).orElseThrow().id()).getFirst().tenant();
    }

    private static void fetchAsSenders() throws Exception {
        fetch("203.0.113.25", "mail-sender/4.2 (+https://large-sender.test/mta-sts)");
        fetch("203.0.113.77", "mail-sender/4.2 (+https://large-sender.test/mta-sts)");
        fetch("2001:db8:77:1::25", "postfix-mta-sts-resolver/1.4.0");
        fetch("198.51.100.9", "");
        await().atMost(PATIENCE).until(() -> get("/policy-fetches").get("items").size() == 3);
        assertThat(get("/policy-fetches").get("items")).allSatisfy(item -> {
            assertThat(item.get("version").asInt()).isEqualTo(2);
            assertThat(item.get("network").asString()).doesNotContain("203.0.113.25", "::25");
        });
    }

    private static void whoFetched(Page page) {
        Locator card = page.locator("section:has(h2:text-is('Who fetched the policy'))");
        assertThat(card.locator("tbody tr")).hasCount(3);
        assertThat(card).containsText("203.0.113.0/24");
        assertThat(card).containsText("2001:db8:77::/48");
        assertThat(card).containsText("(not named)");
        picture(page, "exposure-fetchers");
    }

    private static void delayed(Page page) throws Exception {
        internet.internet().mx("mx1.example.test").certificate(internet.internet().authority().expired("mx1.example.test"));
        CLOCK.move(Duration.ofHours(1));
        probeUntil("/exposure", exposure -> exposure.get("effect").asString().equals("DELAYED"));
        open(page, "rollout");
        Locator card = page.locator(".exposure");
        assertThat(card).containsText("Senders pass mx1.example.test by. Mail to example.test still arrives at "
                + "mx2.example.test, perhaps later.");
        assertThat(page.locator(".next")).hasCount(0);
        picture(page, "exposure-delayed");
    }

    private static void refused(Page page) throws Exception {
        internet.internet().mx("mx2.example.test").noStartTls();
        CLOCK.move(Duration.ofHours(1));
        probeUntil("/exposure", exposure -> exposure.get("effect").asString().equals("REFUSED"));
        JsonNode exposure = get("/exposure");
        assertThat(exposure.get("refused")).hasSize(2);
        assertThat(exposure.get("held")).singleElement().satisfies(held -> {
            assertThat(held.get("version").asInt()).isEqualTo(2);
            assertThat(held.get("served").asBoolean()).isTrue();
            assertThat(held.get("fetchers").asInt()).isEqualTo(3);
        });
        assertThat(exposure.get("repair").has("everyone")).isFalse();

        open(page, "rollout");
        Locator card = page.locator(".exposure.alarm");
        assertThat(card).containsText("Senders refuse to deliver mail to example.test: no mail server is left");
        assertThat(card).containsText("Nothing is lost yet");
        assertThat(card).containsText("Quickest is the repair");
        assertThat(card).containsText(Pattern.compile("The certificate of mx1.example.test .* expired on"));
        assertThat(card).containsText("mx2.example.test");
        assertThat(card).containsText("Fetched by 3 clients");
        picture(page, "exposure-refused");
        card.locator("vaadin-details-summary").click();
        assertThat(card.locator("tbody tr")).hasCount(3);
        assertThat(card).containsText("mail-sender/4.2");
        picture(page, "exposure-refused-clients");
        inTheDarkAndOnAPhone(page, "exposure-refused");
    }

    private static void rollBack(Page page) throws Exception {
        open(page, "rollout");
        Locator card = page.locator(".exposure.alarm");
        card.locator("vaadin-button").last().click();
        Locator dialog = page.locator("vaadin-dialog[opened]").last();
        assertThat(dialog).containsText("Back to testing for example.test?");
        assertThat(button(page, "Roll back to testing").last()).isDisabled();
        page.locator("vaadin-dialog vaadin-text-area textarea").fill("The certificate of mx1 expired, and nobody can "
                + "renew it before the morning.");
        picture(page, "exposure-roll-back-asked");
        button(page, "Roll back to testing").last().click();
        assertThat(page.locator(".title-line .badge")).containsText("Testing");
        assertThat(page.locator(".exposure.alarm")).containsText("nothing is gained");
        assertThat(page.locator(".exposure.alarm")).containsText("The policy is taken back already.");
        assertThat(page.locator(".exposure vaadin-button")).hasCount(0);
        picture(page, "exposure-rolled-back-without-id");
    }

    private static void runDown(Page page) throws Exception {
        await().atMost(PATIENCE).until(() -> fetch("203.0.113.25",
                "mail-sender/4.2 (+https://large-sender.test/mta-sts)").contains("mode: testing"));
        String id = get("").get("policy").get("id").asString();
        internet.internet().publish(dns -> dns.remove(RECORD, "TXT").txt(RECORD, "v=STSv1; id=" + id + ";"));
        internet.internet().mx("mx1.example.test").healthy();
        internet.internet().mx("mx2.example.test").healthy();
        CLOCK.move(Duration.ofHours(1));
        probeUntil("/exposure", exposure -> exposure.get("effect").asString().equals("HELD")
                && exposure.get("rollback").has("lookers")
                && exposure.get("held").get(0).get("renewed").asInt() == 1);
        open(page, "rollout");
        Locator card = page.locator(".exposure");
        assertThat(card).containsText("After the rollback");
        assertThat(card).containsText("example.test is back in testing, but senders may still hold the enforced "
                + "policy.");
        assertThat(card).containsText(Pattern.compile("in [67] days"));
        assertThat(card).containsText("1 of them fetched a newer version since");
        picture(page, "exposure-held");
        inTheDarkAndOnAPhone(page, "exposure-held");

        CLOCK.move(Duration.ofDays(8));
        page.reload();
        assertThat(page.locator(".next")).isVisible();
        assertThat(page.locator(".exposure")).hasCount(0);
    }

    private static void inTheDarkAndOnAPhone(Page page, String name) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        picture(page, name + "-dark");
        page.setViewportSize(390, 844);
        page.reload();
        assertThat(page.locator(".exposure")).isVisible();
        assertThat((Boolean) page.evaluate("[document.documentElement, document.querySelector('main')].every(one => "
                + "one.scrollWidth <= one.clientWidth)")).as("the page scrolls sideways").isTrue();
        picture(page, "phone-" + name + "-dark");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        Locator rows = page.locator(".exposure tbody tr");
        if (!rows.first().isVisible()) {
            page.locator(".exposure vaadin-details-summary").first().click();
        }
        assertThat(rows.first()).isVisible();
        picture(page, "phone-" + name);
        page.setViewportSize(1440, 900);
    }

    private static void signIn(Page page) {
        page.navigate(address("/"));
        page.locator("vaadin-text-field input").first().fill(EMAIL);
        page.locator("vaadin-password-field input").first().fill(PASSWORD);
        page.locator("vaadin-password-field input").first().press("Enter");
        assertThat(page.getByText("example.test").first()).isVisible();
    }

    private static void open(Page page, String tab) {
        page.navigate(address("/domains/example.test/" + tab));
        assertThat(page.locator("h1").first()).isVisible();
    }

    /// What a sender gets from the policy host, whose edge saw it come from this address.
    private static String fetch(String from, String agent) throws Exception {
        try (var socket = new Socket("127.0.0.1", postern.policyPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.test\r\n"
                    + "X-Forwarded-For: " + from + "\r\n" + (agent.isEmpty() ? "" : "User-Agent: " + agent + "\r\n")
                    + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private interface Wish {
        boolean test(JsonNode node) throws Exception;
    }

    private static void probeUntil(String path, Wish wished) throws Exception {
        request("POST", "/api/v1/domains/example.test/probe", "");
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).until(() -> {
            if (wished.test(get(path))) {
                return true;
            }
            request("POST", "/api/v1/domains/example.test/probe", "");
            return false;
        });
    }

    private static String verdict(JsonNode checks, String id) {
        for (JsonNode check : checks.get("checks")) {
            if (check.get("id").asString().equals(id)) {
                return check.get("verdict").asString();
            }
        }
        return "";
    }

    private static JsonNode get(String path) throws Exception {
        return JsonMapper.builder().build().readTree(request("GET", "/api/v1/domains/example.test" + path, ""));
    }

    private static String request(String method, String path, String body) throws Exception {
        var answer = send(method, path, body);
        assertThat(answer.statusCode()).as("%s %s: %s", method, path, answer.body()).isBetween(200, 299);
        return answer.body();
    }

    private static HttpResponse<String> send(String method, String path, String body) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(address(path)))
                    .header("Authorization", "Bearer " + TOKEN).header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body)).build(),
                            HttpResponse.BodyHandlers.ofString());
        }
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
        if (page.locator(".exposure").count() > 0) {
            page.locator(".exposure").screenshot(new Locator.ScreenshotOptions()
                    .setPath(SCREENSHOTS.resolve(name + "-card.png")));
        }
        page.setViewportSize(size.width, size.height);
    }
}

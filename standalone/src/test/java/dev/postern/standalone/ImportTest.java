package dev.postern.standalone;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
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
import dev.postern.app.security.SignUp;
import dev.postern.archive.command.Bringing;
import dev.postern.archive.command.ExitCode;
import dev.postern.db.account.Role;
import dev.postern.db.imports.ImportJob;
import dev.postern.db.imports.ImportState;
import dev.postern.db.report.ImportItemStore;
import dev.postern.db.tenancy.Database;
import dev.postern.name.DomainName;
import dev.postern.setup.OwnershipProof;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bringing history: from the shell and in a browser, with figures that are those of the reports, and nothing counted twice.
class ImportTest {

    private static final Path SCREENSHOTS = Path.of("target/screenshots");
    private static final List<Path> BROWSERS = List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"),
            Path.of("/usr/bin/google-chrome"));
    private static final String PASSWORD = "a long sentence is a good password";
    private static final LocalDate NEWEST = LocalDate.now(ZoneOffset.UTC).minusDays(1);

    @TempDir
    static Path data;
    private static Surroundings internet;
    private static Standalone postern;
    private static Playwright playwright;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        internet = Surroundings.start(data);
        internet.environment().put("POSTERN_IMPORT_FOLDER", data.resolve("uploads").toString());
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

    private record Organisation(Domains.Actor actor, String domain, OldReports reports) {
    }

    private static Organisation organisation(String domain) {
        String email = "anna@" + domain;
        var done = (SignUp.Result.Done) postern.part(SignUp.class).signUp(email, PASSWORD, "Mail of " + domain);
        var actor = new Domains.Actor(done.user().tenant(), email, Role.OWNER);
        postern.part(Domains.class).add(actor, domain);
        database().useTenant(actor.tenant(), session -> session.domains().markVerified(
                session.domains().byName(new DomainName(domain)).orElseThrow().id(), OwnershipProof.TXT_RECORD,
                Instant.now()));
        return new Organisation(actor, domain, new OldReports(domain, NEWEST));
    }

    private static Database database() {
        return postern.part(Database.class);
    }

    private static long number(Organisation owner, String sql) {
        return database().inTenant(owner.actor().tenant(), session -> session.sql().fetchSingle(sql).into(Long.class));
    }

    private record Ran(ExitCode code, String out, String err) {
    }

    private static Ran run(Organisation owner, Object... words) {
        var issued = (ApiTokens.Issue.Issued) postern.part(ApiTokens.class).issue(owner.actor(), "shell", Role.OPERATOR,
                Optional.empty());
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var code = new Bringing(Map.of("POSTERN_TOKEN", issued.secret(), "POSTERN_SERVER", base()),
                new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), true)
                .run(java.util.Arrays.stream(words).map(Object::toString).toList());
        return new Ran(code, out.toString(UTF_8), err.toString(UTF_8));
    }

    private static String base() {
        return "http://localhost:" + postern.webPort();
    }

    @Test
    void aMailboxFromTheShellCountsOnce() throws Exception {
        Organisation owner = organisation("shell.test");
        Path mbox = Files.write(data.resolve("reports.mbox"), owner.reports().mbox());

        Ran first = run(owner, mbox);

        assertThat(first.out()).as(first.err()).contains("reports.mbox: 240 new, 40 known, 15 wrong; 5 left out\n")
                .contains("  10 wrong: ").contains("  5 wrong: ").contains("  5 left out: ")
                .containsPattern("      reports.mbox: mail \\d+\n").contains("      and 7 more\n");
        assertThat(first.code()).isEqualTo(ExitCode.PROBLEMS);
        // How much of the bar is seen depends on how fast the import is.
        assertThat(first.err()).contains("Sending reports.mbox");
        assertThat(number(owner, "select count(*) from postern.report where counted")).isEqualTo(OldReports.REPORTS);
        long successful = IntStream.range(0, OldReports.REPORTS).mapToLong(OldReports::successful).sum();
        long failed = IntStream.range(0, OldReports.REPORTS).mapToLong(OldReports::failed).sum();
        assertThat(number(owner, "select sum(successful) from postern.report where counted")).isEqualTo(successful);
        assertThat(number(owner, "select sum(failed) from postern.report where counted")).isEqualTo(failed);
        assertThat(number(owner, "select sum(successful) from postern.session_day")).isEqualTo(successful);

        Ran again = run(owner, "--json", mbox);

        assertThat(again.out()).startsWith("{").contains("\"newReports\":0").contains("\"known\":280").contains("\"wrong\":15")
                .contains("\"finished\":true");
        assertThat(number(owner, "select count(*) from postern.report")).isEqualTo(OldReports.REPORTS);
        assertThat(number(owner, "select sum(successful) from postern.session_day")).isEqualTo(successful);
    }

    @Test
    void aMaildirIsSentAsItIs() throws Exception {
        Organisation owner = organisation("maildir.test");
        Path maildir = data.resolve("Maildir");
        for (String folder : List.of("cur", "new", "tmp")) {
            Files.createDirectories(maildir.resolve(folder));
        }
        for (int number = 0; number < 50; number++) {
            Files.write(maildir.resolve(number % 2 == 0 ? "cur/" : "new/").resolve(number + ".M1P2.host:2,S"),
                    owner.reports().mail(number));
        }
        Files.write(maildir.resolve("tmp/99.half"), owner.reports().mail(99));
        Files.createSymbolicLink(maildir.resolve("cur/link"), data.resolve("elsewhere"));
        Files.write(data.resolve("elsewhere"), owner.reports().mail(98));

        Ran ran = run(owner, maildir);

        assertThat(ran.out()).as(ran.err()).isEqualTo("Maildir: 50 new, 0 known, 0 wrong; 0 left out\n");
        assertThat(ran.code()).isEqualTo(ExitCode.GOOD);
    }

    @Test
    void whatCannotBeSentIsSaid() throws IOException {
        Organisation owner = organisation("refused.test");
        Path empty = Files.createFile(data.resolve("empty.mbox"));

        assertThat(run(owner, data.resolve("nowhere")).code()).isEqualTo(ExitCode.USAGE);
        assertThat(run(owner, "--server", "http://localhost:1", empty).err()).contains("Nothing answers at http://localhost:1");
        assertThat(run(owner, empty)).satisfies(ran -> {
            assertThat(ran.code()).isEqualTo(ExitCode.REFUSED);
            assertThat(ran.err()).contains("The body is empty");
        });
        Path token = Files.writeString(data.resolve("token"), "not-a-token\n");
        assertThat(run(owner, "--token-file", token, empty).err()).contains("This API token is not valid");
    }

    @Test
    void droppedFilesShowHowFarTheyAreAndWhatCameOfThem() throws Exception {
        Organisation owner = organisation("dropped.test");
        Path mbox = Files.write(data.resolve("tls-reports.mbox"), owner.reports().mbox());
        try (var context = browser.newContext(new Browser.NewContextOptions().setViewportSize(1440, 900))) {
            Page page = context.newPage();
            page.setDefaultTimeout(30_000);
            page.navigate(base() + "/");
            page.locator("input[name=username]").fill(owner.actor().name());
            page.locator("input[name=password]").fill(PASSWORD);
            page.locator("input[name=password]").press("Enter");
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Reports").setExact(true)).click();
            page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Import reports")).click();
            assertThat(page.getByText("Nothing imported yet")).isVisible();
            picture(page, "import-empty");

            page.locator("vaadin-upload input[type=file]").setInputFiles(mbox);
            assertThat(row(page, "tls-reports.mbox")).containsText("240 new, 40 known");
            assertThat(row(page, "tls-reports.mbox")).containsText("15 wrong");

            page.locator("vaadin-upload input[type=file]").setInputFiles(new Path[] {mbox, archive(owner)});
            assertThat(row(page, "and another file")).containsText("0 new");
            dropFolder(page, owner);
            assertThat(row(page, "Old mails.tar")).containsText("250 known");
            picture(page, "imports");

            progress(page, owner);

            row(page, "tls-reports.mbox").last().click();
            assertThat(page.getByText("can't be reports")).isVisible();
            assertThat(page.getByText("A mail that nothing like a report is attached to.")).isVisible();
            picture(page, "import");
            var csv = page.waitForDownload(() -> page.getByText("Download all as CSV").click());
            assertThat(Files.readAllLines(csv.path())).hasSize(1 + OldReports.BROKEN + OldReports.OF_OTHERS);

            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
            page.setViewportSize(390, 844);
            picture(page, "phone-import-dark");
            page.navigate(base() + "/import");
            assertThat(row(page, "Old mails.tar")).isVisible();
            picture(page, "phone-imports-dark");
        }
    }

    /// A large one, held still at three moments; the page stays open and follows.
    private static void progress(Page page, Organisation owner) {
        var id = UUID.randomUUID();
        var job = new ImportJob(id, "reports-of-three-years.tar.gz", "ben@dropped.test",
                Instant.now().truncatedTo(ChronoUnit.MICROS), 812_000_000, ImportJob.Progress.NONE, Optional.empty());
        database().useTenant(owner.actor().tenant(), session -> session.imports().add(job));
        assertThat(page.getByText("Waiting for its turn…")).isVisible();
        move(owner, id, new ImportJob.Progress(ImportState.READING, 500_000_000, 61_200, 17, List.of(), ""));
        assertThat(page.getByText("Reading: 500 MB of 812 MB, 61,200 mails and reports so far")).isVisible();
        picture(page, "imports-progress");
        move(owner, id, new ImportJob.Progress(ImportState.READ, 812_000_000, 2, 17, List.of(), ""));
        assertThat(page.getByText("Recording: 0 of 2 mails and reports")).isVisible();
        for (int item = 0; item < 2; item++) {
            UUID receipt = UUID.randomUUID();
            database().useTenant(owner.actor().tenant(), session -> session.importItems().add(new ImportItemStore.Outcome(id,
                    receipt, "mail", 1, 0, 0, 0, "", "")));
        }
        assertThat(row(page, "reports-of-three-years.tar.gz")).containsText("2 new, 0 known");
    }

    private static void move(Organisation owner, UUID id, ImportJob.Progress progress) {
        database().useTenant(owner.actor().tenant(), session -> session.imports().progress(id, progress, Instant.now()));
    }

    private static Locator row(Page page, String name) {
        return page.locator("a.report-row", new Page.LocatorOptions().setHasText(name)).first();
    }

    private static Path archive(Organisation owner) throws IOException {
        Path file = data.resolve("more.zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (int number = 0; number < 20; number++) {
                zip.putNextEntry(new ZipEntry("mails/" + number + ".eml"));
                zip.write(owner.reports().mail(number));
            }
        }
        return file;
    }

    /// As a browser hands over a folder: a hundred entries at a time.
    private static void dropFolder(Page page, Organisation owner) throws IOException {
        var mails = new java.util.ArrayList<String>();
        for (int number = 0; number < 250; number++) {
            mails.add(Base64.getEncoder().encodeToString(owner.reports().mail(number % OldReports.REPORTS)));
        }
        page.evaluate("""
                (mails) => {
                  const file = (name, content) => ({ name, isFile: true, file: (done) => done(new File(
                    [Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name)) });
                  const folder = (name, all) => ({ name, isDirectory: true, createReader: () => {
                    let from = 0;
                    return { readEntries: (done) => done(all.slice(from, from += 100)) };
                  } });
                  const inner = folder('Gelöschte ' + 'x'.repeat(120), mails.map((mail, i) => file(`${i}.M1.host:2,S`, mail)));
                  const drop = new DragEvent('drop', { bubbles: true, cancelable: true });
                  Object.defineProperty(drop, 'dataTransfer', { value: { files: [], items: [
                    { webkitGetAsEntry: () => folder('Old mails', [folder('cur', [inner])]) }] } });
                  document.querySelector('vaadin-upload').dispatchEvent(drop);
                }""", mails);
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

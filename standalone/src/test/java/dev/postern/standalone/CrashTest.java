package dev.postern.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.tlsrpt.ResultType;
import dev.postern.tlsrpt.TlsReport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The process is killed: while a thousand reports come in, and in the middle of a probe. Started again on the same data, it
/// has every report that it had acknowledged, each once, and the probe is done.
class CrashTest {

    private static final int REPORTS = 1_000;
    private static final int BEFORE_THE_KILL = 400;
    private static final String TOKEN = "postern_crash-test-token";

    @TempDir
    Path data;

    @Test
    void everyAcknowledgedReportIsThereOnceAfterAKill() throws Exception {
        try (var internet = Surroundings.start(data)) {
            var environment = internet.environment();
            int web = Surroundings.freePort();
            int smtp = Surroundings.freePort();
            int https = Surroundings.freePort();
            environment.putAll(Map.of("POSTERN_PORT", "" + web, "POSTERN_SMTP_PORT", "" + smtp,
                    "POSTERN_REPORT_PORT", "" + https, "POSTERN_BOOTSTRAP_EMAIL", "crash@example.test",
                    "POSTERN_BOOTSTRAP_PASSWORD", "long enough for a test", "POSTERN_BOOTSTRAP_TOKEN", TOKEN));
            var acknowledged = ConcurrentHashMap.<String>newKeySet();
            String token;
            Process first = process(environment);
            try {
                await("the first start", () -> get(web, "/domains").filter(body -> body.contains("items")));
                call(web, "POST", "/domains", "{\"domain\":\"example.test\"}");
                String records = await("the records", () -> get(web, "/domains/example.test/records"));
                token = find(records, "mailto:([a-z2-7]{26})@");
                internet.dns().txt("_postern-challenge.example.test", find(records, "(postern-verification=[0-9a-f]+)"));
                call(web, "POST", "/domains/example.test/probe", "");
                send(token, smtp, https, acknowledged, first);
            } finally {
                first.destroyForcibly().waitFor();
            }
            assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(BEFORE_THE_KILL);

            Process second = process(environment);
            try {
                await("the second start", () -> get(web, "/domains").filter(body -> body.contains("items")));
                assertThat(second.isAlive()).isTrue();
                // What was not acknowledged is sent again, as senders do; what was, too: nobody may count it twice.
                for (int i = 0; i < REPORTS; i++) {
                    assertThat(Sender.post(https, token, report(i))).isTrue();
                }
                call(web, "POST", "/domains/example.test/probe", "");
                await("all reports", () -> Optional.of(reports(web)).filter(ids -> ids.size() == REPORTS));
                Set<String> recorded = reports(web);
                assertThat(recorded).containsAll(acknowledged).hasSize(REPORTS);
                assertThat(total(web)).as("each report counted once").isEqualTo(REPORTS);
            } finally {
                second.destroy();
                assertThat(second.waitFor(60, TimeUnit.SECONDS)).as("stops cleanly").isTrue();
            }
        }
    }

    @Test
    void aProbeThatAKillCutOffIsDoneAfterTheRestart() throws Exception {
        try (var internet = Surroundings.start(data)) {
            var environment = internet.environment();
            int web = Surroundings.freePort();
            environment.putAll(Map.of("POSTERN_PORT", "" + web, "POSTERN_BOOTSTRAP_EMAIL", "crash@example.test",
                    "POSTERN_BOOTSTRAP_PASSWORD", "long enough for a test", "POSTERN_BOOTSTRAP_TOKEN", TOKEN,
                    "POSTERN_PROBE_DEADLINE", "10"));
            var mx = internet.internet().mx("mx1.example.test");
            Process first = process(environment);
            try {
                await("the first start", () -> get(web, "/domains").filter(body -> body.contains("items")));
                call(web, "POST", "/domains", "{\"domain\":\"example.test\"}");
                await("the first probe", () -> get(web, "/domains/example.test/checks")
                        .filter(body -> body.contains("no MX record and no address")));
                internet.dns().mx("example.test", 10, "mx1.example.test");
                mx.silent();
                call(web, "POST", "/domains/example.test/probe", "");
                await("a probe under way", () -> Optional.of(mx.connections()).filter(count -> count > 0));
            } finally {
                first.destroyForcibly().waitFor();
            }
            mx.healthy();

            Process second = process(environment);
            try {
                // Nobody asks again: the request is still there.
                await("the probe that was cut off", () -> get(web, "/domains/example.test/checks")
                        .filter(body -> body.contains("Every MX offers STARTTLS and begins TLS: mx1.example.test")));
            } finally {
                second.destroy();
                assertThat(second.waitFor(60, TimeUnit.SECONDS)).as("stops cleanly").isTrue();
            }
        }
    }

    @Test
    void aSecondProcessOnTheSameDataSaysSo() throws Exception {
        try (var internet = Surroundings.start(data); var _ = Standalone.start(internet.environment())) {
            Process second = process(internet.environment());
            assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isEqualTo(2);
            assertThat(Files.readString(data.resolve("process.log"))).contains("already running on");
        }
    }

    /// Sends by mail and by HTTPS in turn, from several senders, and kills the receiver in the middle.
    private static void send(String token, int smtp, int https, Set<String> acknowledged, Process receiver)
            throws InterruptedException {
        var kill = new CountDownLatch(BEFORE_THE_KILL);
        var atOnce = new Semaphore(16);
        try (var senders = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < REPORTS; i++) {
                int number = i;
                atOnce.acquire();
                senders.submit(() -> {
                    try {
                        boolean kept = number % 2 == 0
                                ? Sender.mail(smtp, token + "@" + Surroundings.PUBLIC_HOST, report(number))
                                : Sender.post(https, token, report(number));
                        if (kept) {
                            acknowledged.add(id(number));
                            kill.countDown();
                        }
                    } catch (IOException receiverGone) {
                        // Not acknowledged: the sender keeps it and sends it again.
                    } finally {
                        atOnce.release();
                    }
                    return null;
                });
                if (kill.getCount() == 0 && receiver.isAlive()) {
                    receiver.destroyForcibly();
                }
            }
        }
        assertThat(kill.getCount()).as("enough were acknowledged before the kill").isZero();
    }

    private static TlsReport report(int number) {
        return Sender.report("sender.test", id(number), "example.test",
                LocalDate.now(ZoneOffset.UTC).minusDays(1 + number % 20), 100 + number, number % 7,
                ResultType.CERTIFICATE_EXPIRED, "mx.example.test");
    }

    private static String id(int number) {
        return "crash-" + number;
    }

    private Process process(Map<String, String> environment) throws IOException {
        var builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), Standalone.class.getName());
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(data.resolve("process.log").toFile()));
        return builder.start();
    }

    private static Set<String> reports(int port) {
        var ids = ConcurrentHashMap.<String>newKeySet();
        walk(port, (body, _) -> Pattern.compile("\"reportId\"\\s*:\\s*\"(crash-\\d+)\"").matcher(body).results()
                .forEach(found -> ids.add(found.group(1))));
        return ids;
    }

    private static int total(int port) {
        var total = new AtomicInteger();
        walk(port, (body, _) -> total.addAndGet((int) Pattern.compile("\"reportId\"").matcher(body).results().count()));
        return total.get();
    }

    private static void walk(int port, java.util.function.BiConsumer<String, Integer> page) {
        Optional<String> next = Optional.of("/domains/example.test/reports?limit=100");
        for (int number = 0; next.isPresent(); number++) {
            String body = get(port, next.get()).orElse("");
            page.accept(body, number);
            var cursor = Pattern.compile("\"next\"\\s*:\\s*\"([^\"]+)\"").matcher(body);
            next = cursor.find() ? Optional.of("/domains/example.test/reports?limit=100&after="
                    + java.net.URLEncoder.encode(cursor.group(1), java.nio.charset.StandardCharsets.UTF_8))
                    : Optional.empty();
        }
    }

    private static Optional<String> get(int port, String path) {
        try {
            return Optional.of(call(port, "GET", path, ""));
        } catch (IOException notYet) {
            return Optional.empty();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private static String call(int port, String method, String path, String body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
                .header("Authorization", "Bearer " + TOKEN).header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(20))
                .method(method, HttpRequest.BodyPublishers.ofString(body)).build();
        var response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 400) {
            throw new IOException(response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    private static String find(String text, String pattern) {
        var matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
        return matcher.group(1);
    }

    private interface Attempt<T> {
        Optional<T> get() throws Exception;
    }

    private static <T> T await(String what, Attempt<T> attempt) throws Exception {
        Instant deadline = Instant.now().plusSeconds(120);
        while (Instant.now().isBefore(deadline)) {
            Optional<T> result = attempt.get();
            if (result.isPresent()) {
                return result.get();
            }
            Thread.sleep(100);
        }
        throw new AssertionError("waited in vain for " + what);
    }
}

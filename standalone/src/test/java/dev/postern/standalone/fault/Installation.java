package dev.postern.standalone.fault;

import dev.postern.app.AppUi;
import dev.postern.ingest.IngestWorker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// An installation as a large one is run: PostgreSQL, Kafka with a disk of its own, the pages and two ingest workers,
/// each a process, each told by its environment alone.
final class Installation implements AutoCloseable {

    static final String HOST = "postern.test";
    private static final String TOKEN = "postern_fault-test-token";

    final Postgres postgres;
    final OwnProcess broker;
    final OwnProcess pages;
    final List<OwnProcess> ingest;
    private final int web;
    private final int kafka;
    private final List<Receiver> receivers;
    private final HttpClient http = HttpClient.newHttpClient();

    /// Starts nothing yet.
    ///
    /// @param log the disk of Kafka's log
    Installation(Path data, Path log) throws IOException {
        Files.createDirectories(data);
        int database = freePort();
        kafka = freePort();
        web = freePort();
        receivers = List.of(new Receiver(freePort(), freePort()), new Receiver(freePort(), freePort()));
        postgres = new Postgres(data.resolve("postgres"), database);
        broker = OwnProcess.of("kafka", "400m", Map.of(), data, Broker.class.getName(),
                log.resolve("kafka").toString(), "" + kafka);
        var shared = Map.of("POSTERN_DATABASE_URL", "jdbc:postgresql://127.0.0.1:" + database + "/postgres",
                "POSTERN_DATABASE_PASSWORD", "for the application", "POSTERN_KAFKA", "127.0.0.1:" + kafka,
                "POSTERN_SECRET_KEY_FILE", data.resolve("secret.key").toString(), "POSTERN_PUBLIC_HOST", HOST);
        pages = OwnProcess.of("pages", "320m", and(shared, Map.of("POSTERN_DATABASE_OWNER_USER", "postgres",
                "POSTERN_PORT", "" + web, "POSTERN_BOOTSTRAP_EMAIL", "fault@example.test",
                "POSTERN_BOOTSTRAP_PASSWORD", "long enough for a test", "POSTERN_BOOTSTRAP_TOKEN", TOKEN)), data,
                AppUi.class.getName());
        ingest = List.of(ingest("ingest-1", data, shared, receivers.get(0)),
                ingest("ingest-2", data, shared, receivers.get(1)));
    }

    private static OwnProcess ingest(String name, Path data, Map<String, String> shared, Receiver receiver) {
        return OwnProcess.of(name, "256m", and(shared, Map.of("POSTERN_SMTP_PORT", "" + receiver.smtp(),
                "POSTERN_REPORT_PORT", "" + receiver.https(),
                // Reports here bear no signature: nobody is asked.
                "POSTERN_DNS_SERVERS", "127.0.0.1:9")), data, IngestWorker.class.getName());
    }

    private static Map<String, String> and(Map<String, String> some, Map<String, String> more) {
        var all = new HashMap<>(some);
        all.putAll(more);
        return all;
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    List<Receiver> receivers() {
        return receivers;
    }

    String kafka() {
        return "127.0.0.1:" + kafka;
    }

    /// Starts all at once, in no order: each has to wait for what it needs by itself.
    void start() throws InterruptedException {
        broker.start();
        ingest.forEach(OwnProcess::start);
        pages.start();
        postgres.start();
        awaitPages();
        awaitReceivers();
    }

    void awaitReceivers() throws InterruptedException {
        for (Receiver receiver : receivers) {
            Poll.untilTrue("the receiver at " + receiver, () -> {
                try (var _ = new java.net.Socket("127.0.0.1", receiver.smtp());
                     var _ = new java.net.Socket("127.0.0.1", receiver.https())) {
                    return true;
                }
            });
        }
    }

    void awaitPages() throws InterruptedException {
        Poll.until("the pages", () -> Optional.of(call("GET", "/domains", "")));
    }

    /// Adds a domain over the REST API.
    Letter.Address domain(String name) throws IOException, InterruptedException {
        call("POST", "/domains", "{\"domain\":\"" + name + "\"}");
        var token = Pattern.compile("mailto:([a-z2-7]{26})@").matcher(call("GET", "/domains/" + name + "/records", ""));
        if (!token.find()) {
            throw new IOException("no report address among the records of " + name);
        }
        return new Letter.Address(name, token.group(1));
    }

    String call(String method, String path, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web + "/api/v1" + path))
                .header("Authorization", "Bearer " + TOKEN).header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(20))
                .method(method, HttpRequest.BodyPublishers.ofString(body)).build();
        var response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 400) {
            throw new IOException(response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    /// How each process's log ends.
    String lastWords() {
        return Stream.concat(Stream.of(broker, pages), ingest.stream()).map(OwnProcess::lastWords)
                .collect(Collectors.joining("\n"));
    }

    /// As the owner, who sees every organisation's rows.
    Connection database() throws SQLException {
        return DriverManager.getConnection(postgres.url(), postgres.owner(), "");
    }

    @Override
    public void close() {
        http.shutdownNow();
        ingest.forEach(OwnProcess::close);
        pages.close();
        broker.close();
        postgres.close();
    }
}

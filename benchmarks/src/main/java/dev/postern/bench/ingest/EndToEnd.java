package dev.postern.bench.ingest;

import com.sun.management.OperatingSystemMXBean;
import dev.postern.testbed.AuthoritativeDns;
import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Measures the way of reports from a sender, which is this process, to visible rows in the PostgreSQL of an installation,
/// which is another.
final class EndToEnd {

    /// One way, with some reports stored already.
    ///
    /// @param storedReports   before anything of this was sent
    /// @param storedFailures  likewise
    /// @param reports         sent in each stage
    /// @param visible         of those sent while they were recorded, how many could be seen in the end
    /// @param bytes           of bodies or mails in a stage
    /// @param appended        until all were acknowledged, with nothing that records
    /// @param drained         until those were visible, with nothing that sends
    /// @param acknowledged    until all of another stage were acknowledged, while they were recorded
    /// @param seen            until all of these were visible
    /// @param bare            until the rows that came of them were inserted once more, bare
    /// @param cpu             nanoseconds in the stage that was recorded while it was sent, by who took them
    /// @param databaseBytes   that the database grew by in that stage
    /// @param logBytes        that were written to PostgreSQL's log in it
    /// @param kafkaBytes      that Kafka's log grew by in it
    /// @param samples         what was sampled in it; empty unless wanted
    record Stage(Deliveries.Way way, long storedReports, long storedFailures, int reports, long visible, long bytes,
                 Duration appended, Duration drained, Duration acknowledged, Duration seen, Duration bare,
                 Map<String, Long> cpu, long databaseBytes, long logBytes, long kafkaBytes, List<String> samples) {

        double appendedPerSecond() {
            return perSecond(appended);
        }

        double drainedPerSecond() {
            return perSecond(drained);
        }

        double acknowledgedPerSecond() {
            return perSecond(acknowledged);
        }

        double seenPerSecond() {
            return perSecond(seen);
        }

        double barePerSecond() {
            return perSecond(bare);
        }

        /// Microseconds of processor time for a report.
        double cpuPerReport(String who) {
            return cpu.getOrDefault(who, 0L) / 1e3 / reports;
        }

        /// Likewise, of all but the sender.
        double cpuPerReport() {
            return cpu.entrySet().stream().filter(entry -> !entry.getKey().equals(SENDER))
                    .mapToLong(Map.Entry::getValue).sum() / 1e3 / reports;
        }

        private double perSecond(Duration took) {
            return reports / (took.toNanos() / 1e9);
        }
    }

    /// @param unverified mails whose signature was not found valid: none, or DKIM was not measured
    record Result(int cores, List<Stage> few, List<Stage> many, long unverified) {
    }

    static final String SENDER = "sender (this process)";
    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final IngestPlan plan;
    private final InstallationProcess installation;
    private final StoredRows rows;
    private final Deliveries deliveries;
    private final Corpus corpus;
    private final Signers signers;
    private int next;

    private EndToEnd(IngestPlan plan, InstallationProcess installation, StoredRows rows, HttpClient http,
                     Signers signers) {
        this.plan = plan;
        this.installation = installation;
        this.rows = rows;
        this.deliveries = new Deliveries(installation, plan.atOnce(), http);
        this.corpus = new Corpus(plan.seed(), plan.domains(), plan.senders(),
                LocalDate.now(ZoneOffset.UTC).minusDays(1));
        this.signers = signers;
    }

    static Result measure(IngestPlan plan) throws SQLException, InterruptedException {
        try (var dns = AuthoritativeDns.start();
             var installation = InstallationProcess.start(plan, dns.address());
             var rows = StoredRows.of(installation);
             var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return new EndToEnd(plan, installation, rows, http, Signers.publish(plan.senders(), dns)).measure();
        }
    }

    private Result measure() throws SQLException, InterruptedException {
        // The JVMs compile what is used.
        for (Deliveries.Way way : Deliveries.Way.values()) {
            stage(way);
        }
        var few = stages();
        rows.grow(plan.growth());
        var many = stages();
        return new Result(Runtime.getRuntime().availableProcessors(), few, many, rows.unverifiedMails());
    }

    private List<Stage> stages() throws SQLException, InterruptedException {
        var stages = new ArrayList<Stage>();
        for (Deliveries.Way way : Deliveries.Way.values()) {
            stages.add(stage(way));
        }
        return stages;
    }

    private Stage stage(Deliveries.Way way) throws SQLException, InterruptedException {
        rows.settle();
        long storedReports = rows.reports();
        long storedFailures = rows.failures();
        List<Deliveries.Parcel> first = parcels(way);
        long began = System.nanoTime();
        require(deliveries.send(way, first));
        var appended = since(began);
        Duration drained = drain(storedReports);

        List<Deliveries.Parcel> second = parcels(way);
        long before = rows.reports();
        long databaseBytes = rows.databaseBytes();
        long logBytes = rows.logBytes();
        long kafkaBytes = installation.kafkaBytes();
        Map<String, Long> cpu = cpu();
        if (plan.profile()) {
            installation.tell("profile");
        }
        Instant from = rows.now();
        began = System.nanoTime();
        require(deliveries.send(way, second));
        var acknowledged = since(began);
        rows.await(before + plan.reports(), PATIENCE);
        var seen = since(began);
        List<String> samples = plan.profile() ? installation.tell("profiled") : List.of();
        Map<String, Long> spent = difference(cpu, cpu());
        long visible = rows.reports() - before;
        databaseBytes = rows.databaseBytes() - databaseBytes;
        logBytes = rows.logBytes() - logBytes;
        kafkaBytes = installation.kafkaBytes() - kafkaBytes;
        installation.tell("rest");
        Duration bare = rows.insertBare(from);
        return new Stage(way, storedReports, storedFailures, plan.reports(), visible,
                second.stream().mapToLong(parcel -> parcel.bytes().length).sum(), appended, drained, acknowledged, seen,
                bare, spent, databaseBytes, logBytes, kafkaBytes, samples);
    }

    /// From when the recorder has started, which the first rows tell; where these are most of all, from when it was told
    /// to start.
    private Duration drain(long stored) throws SQLException, InterruptedException {
        long told = System.nanoTime();
        installation.tell("record");
        rows.await(stored + 1, PATIENCE);
        long first = rows.reports() - stored;
        long began = System.nanoTime();
        rows.await(stored + plan.reports(), PATIENCE);
        var rest = since(began);
        // As if all had been recorded at the speed of those after the first.
        return first > plan.reports() / 2 ? since(told)
                : Duration.ofNanos(rest.toNanos() * plan.reports() / (plan.reports() - first));
    }

    private List<Deliveries.Parcel> parcels(Deliveries.Way way) {
        List<Corpus.Item> items = corpus.items(next, plan.reports());
        next += plan.reports();
        return items.stream().map(item -> {
            String address = installation.address(item.domain());
            return new Deliveries.Parcel(address, way == Deliveries.Way.HTTPS ? item.gzip()
                    : signers.mail(item, address + "@" + Installation.HOST));
        }).toList();
    }

    private void require(int acknowledged) {
        if (acknowledged != plan.reports()) {
            throw new IllegalStateException("only " + acknowledged + " of " + plan.reports() + " were acknowledged");
        }
    }

    private Map<String, Long> cpu() {
        var cpu = new TreeMap<>(installation.cpu());
        cpu.put(SENDER, SYSTEM.getProcessCpuTime());
        return cpu;
    }

    private static Map<String, Long> difference(Map<String, Long> before, Map<String, Long> after) {
        var difference = new TreeMap<String, Long>();
        after.forEach((who, nanos) -> difference.put(who, nanos - before.getOrDefault(who, 0L)));
        return difference;
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}

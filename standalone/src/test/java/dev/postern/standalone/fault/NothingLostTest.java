package dev.postern.standalone.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// While senders send, each process is killed at a random point and started again, PostgreSQL and Kafka too, some are
/// frozen for a while, and the disk of Kafka's log is filled. Afterwards every report that was acknowledged is recorded
/// exactly once, every one that was not taken was refused in words, and none is there twice.
///
/// The order and the points are random; `POSTERN_FAULT_SEED` repeats a run's, which is printed.
class NothingLostTest {

    /// Attempts to send, before the next fault.
    private static final int STRIKE_WITHIN = 80;
    private static final int DISK_MEGABYTES = 96;
    /// What is sent while something is down, before it is mended.
    private static final int ACKNOWLEDGED_MEANWHILE = 30;

    /// Kept when it fails: the processes' logs are in it.
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path data;

    private enum Fault {
        KILL_AN_INGEST_WORKER, KILL_THE_OTHER_INGEST_WORKER, KILL_BOTH_INGEST_WORKERS, KILL_POSTGRES, KILL_KAFKA,
        KILL_THE_PAGES, FREEZE_POSTGRES, FREEZE_KAFKA, FREEZE_AN_INGEST_WORKER, FILL_THE_LOGS_DISK
    }

    private long seed;
    private Random random;
    private SmallDisk disk;
    private Installation postern;
    private Senders senders;

    @Test
    void everyAcknowledgedReportIsRecordedExactlyOnce() throws Exception {
        seed = Optional.ofNullable(System.getenv("POSTERN_FAULT_SEED")).map(Long::parseLong)
                .orElseGet(() -> new Random().nextLong(1_000_000));
        random = new Random(seed);
        Optional<SmallDisk> mounted = SmallDisk.mount(data.resolve("log"), DISK_MEGABYTES);
        Assumptions.assumeTrue(mounted.isPresent(), "This test gives Kafka's log a small disk of its own, and this user "
                + "may not mount one. Run it as root, or where sudo asks no password.");
        try (var small = mounted.get(); var installation = new Installation(data.resolve("postern"), small.folder())) {
            disk = small;
            postern = installation;
            try (var all = new Senders(postern.receivers(), Installation.HOST, seed)) {
                senders = all;
                postern.start();
                letFaultsHappen(List.of(postern.domain("one.example.test"), postern.domain("two.example.test"),
                        postern.domain("three.example.test")));
                checkThatNothingIsLost();
            } catch (Exception | AssertionError failed) {
                System.out.println(postern.lastWords());
                throw failed;
            }
        }
    }

    private void letFaultsHappen(List<Letter.Address> addresses) throws Exception {
        var faults = new ArrayList<>(List.of(Fault.values()));
        Collections.shuffle(faults, random);
        System.out.println("Faults by POSTERN_FAULT_SEED=" + seed + ": " + faults);
        senders.start(number -> Letter.of(number, addresses));
        for (Fault fault : faults) {
            int strike = senders.attempts() + 1 + random.nextInt(STRIKE_WITHIN);
            Poll.untilTrue("the moment to strike", () -> senders.attempts() >= strike);
            long began = System.nanoTime();
            happen(fault);
            postern.awaitReceivers();
            untilSomeMoreAreAcknowledged();
            System.out.printf("%s at attempt %d; senders are served again after %.1f s%n", fault, strike,
                    (System.nanoTime() - began) / 1e9);
        }
        senders.finish();
        postern.awaitPages();
    }

    private void happen(Fault fault) throws Exception {
        OwnProcess one = postern.ingest.get(random.nextInt(2));
        switch (fault) {
            case KILL_AN_INGEST_WORKER, KILL_THE_OTHER_INGEST_WORKER -> {
                OwnProcess victim = postern.ingest.get(fault == Fault.KILL_AN_INGEST_WORKER ? 0 : 1);
                victim.kill();
                untilSomeMoreAreAcknowledged();
                victim.start();
            }
            case KILL_BOTH_INGEST_WORKERS -> {
                for (OwnProcess each : postern.ingest) {
                    each.kill();
                }
                postern.ingest.forEach(OwnProcess::start);
            }
            case KILL_POSTGRES -> {
                postern.postgres.kill();
                // Receiving does not need it.
                untilSomeMoreAreAcknowledged();
                postern.postgres.start();
            }
            case KILL_KAFKA -> {
                postern.broker.kill();
                int attempts = senders.attempts();
                postern.broker.start();
                Poll.untilTrue("an answer", () -> senders.attempts() > attempts);
            }
            case KILL_THE_PAGES -> {
                postern.pages.kill();
                untilSomeMoreAreAcknowledged();
                postern.pages.start();
            }
            case FREEZE_POSTGRES -> {
                postern.postgres.freeze();
                untilSomeMoreAreAcknowledged();
                postern.postgres.thaw();
            }
            case FREEZE_KAFKA -> {
                postern.broker.freeze();
                frozenForAWhile();
                postern.broker.thaw();
            }
            case FREEZE_AN_INGEST_WORKER -> {
                one.freeze();
                frozenForAWhile();
                one.thaw();
            }
            case FILL_THE_LOGS_DISK -> fillTheDisk();
        }
    }

    /// While one process is away, the others go on.
    private void untilSomeMoreAreAcknowledged() throws InterruptedException {
        int before = senders.acknowledged();
        Poll.untilTrue("reports to be acknowledged meanwhile",
                () -> senders.acknowledged() >= before + ACKNOWLEDGED_MEANWHILE);
    }

    /// Who talks to a frozen process hears nothing: all that can be waited for is time.
    private void frozenForAWhile() throws InterruptedException {
        Thread.sleep(500 + random.nextInt(2_500));
    }

    /// Senders are told to come again, by mail and by HTTPS; with room again, everything goes on by itself.
    private void fillTheDisk() throws Exception {
        var before = senders.turnedAway();
        disk.fill();
        Poll.untilTrue("the broker to give up", () -> !postern.broker.alive());
        assertThat(disk.free()).as("the disk is full").isZero();
        Poll.untilTrue("senders to be told to come again", () -> senders.bothTurnedAwaySince(before));
        disk.makeRoom();
        postern.broker.start();
    }

    private record Recorded(Map<Integer, Integer> reports, Map<Integer, Integer> rejected, long successful,
                            long failed) {
    }

    private void checkThatNothingIsLost() throws Exception {
        var fates = senders.fates();
        var reports = fates.values().stream().filter(fate -> fate.letter().kind() == Letter.Kind.REPORT).toList();
        var garbage = fates.values().stream().filter(fate -> fate.letter().kind() == Letter.Kind.GARBAGE).toList();
        long acknowledged = reports.stream().filter(fate -> fate.acknowledged() > 0).count();
        int garbageAcknowledged = garbage.stream().mapToInt(Senders.Fate::acknowledged).sum();
        Recorded recorded = Poll.until("all that was acknowledged to be recorded", () -> {
            Recorded now = recorded();
            boolean all = reports.stream().filter(fate -> fate.acknowledged() > 0)
                    .allMatch(fate -> now.reports().containsKey(fate.letter().number()))
                    && now.rejected().values().stream().mapToInt(Integer::intValue).sum() >= garbageAcknowledged;
            return Optional.of(now).filter(_ -> all);
        });
        System.out.printf("%d reports: %d acknowledged, %d recorded; %d attempts, %d of unknown end, %d refused%n",
                reports.size(), acknowledged, recorded.reports().size(), senders.attempts(),
                fates.values().stream().mapToInt(Senders.Fate::unknown).sum(),
                fates.values().stream().mapToInt(fate -> fate.refusals().size()).sum());

        assertThat(recorded.reports().values()).as("times that a report is recorded").containsOnly(1);
        for (Senders.Fate fate : reports) {
            if (fate.acknowledged() == 0 && fate.unknown() == 0) {
                assertThat(fate.refusals()).as("neither taken nor lost: %s", fate.letter().number()).isNotEmpty();
            }
        }
        assertThat(fates.values().stream().flatMap(fate -> fate.refusals().stream()))
                .allMatch(refused -> refused.code() >= 400 && refused.code() < 600 && refused.words().length() > 20);
        for (Senders.Fate fate : garbage) {
            assertThat(recorded.rejected().getOrDefault(fate.letter().number(), 0))
                    .as("garbage %d is kept once for each time it was taken", fate.letter().number())
                    .isBetween(fate.acknowledged(), fate.acknowledged() + fate.unknown() + fate.refusals().size());
        }
        assertThat(fates.values().stream().filter(fate -> fate.letter().kind() == Letter.Kind.STRAY)
                .filter(fate -> fate.unknown() == 0)).isNotEmpty().allMatch(fate -> fate.acknowledged() == 0
                && fate.refusals().stream().anyMatch(refused -> !refused.forNow()));
        assertThat(recorded.successful()).as("sessions, each once").isEqualTo(recorded.reports().keySet().stream()
                .mapToLong(Letter::successful).sum());
        assertThat(recorded.failed()).as("failures, each once").isEqualTo(recorded.reports().keySet().stream()
                .mapToLong(Letter::failed).sum());
        checkDailyFigures();
        checkEventsAndOutbox(recorded);
    }

    /// The figures by day are added to report by report; they must be what the reports themselves add up to.
    private void checkDailyFigures() throws Exception {
        assertThat(rows("""
                select domain_id, day, organization_name, policy_type, sum(reports), sum(successful), sum(failed)
                from postern.session_day group by 1, 2, 3, 4 order by 1, 2, 3, 4"""))
                .isNotEmpty().isEqualTo(rows("""
                select domain_id, day, organization_name, policy_type, count(distinct report_key), sum(successful),
                       sum(failed)
                from postern.report_policy group by 1, 2, 3, 4 order by 1, 2, 3, 4"""));
        assertThat(rows("""
                select domain_id, day, organization_name, policy_type, result_type, mx, sum(details), sum(failed)
                from postern.failure_day group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6"""))
                .isNotEmpty().isEqualTo(rows("""
                select domain_id, day, organization_name, policy_type, result_type, receiving_mx_hostname, count(*),
                       sum(failed_sessions)
                from postern.failure_detail group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6"""));
    }

    private List<List<String>> rows(String sql) throws Exception {
        try (var database = postern.database(); var query = database.createStatement();
             var rows = query.executeQuery(sql)) {
            var all = new ArrayList<List<String>>();
            while (rows.next()) {
                var row = new ArrayList<String>();
                for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                    row.add(rows.getString(column));
                }
                all.add(row);
            }
            return all;
        }
    }

    /// Every recorded report is told of once, and what was told has left for Kafka.
    private void checkEventsAndOutbox(Recorded recorded) throws Exception {
        try (var database = postern.database(); var query = database.createStatement()) {
            var told = new HashMap<String, Integer>();
            try (var rows = query.executeQuery("select event->>'reportId', count(*) from postern.timeline_event"
                    + " where kind = 'report-received' group by 1")) {
                while (rows.next()) {
                    told.put(rows.getString(1), rows.getInt(2));
                }
            }
            assertThat(told.values()).as("times that a report is told of").containsOnly(1);
            assertThat(told).hasSize(recorded.reports().size());
            Poll.untilTrue("the outbox to be empty", () -> {
                try (var rows = query.executeQuery("select count(*) from postern.outbox")) {
                    return rows.next() && rows.getInt(1) == 0;
                }
            });
        }
    }

    private Recorded recorded() throws Exception {
        try (var database = postern.database(); var query = database.createStatement()) {
            var reports = new HashMap<Integer, Integer>();
            try (var rows = query.executeQuery("select report_id, count(*) from postern.report group by 1")) {
                while (rows.next()) {
                    reports.put(Integer.parseInt(rows.getString(1).substring("fault-".length())), rows.getInt(2));
                }
            }
            var rejected = new HashMap<Integer, Integer>();
            try (var rows = query.executeQuery("select content from postern.rejected_report")) {
                while (rows.next()) {
                    rejected.merge(garbage(rows.getBytes(1)), 1, Integer::sum);
                }
            }
            try (var rows = query.executeQuery("select sum(successful), sum(failed) from postern.report_policy")) {
                rows.next();
                return new Recorded(reports, rejected, rows.getLong(1), rows.getLong(2));
            }
        }
    }

    /// The number that a rejected content bears, by itself or in base64 within a mail.
    private static int garbage(byte[] content) {
        String text = new String(content, java.nio.charset.StandardCharsets.UTF_8);
        if (!text.startsWith("garbage-")) {
            String encoded = text.substring(text.lastIndexOf("base64") + 6, text.lastIndexOf("--cut--"));
            text = new String(java.util.Base64.getMimeDecoder().decode(encoded.strip()),
                    java.nio.charset.StandardCharsets.UTF_8);
        }
        return Integer.parseInt(text.substring("garbage-".length(), text.indexOf(' ')));
    }
}

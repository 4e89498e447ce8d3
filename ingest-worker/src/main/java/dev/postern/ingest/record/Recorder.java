package dev.postern.ingest.record;

import dev.postern.db.TimeOrderedId;
import dev.postern.db.report.IncomingReport;
import dev.postern.db.report.RecordingStore;
import dev.postern.db.report.ReportAddresses;
import dev.postern.db.tenancy.Database;
import dev.postern.ingest.dkim.DkimCheck;
import dev.postern.ingest.log.Destination;
import dev.postern.ingest.log.ReceivedReport;
import dev.postern.ingest.log.RejectedMessage;
import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.unwrap.Unwrapper;
import dev.postern.parse.Problem;
import dev.postern.tlsrpt.Authenticity;
import dev.postern.tlsrpt.ReportLimits;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// Records messages of `tlsrpt.received`. Recording them again changes nothing, so they may be read any number of times.
///
/// Messages are taken in batches: looked up together, their signatures verified side by side, and recorded in one
/// transaction for each organisation. A failing database is not a reason to reject; it is thrown, to be tried again.
public final class Recorder {

    private static final Problem UNKNOWN_ADDRESS = new Problem("unknown-address",
            "The report came to an address that belongs to no domain any more.", "");
    private static final Problem FAULT = new Problem("internal",
            "Postern could not process this message. It is kept; its log says why.", "");
    /// Bytes of messages, and of the JSON in them, that are worked on at a time: a batch may hold many of the largest,
    /// and each may unpack to far more.
    private static final long MOST_BYTES = 16L << 20;
    private static final int MOST_MESSAGES = 500;

    private final Database database;
    private final ReportAddresses addresses;
    private final ReportLog log;
    private final MessageOpener opener;
    private final Signatures signatures;
    private final Clock clock;
    private final Set<LocalDate> months = ConcurrentHashMap.newKeySet();

    public Recorder(Database database, ReportLog log, Unwrapper unwrapper, ReportLimits limits, DkimCheck dkim,
                    Clock clock) {
        this.database = database;
        this.addresses = new ReportAddresses(database);
        this.log = log;
        this.opener = new MessageOpener(unwrapper, limits);
        this.signatures = new Signatures(dkim);
        this.clock = clock;
    }

    /// @throws org.jooq.exception.DataAccessException    when the database fails; nothing is lost, call again
    /// @throws dev.postern.ingest.log.LogUnavailable when Kafka does not take what was rejected; likewise
    public void record(List<ReceivedReport> messages) {
        int from = 0;
        while (from < messages.size()) {
            int to = from + 1;
            long bytes = messages.get(from).bytes().length;
            while (to < messages.size() && to - from < MOST_MESSAGES
                    && bytes + messages.get(to).bytes().length <= MOST_BYTES) {
                bytes += messages.get(to++).bytes().length;
            }
            recordSome(messages.subList(from, to));
            from = to;
        }
    }

    private void recordSome(List<ReceivedReport> messages) {
        Attribution attribution = Attribution.of(addresses, messages.stream().map(ReceivedReport::destination).toList());
        Map<ReceivedReport, Authenticity> authenticity = signatures.check(messages.stream()
                .filter(message -> attribution.destination(message.destination(), FAULT).isPresent()).toList());
        var batches = new LinkedHashMap<UUID, TenantBatch>();
        var rejected = new ArrayList<RejectedMessage>();
        long weight = 0;
        for (ReceivedReport message : messages) {
            if (authenticity.containsKey(message)) {
                Opened opened = opener.open(message);
                sort(opened, attribution, authenticity.get(message), batches, rejected);
                weight += opened.weight();
            } else {
                rejected.add(new RejectedMessage(message, UNKNOWN_ADDRESS));
            }
            if (weight > MOST_BYTES) {
                write(batches.values(), rejected);
                batches.clear();
                rejected.clear();
                weight = 0;
            }
        }
        write(batches.values(), rejected);
    }

    private static void sort(Opened opened, Attribution attribution, Authenticity authenticity,
                             Map<UUID, TenantBatch> batches, List<RejectedMessage> rejected) {
        Destination destination = opened.received().destination();
        for (Opened.Piece piece : opened.pieces()) {
            switch (attribution.find(destination, piece.content(), piece.received().receipt().receivedAt())) {
                case Attribution.Found.Own(var tenant, var parts) -> {
                    ReportContent.Read read = piece.content().asOptional().orElseThrow();
                    for (Attribution.Part part : parts) {
                        var notes = new ArrayList<>(read.notes());
                        notes.addAll(part.notes());
                        batches.computeIfAbsent(tenant, TenantBatch::new).count(opened.received(), piece.received(),
                                new IncomingReport(TimeOrderedId.now(), part.owner().domainId(), part.owner().domain(),
                                        part.report(), authenticity, notes, piece.received().receipt(), read.json()));
                    }
                }
                case Attribution.Found.Refused refused -> batches.computeIfAbsent(refused.tenant(), TenantBatch::new)
                        .refuse(opened.received(), piece.received(), refused);
                case Attribution.Found.Nobody() -> rejected.add(new RejectedMessage(piece.received(), UNKNOWN_ADDRESS));
            }
        }
    }

    private void write(Iterable<TenantBatch> batches, List<RejectedMessage> rejected) {
        var told = new ArrayList<>(rejected);
        // PostgreSQL keeps microseconds.
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        for (TenantBatch batch : batches) {
            makeRoom(batch.days());
            told.addAll(database.inTenant(batch.tenant(), session -> batch.record(session, now)));
        }
        if (!told.isEmpty()) {
            log.appendRejected(told);
        }
    }

    private void makeRoom(Set<LocalDate> days) {
        List<LocalDate> fresh = days.stream().map(day -> day.withDayOfMonth(1)).distinct()
                .filter(month -> !months.contains(month)).toList();
        if (!fresh.isEmpty()) {
            RecordingStore.makeRoom(database, fresh);
            months.addAll(fresh);
        }
    }

    /// Keeps a message that can't be recorded although the database works: a fault of ours, to be mended and then read
    /// again from where it is kept.
    public void giveUp(ReceivedReport received) {
        Attribution.of(addresses, List.of(received.destination())).destination(received.destination(), FAULT)
                .ifPresentOrElse(refused -> {
                    var batch = new TenantBatch(refused.tenant());
                    batch.refuse(received, received, refused);
                    write(List.of(batch), List.of());
                }, () -> write(List.of(), List.of(new RejectedMessage(received, FAULT))));
    }
}

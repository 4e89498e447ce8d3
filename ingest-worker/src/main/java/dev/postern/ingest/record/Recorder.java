package dev.postern.ingest.record;

import dev.postern.db.report.IncomingReport;
import dev.postern.db.report.Receipt;
import dev.postern.db.report.Recording;
import dev.postern.db.report.RejectedReport;
import dev.postern.db.report.ReportAddresses;
import dev.postern.db.report.ReportAddresses.Owner;
import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.unwrap.Unwrapper;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.timeline.TimelineEvent;
import dev.postern.tlsrpt.FailureDetail;
import dev.postern.tlsrpt.ReportLimits;
import dev.postern.tlsrpt.SessionCount;
import dev.postern.tlsrpt.TlsReport;
import dev.postern.tlsrpt.TlsReportReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.GZIPInputStream;

/// Stores what one message of the log holds. Doing so twice changes nothing the second time.
///
/// A failure of the database is thrown: the message then comes again. What is wrong with a message itself is no
/// failure; it is kept with its reason.
final class Recorder {

    /// What became of one report of a message, before it is stored.
    private sealed interface Read {

        record Readable(TlsReport report, List<Problem> notes, byte[] json) implements Read {
        }

        record Unreadable(String code, String reason, byte[] content) implements Read {
        }
    }

    private final Database database;
    private final ReportAddresses addresses;
    private final Unwrapper unwrapper;
    private final TlsReportReader reader;
    private final ReportLimits limits;
    private final ReportLog log;

    Recorder(Database database, Unwrapper unwrapper, ReportLimits limits, ReportLog log) {
        this.database = database;
        this.addresses = new ReportAddresses(database);
        this.unwrapper = unwrapper;
        this.reader = new TlsReportReader(limits);
        this.limits = limits;
        this.log = log;
    }

    /// @throws org.jooq.exception.DataAccessException when the database does not take it now
    void record(Received received) {
        Optional<Owner> owner = addresses.owner(received.token());
        if (owner.isEmpty()) {
            log.reject(received.token(), received.receipt(), received.content(), "address-unknown",
                    "The domain of this report address was removed.");
            return;
        }
        List<Read> reports = read(received, owner.get());
        database.useTenant(owner.get().tenant(), session -> {
            // One writer per domain: whether a report's name is taken must not change underneath.
            if (session.domains().lock(owner.get().domainId()).isPresent()) {
                for (int i = 0; i < reports.size(); i++) {
                    store(session, owner.get(), received.receipt(), i, reports.get(i));
                }
            }
        });
        for (Read read : reports) {
            if (read instanceof Read.Unreadable(var code, var reason, var content)) {
                log.reject(received.token(), received.receipt(), content, code, reason);
            }
        }
    }

    /// Keeps a message that this version can't handle, so that the ones behind it can go on.
    void keepAside(Received received, RuntimeException bug) {
        addresses.owner(received.token()).ifPresent(owner -> database.useTenant(owner.tenant(), session ->
                reject(session, owner, received.receipt(), 0, new Read.Unreadable("internal",
                        "Postern failed on this report (" + bug.getClass().getSimpleName()
                                + "). It is kept; please report this.", received.content()))));
        log.reject(received.token(), received.receipt(), received.content(), "internal", bug.toString());
    }

    private List<Read> read(Received received, Owner owner) {
        return switch (unwrapper.unwrap(received.content(), received.receipt().contentType())) {
            case Parsed.Invalid<List<byte[]>> invalid -> List.of(new Read.Unreadable(
                    invalid.problems().getFirst().code(), invalid.reason(), received.content()));
            case Parsed.Valid<List<byte[]>>(var contents, var _) -> {
                var reports = new ArrayList<Read>();
                for (byte[] content : contents) {
                    reports.add(read(content, owner));
                }
                yield reports;
            }
        };
    }

    private Read read(byte[] content, Owner owner) {
        try {
            return switch (reader.read(new ByteArrayInputStream(content))) {
                case Parsed.Invalid<TlsReport> invalid -> new Read.Unreadable(invalid.problems().getFirst().code(),
                        invalid.reason(), content);
                case Parsed.Valid<TlsReport>(var report, var notes) -> belonging(report, notes, content, owner);
            };
        } catch (IOException impossible) {
            throw new UncheckedIOException("bytes in memory can always be read", impossible);
        }
    }

    private Read belonging(TlsReport report, List<Problem> notes, byte[] content, Owner owner) throws IOException {
        Optional<Belonging.Share> share = new Belonging(owner.domain(), owner.observedMx()).of(report);
        if (share.isEmpty()) {
            return new Read.Unreadable("misdirected", "The report is about " + Belonging.domains(report)
                    + ", but came to the address of " + owner.domain() + ". It counts for neither.", content);
        }
        var all = new ArrayList<>(notes);
        all.addAll(share.get().notes());
        return new Read.Readable(share.get().report(), all, plain(content));
    }

    private void store(TenantSession session, Owner owner, Receipt receipt, int index, Read read) {
        switch (read) {
            case Read.Unreadable unreadable -> reject(session, owner, receipt, index, unreadable);
            case Read.Readable(var report, var notes, var json) -> {
                var incoming = new IncomingReport(UUID.randomUUID(), owner.domainId(), owner.domain(), report, notes,
                        receipt, json);
                switch (session.reports().record(incoming)) {
                    case Recording.COUNTED -> session.timeline().add(owner.domainId(), receipt.receivedAt(),
                            received(owner, incoming));
                    case Recording.CONFLICTING -> session.timeline().add(owner.domainId(), receipt.receivedAt(),
                            new TimelineEvent.ReportRejected(owner.domain(), incoming.key(), "conflicting",
                                    "another report of the same name and period came before, with other content. "
                                            + "This one is kept apart and not counted."));
                    case Recording.KNOWN -> {
                        // Sent twice, or read twice from the log: nothing new.
                    }
                }
            }
        }
    }

    private static void reject(TenantSession session, Owner owner, Receipt receipt, int index,
                               Read.Unreadable unreadable) {
        // A mail may hold several: each gets an id of its own that is the same when the mail is read again.
        UUID id = index == 0 ? receipt.id()
                : UUID.nameUUIDFromBytes((receipt.id() + "/" + index).getBytes(StandardCharsets.UTF_8));
        var one = new Receipt(id, receipt.transport(), receipt.peer(), receipt.receivedAt(), receipt.contentType());
        boolean added = session.rejectedReports().add(
                new RejectedReport(owner.domainId(), one, unreadable.code(), unreadable.reason()),
                unreadable.content());
        if (added) {
            session.timeline().add(owner.domainId(), receipt.receivedAt(), new TimelineEvent.ReportRejected(
                    owner.domain(), id, unreadable.code(), unreadable.reason()));
        }
    }

    private static TimelineEvent received(Owner owner, IncomingReport incoming) {
        TlsReport report = incoming.report();
        SessionCount sessions = SessionCount.of(report);
        Map<String, Long> failures = new LinkedHashMap<>();
        report.policies().stream().flatMap(policy -> policy.failures().stream())
                .forEach((FailureDetail failure) -> failures.merge(failure.type().wire(),
                        failure.failedSessions().orElse(0), Long::sum));
        return new TimelineEvent.ReportReceived(owner.domain(), incoming.key(), report.organizationName(),
                report.reportId(), report.start(), report.end(), sessions.successful(), sessions.failed(), failures);
    }

    /// The JSON of a report that was read, and is therefore within the limits.
    private byte[] plain(byte[] content) throws IOException {
        if (content.length < 2 || (content[0] & 0xff) != 0x1f || (content[1] & 0xff) != 0x8b) {
            return content;
        }
        try (InputStream json = new GZIPInputStream(new ByteArrayInputStream(content))) {
            return json.readNBytes(Math.toIntExact(limits.maxBytes()));
        }
    }
}

package dev.postern.ingest.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.db.report.IncomingReport;
import dev.postern.db.report.Receipt;
import dev.postern.db.report.RejectedReport;
import dev.postern.db.report.ReportAddresses;
import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.ingest.dkim.DkimCheck;
import dev.postern.ingest.log.ReceivedReport;
import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.unwrap.ReportCandidate;
import dev.postern.ingest.unwrap.Unwrapper;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.timeline.TimelineEvent;
import dev.postern.tlsrpt.Authenticity;
import dev.postern.tlsrpt.ReportLimits;
import dev.postern.tlsrpt.SessionCount;
import dev.postern.tlsrpt.TlsReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/// Records one message of `tlsrpt.received`. Recording it again changes nothing, so it may be read any number of times.
///
/// Each report of a message is a transaction of its own: it is recorded whole or not at all, and a large message needs
/// memory for one report at a time. A failing database is not a reason to reject; it is thrown, to be tried again.
public final class Recorder {

    private static final Problem UNKNOWN_ADDRESS = new Problem("unknown-address",
            "The report came to an address that belongs to no domain any more.", "");

    private final Database database;
    private final ReportAddresses addresses;
    private final ReportLog log;
    private final Unwrapper unwrapper;
    private final ReportContent content;
    private final DkimCheck dkim;

    public Recorder(Database database, ReportLog log, Unwrapper unwrapper, ReportLimits limits, DkimCheck dkim) {
        this.database = database;
        this.addresses = new ReportAddresses(database);
        this.log = log;
        this.unwrapper = unwrapper;
        this.content = new ReportContent(limits);
        this.dkim = dkim;
    }

    /// @throws org.jooq.exception.DataAccessException    when the database fails; nothing is lost, call again
    /// @throws dev.postern.ingest.log.LogUnavailable when Kafka does not take what was rejected; likewise
    public void record(ReceivedReport received) {
        Optional<ReportAddresses.Owner> owner = addresses.owner(received.token());
        if (owner.isEmpty()) {
            log.appendRejected(received, UNKNOWN_ADDRESS);
            return;
        }
        switch (unwrapper.unwrap(received.bytes(), received.receipt().contentType())) {
            case Parsed.Invalid<List<ReportCandidate>> invalid -> reject(owner.get(), received, problem(invalid));
            case Parsed.Valid<List<ReportCandidate>>(var candidates, var _) -> {
                List<ReceivedReport> each = separated(received, candidates);
                Authenticity authenticity = authenticity(received);
                for (int i = 0; i < candidates.size(); i++) {
                    record(owner.get(), each.get(i), candidates.get(i), authenticity);
                }
            }
        }
    }

    private Authenticity authenticity(ReceivedReport received) {
        return received.receipt().transport().equals("smtp") ? dkim.check(received.bytes())
                : Authenticity.without(Authenticity.State.NOT_MAIL, "it came by " + received.receipt().transport());
    }

    /// Keeps a message that can't be recorded although the database works: a fault of ours, to be mended and then read
    /// again from where it is kept.
    public void giveUp(ReceivedReport received) {
        var fault = new Problem("internal", "Postern could not process this message. It is kept; its log says why.",
                "");
        addresses.owner(received.token()).ifPresentOrElse(owner -> reject(owner, received, fault),
                () -> log.appendRejected(received, fault));
    }

    /// What is kept should one be rejected: the whole message where it holds one report, since its header may tell
    /// more; of several, each by itself.
    private static List<ReceivedReport> separated(ReceivedReport received, List<ReportCandidate> candidates) {
        if (candidates.size() == 1) {
            return List.of(received);
        }
        var each = new ArrayList<ReceivedReport>();
        Receipt receipt = received.receipt();
        for (ReportCandidate candidate : candidates) {
            // The same at every reading of the log.
            UUID id = UUID.nameUUIDFromBytes((receipt.id() + "/" + each.size()).getBytes(UTF_8));
            each.add(new ReceivedReport(received.token(), new Receipt(id, receipt.transport(), receipt.peer(),
                    receipt.receivedAt(), candidate.contentType()), candidate.bytes()));
        }
        return each;
    }

    private void record(ReportAddresses.Owner owner, ReceivedReport received, ReportCandidate candidate,
                        Authenticity authenticity) {
        switch (content.read(candidate.bytes())) {
            case Parsed.Invalid<ReportContent.Read> invalid -> reject(owner, received, problem(invalid));
            case Parsed.Valid<ReportContent.Read>(var read, var _) -> {
                var addressee = new Addressee(owner.domain(), owner.observedMx());
                switch (addressee.ownPart(read.report())) {
                    case Parsed.Invalid<TlsReport> invalid -> reject(owner, received, problem(invalid));
                    case Parsed.Valid<TlsReport>(var own, var notes) -> {
                        var allNotes = new ArrayList<>(read.notes());
                        allNotes.addAll(notes);
                        count(owner, received, new IncomingReport(UUID.randomUUID(), owner.domainId(), owner.domain(),
                                own, authenticity, allNotes, received.receipt(), read.json()));
                    }
                }
            }
        }
    }

    private void count(ReportAddresses.Owner owner, ReceivedReport received, IncomingReport report) {
        whileThere(owner, received, session -> {
            switch (session.reports().record(report)) {
                case COUNTED -> session.timeline().add(owner.domainId(), report.receipt().receivedAt(),
                        receivedEvent(report));
                case CONFLICTING -> session.timeline().add(owner.domainId(), report.receipt().receivedAt(),
                        new TimelineEvent.ReportRejected(owner.domain(), report.key(), "conflicting", "A report of the "
                                + "same name, '" + report.report().reportId() + "', had come with other content. This "
                                + "one is kept but not counted."));
                case KNOWN -> {
                    // Read again, or sent again: it counts once.
                }
            }
        });
    }

    private static TimelineEvent receivedEvent(IncomingReport incoming) {
        TlsReport report = incoming.report();
        SessionCount sessions = SessionCount.of(report);
        return new TimelineEvent.ReportReceived(incoming.policyDomain(), incoming.key(), report.organizationName(),
                report.reportId(), report.start(), report.end(), sessions.successful(), sessions.failed(),
                Failures.byResultType(report));
    }

    private void reject(ReportAddresses.Owner owner, ReceivedReport received, Problem reason) {
        boolean kept = whileThere(owner, received, session -> {
            boolean fresh = session.rejectedReports().add(new RejectedReport(owner.domainId(), received.receipt(),
                    reason.code(), reason.toString()), received.bytes());
            if (fresh) {
                session.timeline().add(owner.domainId(), received.receipt().receivedAt(),
                        new TimelineEvent.ReportRejected(owner.domain(), received.receipt().id(), reason.code(),
                                reason.toString()));
            }
        });
        if (kept) {
            // Also when it was kept before: the last attempt may have ended between the two.
            log.appendRejected(received, reason);
        }
    }

    /// Runs work while the domain can't change.
    ///
    /// @return false when the domain is gone by now; the message is then told to be without an owner
    private boolean whileThere(ReportAddresses.Owner owner, ReceivedReport received,
                               Consumer<TenantSession> work) {
        boolean there = database.inTenant(owner.tenant(), session -> {
            boolean locked = session.domains().lock(owner.domainId()).isPresent();
            if (locked) {
                work.accept(session);
            }
            return locked;
        });
        if (!there) {
            log.appendRejected(received, UNKNOWN_ADDRESS);
        }
        return there;
    }

    /// The first problem's code, and all in words.
    private static Problem problem(Parsed.Invalid<?> invalid) {
        return new Problem(invalid.problems().getFirst().code(), invalid.reason(), "");
    }
}

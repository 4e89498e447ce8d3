package dev.postern.ingest.record;

import dev.postern.db.TimeOrderedId;
import dev.postern.db.report.ImportItemStore;
import dev.postern.db.report.IncomingReport;
import dev.postern.db.report.Recording;
import dev.postern.db.report.RejectedReport;
import dev.postern.db.report.ReportAddresses;
import dev.postern.db.report.UnsettledMailStore;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.ingest.log.Destination;
import dev.postern.ingest.log.ReceivedReport;
import dev.postern.ingest.log.RejectedMessage;
import dev.postern.parse.Problem;
import dev.postern.timeline.TimelineEntry;
import dev.postern.timeline.TimelineEvent;
import dev.postern.tlsrpt.Consequence;
import dev.postern.tlsrpt.ReportFigures;
import dev.postern.tlsrpt.SessionCount;
import dev.postern.tlsrpt.TlsReport;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/// What some messages hold for one organisation: recorded in one transaction, whole or not at all.
final class TenantBatch {

    private static final Problem GONE = new Problem("unknown-address",
            "The report came to an address that belongs to no domain any more.", "");

    /// A report of a message of the log.
    private record Counting(ReceivedReport message, ReceivedReport received, IncomingReport report) {
        private UUID receipt() {
            return message.receipt().id();
        }
    }

    /// Something that can't be counted.
    private record Refusing(ReceivedReport received, UUID receipt, Optional<ReportAddresses.Owner> domain,
                            Problem reason) {
    }

    private final UUID tenant;
    private final List<Counting> counting = new ArrayList<>();
    private final List<Refusing> refusing = new ArrayList<>();
    private final Map<UUID, ReceivedReport> imported = new LinkedHashMap<>();

    TenantBatch(UUID tenant) {
        this.tenant = tenant;
    }

    UUID tenant() {
        return tenant;
    }

    /// @param message the message of the log that holds it
    /// @param piece   what is kept should its domain be gone
    void count(ReceivedReport message, ReceivedReport piece, IncomingReport report) {
        counting.add(new Counting(message, piece, report));
        remember(message);
    }

    void refuse(ReceivedReport message, ReceivedReport piece, Attribution.Found.Refused refused) {
        refusing.add(new Refusing(piece, message.receipt().id(), refused.domain(), refused.reason()));
        remember(message);
    }

    private void remember(ReceivedReport message) {
        if (message.item().isPresent()) {
            imported.putIfAbsent(message.receipt().id(), message);
        }
    }

    /// The days that failures will be kept under.
    Set<LocalDate> days() {
        var days = new LinkedHashSet<LocalDate>();
        counting.forEach(one -> days.add(one.report().day()));
        return days;
    }

    /// @return what has to be told on `tlsrpt.rejected` once the transaction is through; also what was kept before, since
    ///         the last attempt may have ended between the two
    List<RejectedMessage> record(TenantSession session, Instant now) {
        Set<UUID> there = session.domains().lock(Stream.concat(
                counting.stream().map(one -> one.report().domainId()),
                refusing.stream().flatMap(one -> one.domain().stream()).map(ReportAddresses.Owner::domainId))
                .distinct().toList());
        Set<UUID> replays = stillRejected(session);
        counting.removeIf(one -> one.received().replay() && !replays.contains(one.receipt()));
        refusing.removeIf(one -> one.received().replay() && !replays.contains(one.receipt()));
        var rejected = new ArrayList<RejectedMessage>();
        var events = new ArrayList<TimelineEntry>();
        var outcomes = new LinkedHashMap<UUID, Outcome>();
        imported.keySet().forEach(receipt -> outcomes.put(receipt, new Outcome()));

        var present = new ArrayList<Counting>();
        for (Counting one : counting) {
            if (there.contains(one.report().domainId())) {
                present.add(one);
            } else {
                rejected.add(new RejectedMessage(one.received(), GONE));
                rejectAgain(session, one.receipt(), GONE, replays);
                outcomes.computeIfPresent(one.receipt(), (_, outcome) -> outcome.rejected(GONE));
            }
        }
        var blocked = new LinkedHashMap<UUID, Instant>();
        List<Recording> recordings = session.recording().record(present.stream().map(Counting::report).toList());
        for (int i = 0; i < present.size(); i++) {
            Counting one = present.get(i);
            Recording recording = recordings.get(i);
            outcomes.computeIfPresent(one.receipt(), (_, outcome) -> outcome.recorded(recording));
            event(one, recording).ifPresent(events::add);
            if (recording == Recording.COUNTED && blocks(one.report().report())) {
                blocked.merge(one.report().domainId(), one.report().receipt().receivedAt(),
                        (a, b) -> a.isAfter(b) ? a : b);
            }
        }
        session.domains().probeSoon(blocked);
        for (Refusing one : refusing) {
            if (one.domain().map(owner -> there.contains(owner.domainId())).orElse(true)) {
                refuse(session, one, replays, events);
                rejected.add(new RejectedMessage(one.received(), one.reason()));
            } else {
                rejected.add(new RejectedMessage(one.received(), GONE));
            }
            outcomes.computeIfPresent(one.receipt(), (_, outcome) -> outcome.rejected(one.reason()));
        }
        replays.forEach(session.rejectedReports()::settled);
        session.timeline().addAll(events);
        session.rollout().advance(List.copyOf(blocked.keySet()), now);
        settle(session, present, recordings);
        outcomes.forEach((receipt, outcome) -> outcome.note(session, imported.get(receipt)));
        return rejected;
    }

    /// Keeps the mails whose signatures the DNS did not let us verify, and lets go of those that are settled now.
    private static void settle(TenantSession session, List<Counting> present, List<Recording> recordings) {
        var settled = new LinkedHashSet<UUID>();
        var unsettled = new LinkedHashMap<UUID, ReceivedReport>();
        for (int i = 0; i < present.size(); i++) {
            Counting one = present.get(i);
            switch (one.report().authenticity().state()) {
                case UNKNOWN -> {
                    // What is known already is kept already, or has been looked at often enough.
                    if (recordings.get(i) != Recording.KNOWN) {
                        unsettled.put(one.receipt(), one.message());
                    }
                }
                case NOT_MAIL -> {
                    // There is no signature to wait for.
                }
                case VERIFIED, UNSIGNED, FAILED -> settled.add(one.receipt());
            }
        }
        session.unsettledMails().remove(settled);
        unsettled.values().forEach(message -> session.unsettledMails().add(new UnsettledMailStore.Unsettled(
                message.destination() instanceof Destination.Address(var token) ? token : "", message.receipt(),
                message.bytes())));
    }

    /// What was rejected before, is tried again, and has not been settled meanwhile: each is held, so that a repeat of
    /// this message waits, and then finds it settled.
    private Set<UUID> stillRejected(TenantSession session) {
        List<UUID> again = Stream.concat(counting.stream().filter(one -> one.received().replay()).map(Counting::receipt),
                refusing.stream().filter(one -> one.received().replay()).map(Refusing::receipt)).distinct().toList();
        return new LinkedHashSet<>(again.isEmpty() ? Set.of() : session.rejectedReports().stillRejected(again));
    }

    /// @param replays those of which nothing has been rejected again yet; what this one rejects under its own receipt
    ///                leaves them
    private static void refuse(TenantSession session, Refusing one, Set<UUID> replays, List<TimelineEntry> events) {
        if (one.received().receipt().id().equals(one.receipt())
                && rejectAgain(session, one.receipt(), one.reason(), replays)) {
            return;
        }
        boolean fresh = session.rejectedReports().add(new RejectedReport(
                one.domain().map(ReportAddresses.Owner::domainId), one.received().receipt(), one.reason().code(),
                one.reason().toString()), one.received().bytes());
        if (fresh && one.received().item().isEmpty()) {
            one.domain().ifPresent(owner -> events.add(new TimelineEntry(TimeOrderedId.now(),
                    Optional.of(owner.domainId()), one.received().receipt().receivedAt(),
                    new TimelineEvent.ReportRejected(owner.domain(), one.received().receipt().id(),
                            one.reason().code(), one.reason().toString()))));
        }
    }

    /// @return false when it is none of the replays
    private static boolean rejectAgain(TenantSession session, UUID receipt, Problem reason, Set<UUID> replays) {
        if (!replays.remove(receipt)) {
            return false;
        }
        session.rejectedReports().rejectedAgain(receipt, reason.code(), reason.toString());
        return true;
    }

    /// What the timeline tells. Of an import, its own page tells: years of reports are no news of today.
    private static Optional<TimelineEntry> event(Counting one, Recording recording) {
        if (one.received().item().isPresent()) {
            return Optional.empty();
        }
        IncomingReport report = one.report();
        Optional<TimelineEvent> event = switch (recording) {
            case COUNTED, DISPLACING -> Optional.of(received(report));
            case CONFLICTING -> Optional.of(new TimelineEvent.ReportRejected(report.policyDomain(), report.key(),
                    "conflicting", "A report of the same name, '" + report.report().reportId() + "', had come with other "
                    + "content. This one is kept but not counted."));
            // Read again, or sent again: it counts once.
            case KNOWN -> Optional.empty();
        };
        return event.map(what -> new TimelineEntry(TimeOrderedId.now(), Optional.of(report.domainId()),
                report.receipt().receivedAt(), what));
    }

    private static TimelineEvent received(IncomingReport incoming) {
        TlsReport report = incoming.report();
        SessionCount sessions = SessionCount.of(report);
        return new TimelineEvent.ReportReceived(incoming.policyDomain(), incoming.key(), report.organizationName(),
                report.reportId(), report.start(), report.end(), sessions.successful(), sessions.failed(),
                ReportFigures.of(report).failedByResultType());
    }

    /// Whether it tells of something that enforce would refuse: then we look for ourselves.
    private static boolean blocks(TlsReport report) {
        return report.policies().stream().anyMatch(policy -> policy.failures().stream().anyMatch(failure ->
                Consequence.of(policy.type(), failure.type()).blocks() && failure.failedSessions().orElse(1) > 0));
    }

    /// What became of the reports in one item of an import.
    private static final class Outcome {
        private int counted;
        private int known;
        private int conflicting;
        private int rejected;
        private Optional<Problem> first = Optional.empty();

        Outcome recorded(Recording recording) {
            switch (recording) {
                case COUNTED, DISPLACING -> counted++;
                case KNOWN -> known++;
                case CONFLICTING -> conflicting++;
            }
            return this;
        }

        Outcome rejected(Problem reason) {
            rejected++;
            first = first.or(() -> Optional.of(reason));
            return this;
        }

        void note(TenantSession session, ReceivedReport message) {
            message.item().ifPresent(item -> session.importItems().add(new ImportItemStore.Outcome(item.importId(),
                    message.receipt().id(), item.name(), counted, known, conflicting, rejected,
                    first.map(Problem::code).orElse(""), first.map(Problem::toString).orElse(""))));
        }
    }
}

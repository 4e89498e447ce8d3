package dev.postern.ingest.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.db.report.Receipt;
import dev.postern.ingest.log.ReceivedReport;
import dev.postern.ingest.unwrap.ReportCandidate;
import dev.postern.ingest.unwrap.Unwrapper;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.tlsrpt.ReportLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Opens messages: takes the reports out of them and reads each.
final class MessageOpener {

    private final Unwrapper unwrapper;
    private final ReportContent content;

    MessageOpener(Unwrapper unwrapper, ReportLimits limits) {
        this.unwrapper = unwrapper;
        this.content = new ReportContent(limits);
    }

    Opened open(ReceivedReport received) {
        return switch (unwrapper.unwrap(received.bytes(), received.receipt().contentType())) {
            case Parsed.Invalid<List<ReportCandidate>>(var problems) -> new Opened(received,
                    List.of(new Opened.Piece(received, new Parsed.Invalid<>(problems))), 0);
            case Parsed.Valid<List<ReportCandidate>>(var candidates, var notes) -> open(received, candidates, notes);
        };
    }

    /// @param notes what was forgiven in taking the reports out, which each of them bears
    private Opened open(ReceivedReport received, List<ReportCandidate> candidates, List<Problem> notes) {
        var pieces = new ArrayList<Opened.Piece>();
        long weight = 0;
        for (ReportCandidate candidate : candidates) {
            Parsed<ReportContent.Read> read = switch (content.read(candidate.bytes())) {
                case Parsed.Valid<ReportContent.Read>(var valid, var _) -> Parsed.valid(valid.with(notes));
                case Parsed.Invalid<ReportContent.Read> invalid -> invalid;
            };
            weight += read.asOptional().map(report -> report.json().length).orElse(0);
            pieces.add(new Opened.Piece(candidates.size() == 1 ? received
                    : separated(received, candidate, pieces.size()), read));
        }
        return new Opened(received, pieces, weight);
    }

    private static ReceivedReport separated(ReceivedReport received, ReportCandidate candidate, int position) {
        Receipt receipt = received.receipt();
        // The same at every reading of the log.
        UUID id = UUID.nameUUIDFromBytes((receipt.id() + "/" + position).getBytes(UTF_8));
        return received.part(new Receipt(id, receipt.transport(), receipt.peer(), receipt.receivedAt(),
                candidate.contentType()), candidate.bytes());
    }
}

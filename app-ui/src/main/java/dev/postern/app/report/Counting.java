package dev.postern.app.report;

import dev.postern.db.account.ReportRules;
import dev.postern.db.report.StoredReport;
import java.util.Optional;

/// Why a stored report is not in the figures.
enum Counting {
    APART("Another report with the same name and period is counted, with other content. This one is kept apart."),
    NOT_AUTHENTIC("This organisation counts only reports that are signed by their sender or were uploaded by a member. "
            + "Anyone could have sent this one.");

    private final String sentence;

    Counting(String sentence) {
        this.sentence = sentence;
    }

    String sentence() {
        return sentence;
    }

    /// Empty where it is counted.
    static Optional<Counting> of(StoredReport report, ReportRules rules) {
        if (!report.counted()) {
            return Optional.of(APART);
        }
        return rules.onlyAuthentic() && !report.authentic() ? Optional.of(NOT_AUTHENTIC) : Optional.empty();
    }
}

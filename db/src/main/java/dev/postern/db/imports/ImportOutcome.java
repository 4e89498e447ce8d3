package dev.postern.db.imports;

import java.util.List;

/// What became of the items of one import so far.
///
/// @param items       that are recorded; an item may hold several reports, or none
/// @param fresh       reports that are counted and were not there before
/// @param known       reports that were there before
/// @param conflicting reports whose name was taken by other content: kept apart, not counted
/// @param wrong       what could not be read, or is about none of the organisation's domains
/// @param reasons     of the last two, the most frequent first
public record ImportOutcome(long items, long fresh, long known, long conflicting, long wrong, List<Reason> reasons) {

    public static final ImportOutcome NONE = new ImportOutcome(0, 0, 0, 0, 0, List.of());

    /// Stable name of the reason why a report is kept apart.
    public static final String CONFLICTING = "conflicting";

    public ImportOutcome {
        reasons = List.copyOf(reasons);
    }

    /// Why items were not counted.
    ///
    /// @param code     stable name
    /// @param example  the reason in words, of one of them
    /// @param items    how many
    /// @param examples names of a few
    public record Reason(String code, String example, long items, List<String> examples) {
    }
}

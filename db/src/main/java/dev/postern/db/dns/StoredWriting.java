package dev.postern.db.dns;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// That Postern writes a domain's records, and how that goes.
///
/// @param lastRunAt     when it was last tried
/// @param lastSuccessAt when all records were last found or made right
/// @param failures      in a row, up to the last try
/// @param lastError     what failed and what to do; empty while all is well
/// @param records       what is known of each name, by name
public record StoredWriting(WritingTarget writer, Instant chosenAt, String chosenBy, Instant nextRunAt,
                            Optional<Instant> lastRunAt, Optional<Instant> lastSuccessAt, int failures,
                            Optional<String> lastError, List<Known> records) {

    /// What is known of one name.
    ///
    /// @param planned   values that Postern planned for it, the newest last
    /// @param pending   whether the newest of them was about to be written, and it is not known whether it was
    /// @param writtenAt when Postern last wrote it; empty where it never had to
    /// @param conflict  somebody else's record that is in the way
    /// @param allowed   somebody else's record that may be replaced
    public record Known(String name, String type, List<String> planned, boolean pending, Optional<Instant> writtenAt,
                        Optional<String> conflict, Optional<String> allowed) {
        public Known {
            planned = List.copyOf(planned);
        }

        /// Whether it said this when it was last looked at.
        public boolean says(String value) {
            return !pending && conflict.isEmpty() && !planned.isEmpty() && planned.getLast().equals(value);
        }
    }

    public StoredWriting {
        records = List.copyOf(records);
    }

    public Optional<Known> known(String name) {
        return records.stream().filter(known -> known.name().equals(name)).findFirst();
    }
}

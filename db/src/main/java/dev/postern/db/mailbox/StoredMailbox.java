package dev.postern.db.mailbox;

import dev.postern.mailbox.Mailbox;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// A mailbox and how reading it goes. The password is not in it.
///
/// @param readTo        up to where it has been read; empty before the first time
/// @param lastPollAt    when it was last tried
/// @param lastSuccessAt when it was last read without a failure
/// @param failures      in a row, up to the last try
/// @param lastError     what failed and what to do; empty while all is well
/// @param seen          mails looked at in all
/// @param taken         those that looked like reports and were passed on
/// @param tooLarge      reports that were left because of their size
public record StoredMailbox(UUID id, Mailbox mailbox, Instant createdAt, String createdBy, boolean paused,
                            Optional<ReadTo> readTo, Instant nextPollAt, Optional<Instant> lastPollAt,
                            Optional<Instant> lastSuccessAt, int failures, Optional<String> lastError, long seen,
                            long taken, long tooLarge) {
}

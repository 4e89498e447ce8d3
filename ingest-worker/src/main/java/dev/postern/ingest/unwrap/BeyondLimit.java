package dev.postern.ingest.unwrap;

import dev.postern.parse.Problem;
import org.apache.james.mime4j.MimeException;

/// What was received goes beyond a limit. The MIME parser passes it on from its handler.
final class BeyondLimit extends MimeException {

    private final transient Problem problem;

    /// @param message a sentence that names the limit
    BeyondLimit(String message) {
        super(message);
        problem = new Problem("mail-limit", message, "");
    }

    Problem problem() {
        return problem;
    }
}

package dev.postern.standalone.fault;

/// What a sender knows after one attempt to hand over a report.
sealed interface Outcome {

    /// The receiver has said that it keeps the report.
    record Acknowledged() implements Outcome {
    }

    /// The receiver has said that it does not.
    ///
    /// @param code  SMTP reply code or HTTP status
    /// @param words what stands beside it
    record Refused(int code, String words) implements Outcome {

        /// RFC 5321 §4.2.1 and RFC 9110 §15.6: the same may be taken later.
        boolean forNow() {
            return code >= 400 && code < 500 && code != 404 || code == 503;
        }
    }

    /// The connection broke, or never came about.
    record Unknown(String why) implements Outcome {
    }
}

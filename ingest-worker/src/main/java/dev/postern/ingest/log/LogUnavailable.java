package dev.postern.ingest.log;

/// Kafka did not acknowledge in time: whoever sent the report has to try again later.
public final class LogUnavailable extends RuntimeException {

    LogUnavailable(Exception cause) {
        super("Kafka did not acknowledge: " + cause.getMessage(), cause);
    }
}

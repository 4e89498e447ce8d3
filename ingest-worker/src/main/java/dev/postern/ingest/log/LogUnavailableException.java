package dev.postern.ingest.log;

/// Kafka did not acknowledge. Nothing may be acknowledged to the sender either.
public final class LogUnavailableException extends Exception {

    LogUnavailableException(Exception cause) {
        super("the log of received reports does not answer: " + cause, cause);
    }
}

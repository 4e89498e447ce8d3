package dev.postern.ingest.receive;

import java.io.IOException;

/// Why a body is not read to its end.
public abstract sealed class BodyRefused extends IOException {

    private BodyRefused(String message) {
        super(message);
    }

    /// It is longer than allowed.
    public static final class TooLarge extends BodyRefused {
        TooLarge(int most) {
            super("more than " + most + " bytes");
        }
    }

    /// It comes too slowly to wait for.
    public static final class TooSlow extends BodyRefused {
        TooSlow(int bytesPerSecond) {
            super("slower than the limit of " + bytesPerSecond + " bytes a second");
        }
    }

    /// Too many bodies are being received at the moment.
    public static final class NoRoom extends BodyRefused {
        NoRoom() {
            super("no memory to receive into");
        }
    }
}

package dev.postern.app.imports;

import dev.postern.app.base.Badge;
import java.util.Optional;

/// How an import's state is told where it is not simply done.
final class ImportWords {

    private ImportWords() {
    }

    static Optional<Badge> badge(ImportStatus status) {
        return switch (status.job().state()) {
            case WAITING, READING, READ -> Optional.empty();
            case FAILED -> Optional.of(Badge.warning("Not read to the end"));
            case INTERRUPTED -> Optional.of(Badge.warning("Interrupted"));
        };
    }
}

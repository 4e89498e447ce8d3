package dev.postern.standalone;

import dev.postern.settings.Setting;
import java.nio.file.Path;
import java.util.List;

/// The settings of the standalone process beyond those of its parts.
final class StandaloneSettings {

    static final Setting<Path> DATA = Setting.path("POSTERN_DATA", "data",
            "Folder of the standalone process: embedded PostgreSQL and Kafka, and the secret key");
    static final List<Setting<?>> ALL = List.of(DATA);

    private StandaloneSettings() {
    }
}

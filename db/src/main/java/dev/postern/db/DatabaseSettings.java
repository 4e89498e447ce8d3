package dev.postern.db;

import dev.postern.settings.Setting;
import dev.postern.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where the database is, and the folder of an installation.
///
/// @param url           JDBC address
/// @param user          the role to sign in with: the application's
/// @param password      its password
/// @param ownerUser     a role that may create roles and the schema; present where this process migrates
/// @param ownerPassword its password
/// @param poolSize      connections at the most
/// @param keyFile       the installation's secret key
public record DatabaseSettings(String url, String user, String password, Optional<String> ownerUser,
                               String ownerPassword, int poolSize, Path keyFile) {

    public static final Setting<String> URL = Setting.text("POSTERN_DATABASE_URL",
            "jdbc:postgresql://localhost:5432/postern", "JDBC address of PostgreSQL");
    public static final Setting<String> USER = Setting.text("POSTERN_DATABASE_USER", "postern_app",
            "Role the processes sign in with; it owns nothing");
    public static final Setting<String> PASSWORD = Setting.text("POSTERN_DATABASE_PASSWORD", "",
            "Its password");
    public static final Setting<Optional<String>> OWNER_USER = Setting.optional("POSTERN_DATABASE_OWNER_USER",
            "Role that may create roles and the schema; set it on the process that migrates");
    public static final Setting<String> OWNER_PASSWORD = Setting.text("POSTERN_DATABASE_OWNER_PASSWORD", "",
            "Its password");
    public static final Setting<Integer> POOL_SIZE = Setting.number("POSTERN_DATABASE_POOL", 10, 2, 200,
            "Database connections of a process, at the most");
    public static final Setting<Path> KEY_FILE = Setting.path("POSTERN_SECRET_KEY_FILE", "data/secret.key",
            "The installation's secret key, made at first start when absent; all processes share it");
    public static final List<Setting<?>> ALL = List.of(URL, USER, PASSWORD, OWNER_USER, OWNER_PASSWORD, POOL_SIZE,
            KEY_FILE);

    public static DatabaseSettings from(Settings settings) {
        return new DatabaseSettings(settings.get(URL), settings.get(USER), settings.get(PASSWORD),
                settings.get(OWNER_USER), settings.get(OWNER_PASSWORD), settings.get(POOL_SIZE),
                settings.get(KEY_FILE));
    }
}

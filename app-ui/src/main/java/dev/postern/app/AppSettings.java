package dev.postern.app;

import dev.postern.app.security.Bootstrap;
import dev.postern.app.security.EmailAddress;
import dev.postern.parse.Parsed;
import dev.postern.settings.InvalidSettingException;
import dev.postern.settings.Setting;
import dev.postern.settings.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The settings of the web pages and the REST API.
///
/// @param bind       address to listen on
/// @param port       port to listen on; 0 for a free one
/// @param publicHost host that report addresses and policy host names are made from
/// @param publicUrl  where browsers reach this process, when that is not `http://localhost`
/// @param kafka      `host:port` of Kafka brokers, several with commas
/// @param bootstrap  the first account, when one is to be made at start
/// @param importFolder   where uploaded archives lie until they are read
/// @param importMaxBytes of the files of one import
public record AppSettings(String bind, int port, String publicHost, Optional<URI> publicUrl, String kafka,
                          Optional<Bootstrap.FirstAccount> bootstrap, Path importFolder, long importMaxBytes) {

    private static final Pattern HOST = Pattern.compile(
            "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

    public static final Setting<String> BIND = Setting.text("POSTERN_BIND", "127.0.0.1",
            "Address that servers listen on. Anything but loopback is reachable from elsewhere.");
    public static final Setting<Integer> PORT = Setting.port("POSTERN_PORT", 8080,
            "Port of the web pages and the REST API (HTTP, behind a TLS edge).");
    public static final Setting<String> PUBLIC_HOST = new Setting<>("POSTERN_PUBLIC_HOST",
            "Public host name of this installation: report addresses and the names of policy hosts are made from it.",
            "localhost", "a host name in A-labels, lower case", AppSettings::host);
    public static final Setting<Optional<URI>> PUBLIC_URL = new Setting<>("POSTERN_PUBLIC_URL",
            "Where browsers reach the web pages. With https, cookies are sent over TLS only.",
            "", "http:// or https:// and a host", AppSettings::webAddress);
    public static final Setting<String> KAFKA = Setting.text("POSTERN_KAFKA", "localhost:9092",
            "Kafka brokers, host:port, several with commas.");
    public static final Setting<Optional<String>> BOOTSTRAP_EMAIL = new Setting<>("POSTERN_BOOTSTRAP_EMAIL",
            "E-mail address of an account to make at start when it is not there, for automation.",
            "", "an e-mail address", AppSettings::some);
    public static final Setting<Optional<String>> BOOTSTRAP_PASSWORD = new Setting<>("POSTERN_BOOTSTRAP_PASSWORD",
            "That account's password.", "", "1 to 128 characters, needed with POSTERN_BOOTSTRAP_EMAIL",
            AppSettings::some);
    public static final Setting<String> BOOTSTRAP_ORGANISATION = new Setting<>("POSTERN_BOOTSTRAP_ORGANISATION",
            "Name of that account's organisation.", "Bootstrap organisation", "1 to 200 characters", text -> text);
    public static final Setting<Optional<String>> BOOTSTRAP_TOKEN = new Setting<>("POSTERN_BOOTSTRAP_TOKEN",
            "An API token that the organisation gets, with this very value.", "",
            "printable ASCII without blanks", AppSettings::token);
    public static final Setting<Path> IMPORT_FOLDER = new Setting<>("POSTERN_IMPORT_FOLDER",
            "Folder in which uploaded archives of reports lie until they are read; it is empty otherwise.",
            "", "a path; when not set, a folder among the system's temporary files", AppSettings::importFolder);
    public static final Setting<Long> IMPORT_MAX_BYTES = new Setting<>("POSTERN_IMPORT_MAX_BYTES",
            "Most bytes of one import: of the archives as they are uploaded.",
            Long.toString(2L << 30), "a whole number from 1 to " + (1L << 40), AppSettings::importMaxBytes);
    /// Every setting, for the documentation.
    public static final List<Setting<?>> ALL = List.of(PORT, BIND, PUBLIC_HOST, PUBLIC_URL, KAFKA, BOOTSTRAP_EMAIL,
            BOOTSTRAP_PASSWORD, BOOTSTRAP_ORGANISATION, BOOTSTRAP_TOKEN, IMPORT_FOLDER, IMPORT_MAX_BYTES);

    /// @throws InvalidSettingException when one is not allowed
    public static AppSettings from(Settings settings) {
        return new AppSettings(settings.get(BIND), settings.get(PORT), settings.get(PUBLIC_HOST),
                settings.get(PUBLIC_URL), settings.get(KAFKA), bootstrap(settings),
                settings.get(IMPORT_FOLDER), settings.get(IMPORT_MAX_BYTES));
    }

    private static Optional<Bootstrap.FirstAccount> bootstrap(Settings settings) {
        return settings.get(BOOTSTRAP_EMAIL).map(text -> {
            if (!(EmailAddress.parse(text) instanceof Parsed.Valid<EmailAddress>(var email, var _))) {
                throw new InvalidSettingException(BOOTSTRAP_EMAIL, text);
            }
            String password = settings.get(BOOTSTRAP_PASSWORD)
                    .orElseThrow(() -> new InvalidSettingException(BOOTSTRAP_PASSWORD, ""));
            return new Bootstrap.FirstAccount(email, password, settings.get(BOOTSTRAP_ORGANISATION),
                    settings.get(BOOTSTRAP_TOKEN));
        });
    }

    /// Whether browsers come over TLS, which an edge before this process ends.
    public boolean behindTls() {
        return publicUrl.map(url -> url.getScheme().equals("https")).orElse(false);
    }

    private static Optional<String> some(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static Path importFolder(String text) {
        return text.isEmpty() ? Path.of(System.getProperty("java.io.tmpdir"), "postern-imports") : Path.of(text);
    }

    private static Long importMaxBytes(String text) {
        long bytes = Long.parseLong(text);
        if (bytes < 1 || bytes > 1L << 40) {
            throw new IllegalArgumentException("out of range");
        }
        return bytes;
    }

    private static Optional<String> token(String text) {
        if (!text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("can't stand in a header");
        }
        return some(text);
    }

    private static String host(String text) {
        if (!HOST.matcher(text).matches()) {
            throw new IllegalArgumentException("no host name");
        }
        return text;
    }

    private static Optional<URI> webAddress(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        URI url = URI.create(text);
        if (url.getHost() == null || !List.of("http", "https").contains(url.getScheme())) {
            throw new IllegalArgumentException("no web address");
        }
        return Optional.of(url);
    }
}

package dev.postern.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.AppSettings;
import dev.postern.db.DatabaseSettings;
import dev.postern.dnswriter.WriterSettings;
import dev.postern.ingest.IngestSettings;
import dev.postern.ingest.imap.PollSettings;
import dev.postern.outbound.dns.DnsWriteSettings;
import dev.postern.outbound.imap.ImapSettings;
import dev.postern.policyhost.PolicyHostSettings;
import dev.postern.probe.ProbeSettings;
import dev.postern.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// `docs/configuration.md` lists every setting as the code has it. Run with `POSTERN_WRITE_DOCS=true` to write it.
class ConfigurationPageTest {

    private static final Path PAGE = Path.of("../docs/configuration.md");

    @Test
    void thePageListsEverySettingAsTheCodeHasIt() throws IOException {
        String page = page();
        if (Boolean.parseBoolean(System.getenv("POSTERN_WRITE_DOCS"))) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private static String page() {
        Map<String, List<Setting<?>>> processes = new LinkedHashMap<>();
        processes.put("app-ui", together(AppSettings.ALL, ImapSettings.ALL, List.of(DnsWriteSettings.PRIVATE_ADDRESSES, DnsWriteSettings.ZONE)));
        processes.put("ingest-worker", together(IngestSettings.ALL, PollSettings.ALL, ImapSettings.ALL));
        processes.put("probe-worker", ProbeSettings.ALL);
        processes.put("dns-writer", together(WriterSettings.ALL, DnsWriteSettings.ALL,
                List.of(ImapSettings.DNS_SERVERS, ImapSettings.DNS_TIMEOUT)));
        processes.put("policy-host", PolicyHostSettings.ALL);
        processes.put("database", DatabaseSettings.ALL);
        processes.put("standalone", StandaloneSettings.ALL);
        var settings = new TreeMap<String, Setting<?>>();
        var readers = new TreeMap<String, List<String>>();
        processes.forEach((process, all) -> all.forEach(setting -> {
            settings.putIfAbsent(setting.name(), setting);
            readers.merge(setting.name(), List.of(process), (a, b) -> java.util.stream.Stream.concat(a.stream(),
                    b.stream()).toList());
        }));
        String rows = settings.values().stream().map(setting -> "| `%s` | %s | %s | %s | %s |".formatted(
                setting.name(), cell(setting.meaning()),
                setting.fallback().isEmpty() ? "" : "`" + setting.fallback() + "`", cell(setting.allowed()),
                String.join(", ", readers.get(setting.name())))).collect(Collectors.joining("\n"));
        return """
                # Settings

                Every setting is an environment variable. A wrong one stops the start with its name, its value and what
                is allowed. `database` stands for every process that uses the database: all but the policy host.

                | variable | sets | default | allowed | read by |
                |---|---|---|---|---|
                %s

                The launcher also reads `JAVA_HOME`, and `POSTERN_JAVA_OPTIONS` for further options of the JVM. Tests
                take running servers from `POSTERN_TEST_DATABASE_URL` (with `POSTERN_TEST_DATABASE_USER` and
                `POSTERN_TEST_DATABASE_PASSWORD`, a role that may create roles) and `POSTERN_TEST_KAFKA`.

                ## A process by itself

                `java -cp 'standalone/target/lib/*' CLASS`, with `POSTERN_DATABASE_URL`, `POSTERN_DATABASE_PASSWORD` and
                `POSTERN_KAFKA` set, starts one of `dev.postern.app.AppUi`, `dev.postern.ingest.IngestWorker`,
                `dev.postern.probe.ProbeWorker`, `dev.postern.dnswriter.DnsWriter` and `dev.postern.policyhost.PolicyHostMain` (which needs only Kafka). One
                process, usually app-ui, also gets `POSTERN_DATABASE_OWNER_USER` and migrates; the others wait for it. All
                share the file of `POSTERN_SECRET_KEY_FILE`.
                """.formatted(rows);
    }

    /// A setting that two parts of a process read stands once.
    @SafeVarargs
    private static List<Setting<?>> together(List<Setting<?>>... parts) {
        var byName = new LinkedHashMap<String, Setting<?>>();
        List.of(parts).forEach(part -> part.forEach(setting -> byName.putIfAbsent(setting.name(), setting)));
        return List.copyOf(byName.values());
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}

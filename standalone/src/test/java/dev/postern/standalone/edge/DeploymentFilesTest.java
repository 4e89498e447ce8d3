package dev.postern.standalone.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.AppUi;
import dev.postern.ingest.IngestSettings;
import dev.postern.dnswriter.DnsWriter;
import dev.postern.ingest.IngestWorker;
import dev.postern.policyhost.PolicyHostMain;
import dev.postern.probe.ProbeWorker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// `docker-compose.yml`, `.env.example` and the Caddyfile fit each other, as far as can be told without an engine.
class DeploymentFilesTest {

    private static final Path TOP = Caddy.caddyfile().getParent().getParent();
    private static final Set<String> OWN = Set.of("app-ui", "ingest-worker", "probe-worker", "dns-writer", "policy-host");
    private static final Set<String> KEYS_OF_A_SERVICE = Set.of("image", "build", "command", "environment", "restart",
            "read_only", "tmpfs", "cap_drop", "cap_add", "security_opt", "mem_limit", "pids_limit", "ulimits", "ports",
            "volumes", "networks", "depends_on", "healthcheck");

    private final Map<String, Object> compose = compose();
    private final Map<String, Object> services = map(compose.get("services"));

    @Test
    void everyServiceIsCompleteAndEverythingItNamesIsThere() {
        assertThat(services.keySet()).containsAll(OWN).contains("postgres", "kafka", "edge");
        services.forEach((name, described) -> {
            var service = map(described);
            assertThat(KEYS_OF_A_SERVICE).as(name).containsAll(service.keySet());
            assertThat(service).as(name).containsKeys("image", "networks").containsEntry("restart", "unless-stopped");
            assertThat(map(compose.get("networks")).keySet()).as(name).containsAll(names(service.get("networks")));
            assertThat(services.keySet()).as(name).containsAll(names(service.get("depends_on")));
            names(service.get("volumes")).stream().map(volume -> volume.split(":")[0]).forEach(volume -> {
                if (volume.startsWith("./")) {
                    assertThat(TOP.resolve(volume)).exists();
                } else {
                    assertThat(map(compose.get("volumes"))).containsKey(volume);
                }
            });
        });
        // A dependency on health needs somebody to tell it.
        services.forEach((_, described) -> {
            if (map(described).get("depends_on") instanceof Map<?, ?> dependencies) {
                dependencies.forEach((on, how) -> assertThat(map(how).get("condition").equals("service_healthy"))
                        .isEqualTo(map(services.get(on.toString())).containsKey("healthcheck")));
            }
        });
    }

    @Test
    void everyProcessIsOneOfOurs() {
        assertThat(OWN.stream().map(name -> names(map(services.get(name)).get("command")).getFirst()))
                .containsExactlyInAnyOrder(AppUi.class.getName(), IngestWorker.class.getName(),
                        ProbeWorker.class.getName(), PolicyHostMain.class.getName(), DnsWriter.class.getName());
    }

    @Test
    void onlyTheEdgeAndTheMailServerAreReachableFromOutside() {
        services.forEach((name, described) -> assertThat(names(map(described).get("ports"))).as(name).isEqualTo(
                switch (name) {
                    case "edge" -> List.of("80:80", "443:443");
                    case "ingest-worker" -> List.of("25:2525");
                    default -> List.of();
                }));
        assertThat(names(map(services.get("edge")).get("networks"))).containsExactly("front");
        for (String apart : List.of("postgres", "kafka")) {
            assertThat(names(map(services.get(apart)).get("networks"))).doesNotContain("front");
        }
    }

    @Test
    void whatFacesTheInternetCanDoLittle() {
        for (String name : List.of("edge", "app-ui", "ingest-worker", "probe-worker", "dns-writer", "policy-host")) {
            assertThat(map(services.get(name))).as(name).containsEntry("read_only", true)
                    .containsEntry("cap_drop", List.of("ALL"))
                    .containsEntry("security_opt", List.of("no-new-privileges:true"));
        }
        var edge = map(services.get("edge"));
        assertThat(edge).containsEntry("cap_add", List.of("NET_BIND_SERVICE")).containsKeys("mem_limit", "pids_limit");
        // Where Caddy's image keeps certificates and its configuration.
        assertThat(names(edge.get("volumes"))).contains("edge:/data", "./deploy/Caddyfile:/etc/caddy/Caddyfile:ro");
        assertThat(names(edge.get("tmpfs"))).contains("/config");
    }

    @Test
    void theEdgeIsBelievedAtItsFixedAddress() {
        var front = map(map(map(services.get("edge")).get("networks")).get("front"));
        String address = front.get("ipv4_address").toString();
        for (String name : OWN) {
            assertThat(map(map(services.get(name)).get("environment"))).as(name)
                    .containsEntry(IngestSettings.EDGES.name(), address);
        }
    }

    @Test
    void theEdgePassesRequestsToServicesThatShareItsNetwork() throws IOException {
        var upstreams = placeholders("POSTERN_EDGE_(?:POLICY_HOST|PAGES|REPORTS)");
        assertThat(upstreams).containsOnlyKeys("POSTERN_EDGE_POLICY_HOST", "POSTERN_EDGE_PAGES", "POSTERN_EDGE_REPORTS")
                .containsEntry("POSTERN_EDGE_POLICY_HOST", "policy-host:8081")
                .containsEntry("POSTERN_EDGE_PAGES", "app-ui:8080")
                .containsEntry("POSTERN_EDGE_REPORTS", "ingest-worker:8082");
        for (String upstream : upstreams.values()) {
            assertThat(names(map(services.get(upstream.split(":")[0])).get("networks"))).contains("front");
        }
        String healthPort = placeholders("POSTERN_EDGE_HEALTH_PORT").get("POSTERN_EDGE_HEALTH_PORT");
        assertThat(names(map(map(services.get("edge")).get("healthcheck")).get("test")))
                .contains("http://127.0.0.1:" + healthPort + "/");
        // What is set in the container is a placeholder of the Caddyfile, and the same CA is meant.
        var set = map(map(services.get("edge")).get("environment"));
        assertThat(placeholders("POSTERN_[A-Z_]+").keySet()).containsAll(set.keySet());
        assertThat(set.get("POSTERN_ACME_DIRECTORY").toString())
                .contains(placeholders("POSTERN_ACME_DIRECTORY").get("POSTERN_ACME_DIRECTORY"));
    }

    @Test
    void theExampleNamesEveryVariable() throws IOException {
        assertThat(variables("(?m)^#?([A-Z_]+)=", ".env.example"))
                .isEqualTo(variables("\\$\\{([A-Z_]+)", "docker-compose.yml"));
    }

    /// With nothing set but what has to be, as in production. The CA is not asked: nothing starts.
    @Test
    void caddyTakesTheFileAsItIsInProduction(@TempDir Path folder) throws Exception {
        Path caddy = Program.orSkip("caddy", "caddy");
        var environment = Map.of("HOME", folder.toString(), "POSTERN_PUBLIC_HOST", "postern.example.net");
        try (var validation = Program.start(folder.resolve("validation.log"), environment, List.of(caddy.toString(),
                "validate", "--adapter", "caddyfile", "--config", Caddy.caddyfile().toString()))) {
            assertThat(validation.exitCode()).as(validation.log()).isZero();
            assertThat(validation.log()).contains("Valid configuration").doesNotContain("not formatted");
        }
        try (var adaptation = Program.start(folder.resolve("adapted.json"), environment, List.of(caddy.toString(),
                "adapt", "--adapter", "caddyfile", "--config", Caddy.caddyfile().toString()))) {
            assertThat(adaptation.exitCode()).isZero();
            assertThat(adaptation.log()).contains("\"ask\":\"http://policy-host:8081/allowed\"", "\":443\"", "\":80\"",
                    "\"127.0.0.1:2080\"", "https://acme-v02.api.letsencrypt.org/directory",
                    "\"admin\":{\"disabled\":true}");
        }
    }

    /// `{$NAME:default}` in the Caddyfile: name to default, empty without one.
    private static Map<String, String> placeholders(String name) throws IOException {
        String text = Files.readString(Caddy.caddyfile());
        return Pattern.compile("\\{\\$(" + name + ")(?::([^}]*))?}").matcher(text).results()
                .collect(Collectors.toMap((MatchResult found) -> found.group(1),
                        found -> Objects.requireNonNullElse(found.group(2), ""), (one, other) -> {
                            assertThat(one).as("one name has one default").isEqualTo(other);
                            return one;
                        }));
    }

    private static Set<String> variables(String written, String file) throws IOException {
        return new TreeSet<>(Pattern.compile(written).matcher(Files.readString(TOP.resolve(file))).results()
                .map(found -> found.group(1)).toList());
    }

    private static Map<String, Object> compose() {
        try {
            return map(new Yaml(new SafeConstructor(new LoaderOptions())).load(
                    Files.readString(Path.of(TOP.toString(), "docker-compose.yml"))));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    /// Compose allows a list or a mapping in several places.
    private static List<String> names(Object value) {
        return switch (value) {
            case null -> List.of();
            case Map<?, ?> mapping -> new ArrayList<>(mapping.keySet().stream().map(Object::toString).toList());
            case List<?> list -> list.stream().map(Object::toString).toList();
            default -> Arrays.asList(value.toString().split(" "));
        };
    }
}

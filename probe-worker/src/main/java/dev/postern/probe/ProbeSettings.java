package dev.postern.probe;

import dev.postern.settings.Setting;
import dev.postern.settings.Settings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The settings of the probe worker.
///
/// @param publicHost            host that report addresses and policy host names are made from
/// @param kafka                 `host:port` of Kafka brokers, several with commas
/// @param dnsServers            DNS servers to ask; empty: the system's
/// @param dnsTimeout            for one attempt at one DNS server
/// @param fetchPort             where policy hosts listen
/// @param fetchTimeout          for a whole fetch of a policy
/// @param trustStore            a file of further roots in PEM
/// @param allowPrivateAddresses whether policy hosts at addresses that are not public are asked
/// @param concurrency           consumers of probe requests in this process
public record ProbeSettings(String publicHost, String kafka, List<InetSocketAddress> dnsServers, Duration dnsTimeout,
                            int fetchPort, Duration fetchTimeout, Optional<Path> trustStore,
                            boolean allowPrivateAddresses, int concurrency) {

    private static final Pattern HOST = Pattern.compile(
            "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

    public static final Setting<String> PUBLIC_HOST = new Setting<>("POSTERN_PUBLIC_HOST",
            "Public host name of this installation: report addresses and the names of policy hosts are made from it.",
            "localhost", "a host name in A-labels, lower case", ProbeSettings::host);
    public static final Setting<String> KAFKA = Setting.text("POSTERN_KAFKA", "localhost:9092",
            "Kafka brokers, host:port, several with commas.");
    public static final Setting<List<InetSocketAddress>> DNS_SERVERS = Setting.addresses("POSTERN_DNS_SERVERS", "",
            "DNS servers that probes ask, host:port, several with commas. Absent: the system's.");
    public static final Setting<Integer> DNS_TIMEOUT = Setting.number("POSTERN_DNS_TIMEOUT", 2_000, 100, 10_000,
            "Milliseconds that a DNS server may take for an answer. Each is asked twice.");
    public static final Setting<Integer> FETCH_PORT = Setting.port("POSTERN_POLICY_FETCH_PORT", 443,
            "Port at which policy hosts are asked. Anything but 443 is for tests: senders know no other.");
    public static final Setting<Integer> FETCH_TIMEOUT = Setting.number("POSTERN_POLICY_FETCH_TIMEOUT", 15, 1, 60,
            "Seconds that fetching a policy may take. Senders wait for a minute at the most (RFC 8461 §3.3).");
    public static final Setting<Optional<Path>> TRUST_STORE = new Setting<>("POSTERN_TRUST_STORE",
            "File with further root certificates that a policy host's certificate may lead to.", "",
            "the path of a PEM file", text -> text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text)));
    public static final Setting<Boolean> ALLOW_PRIVATE_ADDRESSES = Setting.flag("POSTERN_ALLOW_PRIVATE_ADDRESSES",
            false, "Whether policy hosts at private addresses are asked. For tests only: it lets whoever adds a domain"
                    + " reach into this network.");
    public static final Setting<Integer> CONCURRENCY = Setting.number("POSTERN_PROBE_CONCURRENCY", 3, 1, 64,
            "Kafka consumers of probe requests in this process; each works on up to 20 domains at a time.");
    /// Every setting, for the documentation.
    public static final List<Setting<?>> ALL = List.of(PUBLIC_HOST, KAFKA, DNS_SERVERS, DNS_TIMEOUT, FETCH_PORT,
            FETCH_TIMEOUT, TRUST_STORE, ALLOW_PRIVATE_ADDRESSES, CONCURRENCY);

    /// @throws dev.postern.settings.InvalidSettingException when one is not allowed
    public static ProbeSettings from(Settings settings) {
        return new ProbeSettings(settings.get(PUBLIC_HOST), settings.get(KAFKA), settings.get(DNS_SERVERS),
                Duration.ofMillis(settings.get(DNS_TIMEOUT)), settings.get(FETCH_PORT),
                Duration.ofSeconds(settings.get(FETCH_TIMEOUT)), settings.get(TRUST_STORE),
                settings.get(ALLOW_PRIVATE_ADDRESSES), settings.get(CONCURRENCY));
    }

    private static String host(String text) {
        if (!HOST.matcher(text).matches()) {
            throw new IllegalArgumentException("no host name");
        }
        return text;
    }
}

package dev.postern.probe;

import dev.postern.name.HostName;
import dev.postern.observation.Vantage;
import dev.postern.settings.Setting;
import dev.postern.settings.Settings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
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
/// @param vantage               where this worker looks from
/// @param mxPort                where MXs listen
/// @param mxTimeout             for a whole dialogue with one address of an MX
/// @param landmarks             MX hosts that always answer, by which a blocked port 25 is recognised
/// @param dnssecAnchors         a file of trust anchors; empty: those of the root of the internet
/// @param deadline              for everything about one domain
/// @param trustStore            a file of further roots in PEM
/// @param allowPrivateAddresses whether addresses that are not public are asked
/// @param concurrency           consumers of probe requests in this process
public record ProbeSettings(String publicHost, String kafka, List<InetSocketAddress> dnsServers, Duration dnsTimeout,
                            int fetchPort, Duration fetchTimeout, Vantage vantage, int mxPort, Duration mxTimeout,
                            List<String> landmarks, Optional<Path> dnssecAnchors, Duration deadline,
                            Optional<Path> trustStore, boolean allowPrivateAddresses, int concurrency) {

    private static final Pattern HOST = Pattern.compile(
            "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

    public static final Setting<String> PUBLIC_HOST = new Setting<>("POSTERN_PUBLIC_HOST",
            "Public host name of this installation: report addresses and the names of policy hosts are made from it.",
            "localhost", "a host name in A-labels, lower case", ProbeSettings::host);
    public static final Setting<String> KAFKA = Setting.text("POSTERN_KAFKA", "localhost:9092",
            "Kafka brokers, host:port, several with commas.");
    public static final Setting<List<InetSocketAddress>> DNS_SERVERS = Setting.addresses("POSTERN_DNS_SERVERS", "",
            "DNS servers that are asked, host:port, several with commas. Absent: the system's.");
    public static final Setting<Integer> DNS_TIMEOUT = Setting.number("POSTERN_DNS_TIMEOUT", 2_000, 100, 10_000,
            "Milliseconds that a DNS server may take for an answer. Each is asked twice.");
    public static final Setting<Integer> FETCH_PORT = Setting.port("POSTERN_POLICY_FETCH_PORT", 443,
            "Port at which policy hosts are asked. Anything but 443 is for tests: senders know no other.");
    public static final Setting<Integer> FETCH_TIMEOUT = Setting.number("POSTERN_POLICY_FETCH_TIMEOUT", 15, 1, 60,
            "Seconds that fetching a policy may take. Senders wait for a minute at the most (RFC 8461 §3.3).");
    public static final Setting<Vantage> VANTAGE = new Setting<>("POSTERN_VANTAGE",
            "Name of the vantage point that this worker looks from, and where that is, as in fra1@Frankfurt. Workers "
                    + "of one name share the work; workers of several names each look, and their answers are compared.",
            "main", "1 to 32 lower-case letters, digits and hyphens, and if you like @ and a place", Vantage::parse);
    public static final Setting<Integer> MX_PORT = Setting.port("POSTERN_MX_PORT", 25,
            "Port at which MXs are asked. Anything but 25 is for tests: senders know no other.");
    public static final Setting<Integer> MX_TIMEOUT = Setting.number("POSTERN_MX_TIMEOUT", 30, 1, 120,
            "Seconds that the dialogue with one address of an MX may take.");
    public static final Setting<List<String>> LANDMARKS = new Setting<>("POSTERN_PORT25_LANDMARKS",
            "MX hosts that always answer. When none of them does, port 25 is blocked here, and what MXs do is unknown.",
            "gmail-smtp-in.l.google.com,mta5.am0.yahoodns.net,mx01.mail.icloud.com,mx00.emig.gmx.net",
            "host names in A-labels, with commas", ProbeSettings::hosts);
    public static final Setting<Optional<Path>> DNSSEC_ANCHORS = new Setting<>("POSTERN_DNSSEC_ANCHORS",
            "File with the DS or DNSKEY records that DNSSEC validation begins with. Absent: the root's, as IANA "
                    + "publishes them.", "", "the path of a zone file",
            text -> text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text)));
    public static final Setting<Integer> DEADLINE = Setting.number("POSTERN_PROBE_DEADLINE", 60, 5, 240,
            "Seconds that everything about one domain may take; what has not answered by then is unknown.");
    public static final Setting<Optional<Path>> TRUST_STORE = new Setting<>("POSTERN_TRUST_STORE",
            "File with further root certificates that certificates of policy hosts, MXs and IMAP servers may lead to.", "",
            "the path of a PEM file", text -> text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text)));
    public static final Setting<Boolean> ALLOW_PRIVATE_ADDRESSES = Setting.flag("POSTERN_ALLOW_PRIVATE_ADDRESSES",
            false, "Whether policy hosts and MXs at private addresses are asked. For tests only: it lets whoever adds a domain"
                    + " reach into this network.");
    public static final Setting<Integer> CONCURRENCY = Setting.number("POSTERN_PROBE_CONCURRENCY", 3, 1, 64,
            "Kafka consumers of probe requests in this process; each works on up to 50 domains at a time.");
    /// Every setting, for the documentation.
    public static final List<Setting<?>> ALL = List.of(PUBLIC_HOST, KAFKA, DNS_SERVERS, DNS_TIMEOUT, FETCH_PORT,
            FETCH_TIMEOUT, VANTAGE, MX_PORT, MX_TIMEOUT, LANDMARKS, DNSSEC_ANCHORS, DEADLINE, TRUST_STORE, ALLOW_PRIVATE_ADDRESSES, CONCURRENCY);

    /// @throws dev.postern.settings.InvalidSettingException when one is not allowed
    public static ProbeSettings from(Settings settings) {
        return new ProbeSettings(settings.get(PUBLIC_HOST), settings.get(KAFKA), settings.get(DNS_SERVERS),
                Duration.ofMillis(settings.get(DNS_TIMEOUT)), settings.get(FETCH_PORT),
                Duration.ofSeconds(settings.get(FETCH_TIMEOUT)), settings.get(VANTAGE), settings.get(MX_PORT),
                Duration.ofSeconds(settings.get(MX_TIMEOUT)), settings.get(LANDMARKS), settings.get(DNSSEC_ANCHORS),
                Duration.ofSeconds(settings.get(DEADLINE)), settings.get(TRUST_STORE),
                settings.get(ALLOW_PRIVATE_ADDRESSES), settings.get(CONCURRENCY));
    }

    private static List<String> hosts(String text) {
        return text.isEmpty() ? List.of() : Arrays.stream(text.split(",")).map(String::strip)
                .map(each -> HostName.parse(each).asOptional().map(HostName::ascii)
                        .orElseThrow(() -> new IllegalArgumentException("no host name"))).toList();
    }

    private static String host(String text) {
        if (!HOST.matcher(text).matches()) {
            throw new IllegalArgumentException("no host name");
        }
        return text;
    }
}

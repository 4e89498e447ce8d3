package dev.postern.ingest;

import dev.postern.ingest.log.ReportLog;
import dev.postern.settings.Setting;
import dev.postern.settings.Settings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The settings of the ingest worker.
///
/// @param kafka           `host:port` of Kafka brokers, several with commas
/// @param partitions      of topics that it makes
/// @param bind            address to listen on
/// @param publicHost      the domain of report addresses
/// @param smtpPort        0 for a free one
/// @param reportPort      of the HTTP receiver; 0 for a free one
/// @param maxMessageBytes longest mail or body
/// @param memory          bytes of bodies held at a time
/// @param smtpCertificate chain in PEM; with the key, else neither
/// @param smtpKey         its key in PEM
/// @param edges           TLS edges whose X-Forwarded-For is believed
/// @param dnsServers      DNS servers to ask for DKIM keys; empty: the system's
/// @param dnsTimeout      for one attempt at one DNS server
/// @param concurrency     consumers that record
/// @param limits          how much of anything strangers send is taken
public record IngestSettings(String kafka, int partitions, String bind, String publicHost, int smtpPort,
                             int reportPort, int maxMessageBytes, int memory, Optional<Path> smtpCertificate,
                             Optional<Path> smtpKey, Set<InetAddress> edges,
                             List<InetSocketAddress> dnsServers, Duration dnsTimeout, int concurrency,
                             IngestLimits limits) {

    private static final Pattern HOST = Pattern.compile(
            "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
    private static final int MEBIBYTE = 1024 * 1024;

    public static final Setting<String> KAFKA = Setting.text("POSTERN_KAFKA", "localhost:9092",
            "Kafka brokers, host:port, several with commas.");
    public static final Setting<Integer> PARTITIONS = Setting.number("POSTERN_KAFKA_PARTITIONS", 6, 1, 1_000,
            "Partitions of the report topics, where they have to be made.");
    public static final Setting<String> BIND = Setting.text("POSTERN_BIND", "127.0.0.1",
            "Address that servers listen on. Anything but loopback is reachable from elsewhere.");
    public static final Setting<String> PUBLIC_HOST = new Setting<>("POSTERN_PUBLIC_HOST",
            "Public host name of this installation: report addresses and the names of policy hosts are made from it.",
            "localhost", "a host name in A-labels, lower case", IngestSettings::host);
    public static final Setting<Integer> SMTP_PORT = Setting.port("POSTERN_SMTP_PORT", 2525,
            "Port of the mail server that takes reports.");
    public static final Setting<Integer> REPORT_PORT = Setting.port("POSTERN_REPORT_PORT", 8082,
            "Port of the report receiver (HTTP, behind a TLS edge).");
    public static final Setting<Integer> MAX_MESSAGE_BYTES = Setting.number("POSTERN_MAX_MESSAGE_BYTES",
            20 * MEBIBYTE, 1024, ReportLog.MAX_BODY, "Largest mail or HTTPS body that is taken, in bytes.");
    public static final Setting<Integer> MEMORY = Setting.number("POSTERN_RECEIVE_MEMORY", 128 * MEBIBYTE,
            MEBIBYTE, Integer.MAX_VALUE, "Bytes of reports being received that are held in memory at a time; beyond "
                    + "it, senders are told to come again. Up to three times as much is used while they are passed "
                    + "on.");
    public static final Setting<Optional<Path>> SMTP_CERTIFICATE = optionalPath("POSTERN_SMTP_CERTIFICATE",
            "File with the mail server's certificate chain, for STARTTLS. Read again when it changes.");
    public static final Setting<Optional<Path>> SMTP_KEY = optionalPath("POSTERN_SMTP_KEY",
            "File with its private key (PKCS #8).");
    public static final Setting<Set<InetAddress>> EDGES = new Setting<>("POSTERN_EDGE_ADDRESSES",
            "Addresses of the TLS edges in front of the policy host and the report receiver, whose X-Forwarded-For is "
                    + "believed.", "127.0.0.1,::1", "IP addresses, with commas", text -> Arrays.stream(text.split(",")).map(String::strip)
                    .map(InetAddress::ofLiteral).collect(Collectors.toUnmodifiableSet()));
    public static final Setting<List<InetSocketAddress>> DNS_SERVERS = Setting.addresses("POSTERN_DNS_SERVERS", "",
            "DNS servers that are asked, host:port, several with commas. Absent: the system's.");
    public static final Setting<Integer> DNS_TIMEOUT = Setting.number("POSTERN_DNS_TIMEOUT", 2_000, 100, 10_000,
            "Milliseconds that a DNS server may take for an answer. Each is asked twice.");
    public static final Setting<Integer> CONCURRENCY = Setting.number("POSTERN_RECORD_CONCURRENCY", 2, 1, 64,
            "Kafka consumers in this process that record reports.");
    /// Every setting, for the documentation.
    public static final List<Setting<?>> ALL = Stream.concat(Stream.of(SMTP_PORT, REPORT_PORT, BIND, PUBLIC_HOST,
            MAX_MESSAGE_BYTES, MEMORY, SMTP_CERTIFICATE, SMTP_KEY, EDGES, DNS_SERVERS, DNS_TIMEOUT, KAFKA, PARTITIONS,
            CONCURRENCY), IngestLimits.ALL.stream()).toList();

    /// @throws dev.postern.settings.InvalidSettingException when one is not allowed
    public static IngestSettings from(Settings settings) {
        return new IngestSettings(settings.get(KAFKA), settings.get(PARTITIONS), settings.get(BIND),
                settings.get(PUBLIC_HOST), settings.get(SMTP_PORT), settings.get(REPORT_PORT),
                settings.get(MAX_MESSAGE_BYTES), settings.get(MEMORY), settings.get(SMTP_CERTIFICATE),
                settings.get(SMTP_KEY), settings.get(EDGES),
                settings.get(DNS_SERVERS), Duration.ofMillis(settings.get(DNS_TIMEOUT)), settings.get(CONCURRENCY),
                IngestLimits.from(settings));
    }

    private static Setting<Optional<Path>> optionalPath(String name, String meaning) {
        return new Setting<>(name, meaning, "", "the path of a PEM file",
                text -> text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text)));
    }

    private static String host(String text) {
        if (!HOST.matcher(text).matches()) {
            throw new IllegalArgumentException("no host name");
        }
        return text;
    }
}

package dev.postern.outbound.dns;

import dev.postern.dnsrecord.DnsConnection;
import dev.postern.dnsrecord.TsigAlgorithm;
import dev.postern.dnsrecord.ZoneName;
import dev.postern.outbound.Destinations;
import dev.postern.outbound.Resolver;
import dev.postern.outbound.imap.ImapSettings;
import dev.postern.parse.Parsed;
import dev.postern.settings.InvalidSettingException;
import dev.postern.settings.Setting;
import dev.postern.settings.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// What writing DNS records depends on, wherever it is done.
///
/// @param privateAddresses whether customers' DNS servers at addresses that are not public are connected to
/// @param dnsServers       DNS servers that find those servers; empty: the system's
/// @param dnsTimeout       for one attempt at one of them
public record DnsWriteSettings(boolean privateAddresses, List<InetSocketAddress> dnsServers, Duration dnsTimeout) {

    public static final Setting<Boolean> PRIVATE_ADDRESSES = Setting.flag("POSTERN_DNS_PRIVATE_ADDRESSES", false,
            "Whether customers' DNS servers at private addresses may be connected for writing records. For an "
                    + "installation of one organisation: it lets members reach into its network.");
    public static final Setting<Optional<String>> ZONE = Setting.optional("POSTERN_ZONE",
            "DNS zone of Postern's own, to which customers may delegate their records by CNAME. Absent: that is not "
                    + "offered.");
    public static final Setting<List<InetSocketAddress>> ZONE_SERVER = Setting.addresses("POSTERN_ZONE_SERVER", "",
            "Primary server of that zone, host:port. It must take dynamic updates (RFC 2136) over TCP.");
    public static final Setting<Optional<String>> ZONE_KEY = new Setting<>("POSTERN_ZONE_TSIG_KEY",
            "TSIG key that may update that zone. Better in a file: see POSTERN_ZONE_TSIG_KEY_FILE.", "",
            "name:algorithm:base64, the algorithm hmac-sha256, hmac-sha384 or hmac-sha512",
            text -> text.isEmpty() ? Optional.empty() : Optional.of(text));
    public static final Setting<Optional<Path>> ZONE_KEY_FILE = new Setting<>("POSTERN_ZONE_TSIG_KEY_FILE",
            "File that holds that key in the same form.", "", "the path of a file",
            text -> text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text)));
    /// Every setting, for the documentation.
    public static final List<Setting<?>> ALL = List.of(PRIVATE_ADDRESSES, ZONE, ZONE_SERVER, ZONE_KEY, ZONE_KEY_FILE);

    /// How long one exchange with a provider may take.
    private static final Duration EXCHANGE = Duration.ofSeconds(10);
    private static final String NOT_SHOWN = "(not shown)";

    /// Postern's own zone and the right to write there.
    public record OwnZone(DnsConnection.Rfc2136 connection, String secret) {

        /// Its server is the operator's choice, so it may stand anywhere.
        public DnsProvider provider(List<InetSocketAddress> dnsServers, Duration dnsTimeout) {
            return new Rfc2136Provider(connection, secret, new Destinations(Resolver.asking(dnsServers, dnsTimeout), true),
                    EXCHANGE);
        }

        @Override
        public String toString() {
            return connection.toString();
        }
    }

    /// @throws InvalidSettingException when one is not allowed
    public static DnsWriteSettings from(Settings settings) {
        return new DnsWriteSettings(settings.get(PRIVATE_ADDRESSES), settings.get(ImapSettings.DNS_SERVERS),
                Duration.ofMillis(settings.get(ImapSettings.DNS_TIMEOUT)));
    }

    public DnsProviders providers(InstantSource clock) {
        return new DnsProviders(new Destinations(Resolver.asking(dnsServers, dnsTimeout), privateAddresses), EXCHANGE,
                clock);
    }

    /// The name of Postern's own zone; empty when delegation is not offered.
    ///
    /// @throws InvalidSettingException when it is no name of a zone
    public static Optional<String> zone(Settings settings) {
        return settings.get(ZONE).map(text -> ZoneName.of(text).orElseThrow(() -> new InvalidSettingException(ZONE, text)));
    }

    /// The same with what is needed to write there.
    ///
    /// @throws InvalidSettingException when one is missing or not allowed
    public static Optional<OwnZone> ownZone(Settings settings) {
        return zone(settings).map(zone -> {
            List<InetSocketAddress> servers = settings.get(ZONE_SERVER);
            if (servers.size() != 1) {
                throw new InvalidSettingException(ZONE_SERVER, servers.isEmpty() ? "" : servers.toString());
            }
            String[] key = key(settings).strip().split(":", 3);
            if (key.length != 3 || TsigAlgorithm.of(key[1]).isEmpty()) {
                throw new InvalidSettingException(ZONE_KEY, NOT_SHOWN);
            }
            InetSocketAddress server = servers.getFirst();
            var entry = new DnsConnection.Entry(DnsConnection.Kind.RFC2136, "Postern's zone", zone, "127.0.0.1",
                    server.getPort(), key[0], key[1], key[2]);
            if (!(entry.parse() instanceof Parsed.Valid<DnsConnection>(DnsConnection.Rfc2136 read, var _))) {
                throw new InvalidSettingException(ZONE_KEY, NOT_SHOWN);
            }
            // A host of one label will do here, as in a network of containers.
            return new OwnZone(new DnsConnection.Rfc2136(read.name(), zone, server.getHostString(), server.getPort(),
                    read.keyName(), read.algorithm()), key[2]);
        });
    }

    private static String key(Settings settings) {
        Optional<Path> file = settings.get(ZONE_KEY_FILE);
        if (file.isEmpty()) {
            return settings.get(ZONE_KEY).orElseThrow(() -> new InvalidSettingException(ZONE_KEY, ""));
        }
        try {
            return Files.readString(file.get());
        } catch (IOException unreadable) {
            var refused = new InvalidSettingException(ZONE_KEY_FILE, file.get().toString());
            refused.initCause(unreadable);
            throw refused;
        }
    }
}

package dev.postern.outbound.imap;

import dev.postern.outbound.Destinations;
import dev.postern.outbound.Resolver;
import dev.postern.outbound.TrustedRoots;
import dev.postern.settings.InvalidSettingException;
import dev.postern.settings.Setting;
import dev.postern.settings.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What connections to mailboxes depend on, wherever they are made.
///
/// @param privateAddresses whether IMAP servers at addresses that are not public are connected to
/// @param trustStore       a file of further roots in PEM
/// @param dnsServers       DNS servers to ask; empty: the system's
/// @param dnsTimeout       for one attempt at one DNS server
public record ImapSettings(boolean privateAddresses, Optional<Path> trustStore, List<InetSocketAddress> dnsServers,
                           Duration dnsTimeout) {

    public static final Setting<Boolean> PRIVATE_ADDRESSES = Setting.flag("POSTERN_MAILBOX_PRIVATE_ADDRESSES", false,
            "Whether mailboxes on servers at private addresses may be connected. For an installation of one "
                    + "organisation with a mail server in its own network: it lets members reach into that network.");
    public static final Setting<Optional<Path>> TRUST_STORE = new Setting<>("POSTERN_TRUST_STORE",
            "File with further root certificates that certificates of policy hosts, MXs and IMAP servers may lead to.", "",
            "the path of a PEM file", text -> text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text)));
    public static final Setting<List<InetSocketAddress>> DNS_SERVERS = Setting.addresses("POSTERN_DNS_SERVERS", "",
            "DNS servers that are asked, host:port, several with commas. Absent: the system's.");
    public static final Setting<Integer> DNS_TIMEOUT = Setting.number("POSTERN_DNS_TIMEOUT", 2_000, 100, 10_000,
            "Milliseconds that a DNS server may take for an answer. Each is asked twice.");
    /// Every setting, for the documentation.
    public static final List<Setting<?>> ALL = List.of(PRIVATE_ADDRESSES, TRUST_STORE, DNS_SERVERS, DNS_TIMEOUT);

    /// @throws InvalidSettingException when one is not allowed
    public static ImapSettings from(Settings settings) {
        return new ImapSettings(settings.get(PRIVATE_ADDRESSES), settings.get(TRUST_STORE), settings.get(DNS_SERVERS),
                Duration.ofMillis(settings.get(DNS_TIMEOUT)));
    }

    /// @throws InvalidSettingException when the trust store can't be read
    public ImapConnector connector(ImapLimits limits) {
        try {
            return new ImapConnector(new Destinations(Resolver.asking(dnsServers, dnsTimeout), privateAddresses),
                    TrustedRoots.withFurther(trustStore), limits);
        } catch (IOException unreadable) {
            var refused = new InvalidSettingException(TRUST_STORE, trustStore.map(Path::toString).orElse(""));
            refused.initCause(unreadable);
            throw refused;
        }
    }
}

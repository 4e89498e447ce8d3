package dev.postern.dnswriter;

import dev.postern.outbound.dns.DnsWriteSettings;
import dev.postern.outbound.dns.DnsWriteSettings.OwnZone;
import dev.postern.settings.Setting;
import dev.postern.settings.Settings;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The settings of the DNS writer.
///
/// @param publicHost  host that report addresses and policy host names are made from
/// @param concurrency domains that one process writes at a time
/// @param ownZone     Postern's own zone; empty when delegation is not offered
public record WriterSettings(String publicHost, int concurrency, DnsWriteSettings writing, Optional<OwnZone> ownZone) {

    private static final Pattern HOST = Pattern.compile(
            "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

    public static final Setting<String> PUBLIC_HOST = new Setting<>("POSTERN_PUBLIC_HOST",
            "Public host name of this installation: report addresses and the names of policy hosts are made from it.",
            "localhost", "a host name in A-labels, lower case", WriterSettings::host);
    public static final Setting<Integer> CONCURRENCY = Setting.number("POSTERN_DNS_WRITER_CONCURRENCY", 8, 1, 64,
            "Domains whose DNS records one process writes at a time.");
    /// Every setting, for the documentation.
    public static final List<Setting<?>> ALL = List.of(PUBLIC_HOST, CONCURRENCY);

    /// @throws dev.postern.settings.InvalidSettingException when one is not allowed
    public static WriterSettings from(Settings settings) {
        return new WriterSettings(settings.get(PUBLIC_HOST), settings.get(CONCURRENCY), DnsWriteSettings.from(settings),
                DnsWriteSettings.ownZone(settings));
    }

    private static String host(String text) {
        if (!HOST.matcher(text).matches()) {
            throw new IllegalArgumentException("no host name");
        }
        return text;
    }
}

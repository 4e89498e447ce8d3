package dev.postern.policyhost;

import dev.postern.settings.Setting;
import dev.postern.settings.Settings;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The settings of the policy host.
///
/// @param bind  address to listen on
/// @param port  port to listen on; 0 for a free one
/// @param kafka `host:port` of Kafka brokers, several with commas
/// @param edges TLS edges whose X-Forwarded-For is believed
public record PolicyHostSettings(String bind, int port, String kafka, Set<InetAddress> edges) {

    public static final Setting<String> BIND = Setting.text("POSTERN_BIND", "127.0.0.1",
            "Address that servers listen on. Anything but loopback is reachable from elsewhere.");
    public static final Setting<Integer> PORT = Setting.port("POSTERN_POLICY_HOST_PORT", 8081,
            "Port of the policy host (HTTP, behind a TLS edge).");
    public static final Setting<String> KAFKA = Setting.text("POSTERN_KAFKA", "localhost:9092",
            "Kafka brokers, host:port, several with commas.");
    public static final Setting<Set<InetAddress>> EDGES = new Setting<>("POSTERN_EDGE_ADDRESSES",
            "Addresses of the TLS edges in front of the policy host and the report receiver, whose X-Forwarded-For is "
                    + "believed.", "127.0.0.1,::1", "IP addresses, with commas",
            text -> Arrays.stream(text.split(",")).map(String::strip).map(InetAddress::ofLiteral)
                    .collect(Collectors.toUnmodifiableSet()));
    /// Every setting, for the documentation.
    public static final List<Setting<?>> ALL = List.of(PORT, BIND, KAFKA, EDGES);

    /// @throws dev.postern.settings.InvalidSettingException when one is not allowed
    public static PolicyHostSettings from(Settings settings) {
        return new PolicyHostSettings(settings.get(BIND), settings.get(PORT), settings.get(KAFKA),
                settings.get(EDGES));
    }
}

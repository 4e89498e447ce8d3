package dev.postern.policyhost;

import dev.postern.settings.Setting;
import dev.postern.settings.Settings;
import java.util.List;

/// The settings of the policy host.
///
/// @param bind  address to listen on
/// @param port  port to listen on; 0 for a free one
/// @param kafka `host:port` of Kafka brokers, several with commas
public record PolicyHostSettings(String bind, int port, String kafka) {

    public static final Setting<String> BIND = Setting.text("POSTERN_BIND", "127.0.0.1",
            "Address that servers listen on. Anything but loopback is reachable from elsewhere.");
    public static final Setting<Integer> PORT = Setting.port("POSTERN_POLICY_HOST_PORT", 8081,
            "Port of the policy host (HTTP, behind a TLS edge).");
    public static final Setting<String> KAFKA = Setting.text("POSTERN_KAFKA", "localhost:9092",
            "Kafka brokers, host:port, several with commas.");
    /// Every setting, for the documentation.
    public static final List<Setting<?>> ALL = List.of(PORT, BIND, KAFKA);

    /// @throws dev.postern.settings.InvalidSettingException when one is not allowed
    public static PolicyHostSettings from(Settings settings) {
        return new PolicyHostSettings(settings.get(BIND), settings.get(PORT), settings.get(KAFKA));
    }
}

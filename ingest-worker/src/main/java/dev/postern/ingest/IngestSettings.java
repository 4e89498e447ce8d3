package dev.postern.ingest;

import dev.postern.settings.Setting;
import dev.postern.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The settings of the ingest worker.
///
/// @param bind            address to listen on
/// @param smtpPort        port of the SMTP receiver; 0 for a free one
/// @param reportPort      port of the HTTPS receiver; 0 for a free one
/// @param publicHost      host of the report addresses
/// @param kafka           `host:port` of Kafka brokers, several with commas
/// @param maxMessageBytes largest mail or upload
/// @param smtpCertificate PEM file of the SMTP receiver's certificate chain; without it, STARTTLS is not offered
/// @param smtpKey         PEM file of its PKCS #8 private key
public record IngestSettings(String bind, int smtpPort, int reportPort, String publicHost, String kafka,
                             int maxMessageBytes, Optional<Path> smtpCertificate, Optional<Path> smtpKey) {

    public static final Setting<String> BIND = Setting.text("POSTERN_BIND", "127.0.0.1",
            "Address that servers listen on. Anything but loopback is reachable from elsewhere.");
    public static final Setting<Integer> SMTP_PORT = Setting.port("POSTERN_SMTP_PORT", 2525,
            "Port that receives reports by SMTP.");
    public static final Setting<Integer> REPORT_PORT = Setting.port("POSTERN_REPORT_PORT", 8082,
            "Port that receives reports by HTTPS (HTTP, behind a TLS edge).");
    public static final Setting<String> PUBLIC_HOST = Setting.text("POSTERN_PUBLIC_HOST", "localhost",
            "Public host name of this installation: report addresses and the names of policy hosts are made from it.");
    public static final Setting<String> KAFKA = Setting.text("POSTERN_KAFKA", "localhost:9092",
            "Kafka brokers, host:port, several with commas.");
    public static final Setting<Integer> MAX_MESSAGE_BYTES = Setting.number("POSTERN_MAX_MESSAGE_BYTES", 20_971_520,
            1_024, 33_000_000, "Largest mail or upload that is taken, in bytes.");
    public static final Setting<Optional<String>> SMTP_CERTIFICATE = Setting.optional("POSTERN_SMTP_CERTIFICATE",
            "PEM file of the SMTP receiver's certificate chain; without it, STARTTLS is not offered.");
    public static final Setting<Optional<String>> SMTP_KEY = Setting.optional("POSTERN_SMTP_KEY",
            "PEM file of that certificate's private key (PKCS #8).");
    /// Every setting, for the documentation.
    public static final List<Setting<?>> ALL = List.of(SMTP_PORT, REPORT_PORT, BIND, PUBLIC_HOST, KAFKA,
            MAX_MESSAGE_BYTES, SMTP_CERTIFICATE, SMTP_KEY);

    /// @throws dev.postern.settings.InvalidSettingException when one is not allowed
    public static IngestSettings from(Settings settings) {
        return new IngestSettings(settings.get(BIND), settings.get(SMTP_PORT), settings.get(REPORT_PORT),
                settings.get(PUBLIC_HOST), settings.get(KAFKA), settings.get(MAX_MESSAGE_BYTES),
                settings.get(SMTP_CERTIFICATE).map(Path::of), settings.get(SMTP_KEY).map(Path::of));
    }
}

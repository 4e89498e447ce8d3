package dev.postern.ingest;

import dev.postern.ingest.https.HttpLimits;
import dev.postern.ingest.receive.BodyReader;
import dev.postern.ingest.smtp.SmtpLimits;
import dev.postern.ingest.unwrap.UnwrapLimits;
import dev.postern.settings.Setting;
import dev.postern.settings.Settings;
import dev.postern.tlsrpt.ReportLimits;
import java.time.Duration;
import java.util.List;

/// How much of anything strangers send is taken. Whatever is refused, the refusal names the limit.
///
/// @param report what one report may hold
/// @param unwrap what may be around it
/// @param pace   how slow a body may come
/// @param smtp   what one client of the mail server may take
/// @param http   what one client of the report receiver may take
public record IngestLimits(ReportLimits report, UnwrapLimits unwrap, BodyReader.Pace pace, SmtpLimits smtp,
                           HttpLimits http) {

    private static final int MEBIBYTE = 1024 * 1024;
    private static final int MILLION = 1_000_000;

    public static final Setting<Integer> REPORT_BYTES = Setting.number("POSTERN_LIMIT_REPORT_BYTES", 64 * MEBIBYTE,
            1024, Integer.MAX_VALUE, "Bytes of JSON in one report, unpacked.");
    public static final Setting<Integer> POLICIES = Setting.number("POSTERN_LIMIT_POLICIES", 10_000, 1, MILLION,
            "Policies in one report.");
    public static final Setting<Integer> FAILURE_DETAILS = Setting.number("POSTERN_LIMIT_FAILURE_DETAILS", 200_000, 1,
            10 * MILLION, "Failure details in one report, and likewise policy strings and MX hosts together.");
    public static final Setting<Integer> TEXT = Setting.number("POSTERN_LIMIT_TEXT", 16_384, 255, MILLION,
            "Characters of one text in a report.");
    public static final Setting<Integer> NESTING = Setting.number("POSTERN_LIMIT_NESTING", 32, 8, 500,
            "Objects and arrays within each other in a report.");
    public static final Setting<Long> SESSIONS = new Setting<>("POSTERN_LIMIT_SESSIONS",
            "Sessions that one count in a report may claim. No sender has so many; a sum of them must not overflow.",
            "1000000000000", "a whole number from 1 to 1000000000000", text -> {
                long value = Long.parseLong(text);
                if (value < 1 || value > ReportLimits.DEFAULT.maxSessions()) {
                    throw new IllegalArgumentException("out of range");
                }
                return value;
            });

    public static final Setting<Integer> MAIL_DEPTH = Setting.number("POSTERN_LIMIT_MAIL_DEPTH", 12, 2, 50,
            "Multiparts and mails within each other.");
    public static final Setting<Integer> MAIL_PARTS = Setting.number("POSTERN_LIMIT_MAIL_PARTS", 200, 1, 10_000,
            "Parts of one mail.");
    public static final Setting<Integer> MAIL_REPORTS = Setting.number("POSTERN_LIMIT_MAIL_REPORTS", 20, 1, 1_000,
            "Reports in one mail, request or archive.");
    public static final Setting<Integer> MAIL_BYTES = Setting.number("POSTERN_LIMIT_MAIL_BYTES", 64 * MEBIBYTE, 1024,
            Integer.MAX_VALUE, "Bytes of a mail's parts together, those of forwarded mails counted at each level.");
    public static final Setting<Integer> MAIL_HEADERS = Setting.number("POSTERN_LIMIT_MAIL_HEADERS", 1_000, 20, 100_000,
            "Fields in one header of a mail.");
    public static final Setting<Integer> MAIL_HEADER_BYTES = Setting.number("POSTERN_LIMIT_MAIL_HEADER_BYTES", 65_536,
            1_000, MEBIBYTE, "Bytes of one header field of a mail.");
    public static final Setting<Integer> ZIP_ENTRIES = Setting.number("POSTERN_LIMIT_ZIP_ENTRIES", 100, 1, 10_000,
            "Entries of one ZIP archive that was sent.");
    public static final Setting<Integer> ZIP_BYTES = Setting.number("POSTERN_LIMIT_ZIP_BYTES", 64 * MEBIBYTE, 1024,
            1024 * MEBIBYTE, "Bytes that the ZIP archives of one message unpack to, together.");
    public static final Setting<Integer> ZIP_RATIO = Setting.number("POSTERN_LIMIT_ZIP_RATIO", 200, 10, 2_000,
            "How many times its own size a ZIP archive may unpack to, once that is more than a mebibyte.");

    public static final Setting<Integer> PACE = Setting.number("POSTERN_LIMIT_PACE", 2_048, 1, 100 * MEBIBYTE,
            "Bytes a second that a mail or HTTPS body has to come at, on average.");
    public static final Setting<Integer> PACE_GRACE = Setting.number("POSTERN_LIMIT_PACE_GRACE", 20, 1, 600,
            "Seconds before that counts.");

    public static final Setting<Integer> SMTP_CONNECTIONS = Setting.number("POSTERN_LIMIT_SMTP_CONNECTIONS", 500, 1,
            100_000, "Connections to the mail server at a time.");
    public static final Setting<Integer> SMTP_CONNECTIONS_OF_ONE = Setting.number(
            "POSTERN_LIMIT_SMTP_CONNECTIONS_OF_ONE", 50, 1, 100_000,
            "The same of one IPv4 address, or one IPv6 network of 64 bits.");
    public static final Setting<Integer> SMTP_RECIPIENTS = Setting.number("POSTERN_LIMIT_SMTP_RECIPIENTS", 20, 1, 1_000,
            "Recipients of one mail.");
    public static final Setting<Integer> SMTP_SILENCE = Setting.number("POSTERN_LIMIT_SMTP_SILENCE", 60, 1, 3_600,
            "Seconds that a command to the mail server, a TLS handshake or a pause in a message may last.");
    public static final Setting<Integer> SMTP_SESSION = Setting.number("POSTERN_LIMIT_SMTP_SESSION", 1_800, 1, 86_400,
            "Seconds that one connection to the mail server may last.");
    public static final Setting<Integer> SMTP_LINE = Setting.number("POSTERN_LIMIT_SMTP_LINE",
            SmtpLimits.MOST_LINE_BYTES, 512, SmtpLimits.MOST_LINE_BYTES, "Bytes of a command to the mail server.");
    public static final Setting<Integer> SMTP_COMMANDS = Setting.number("POSTERN_LIMIT_SMTP_COMMANDS", 100, 10, 10_000,
            "Commands to the mail server without a mail delivered.");

    public static final Setting<Integer> HTTP_CONNECTIONS = Setting.number("POSTERN_LIMIT_HTTP_CONNECTIONS", 2_000, 1,
            100_000, "Connections to the report receiver at a time; further ones wait.");
    public static final Setting<Integer> HTTP_REQUESTS_OF_ONE = Setting.number("POSTERN_LIMIT_HTTP_REQUESTS_OF_ONE", 50,
            1, 100_000, "Requests to the report receiver at a time of one address, as the TLS edge saw it.");
    public static final Setting<Integer> HTTP_HEADER = Setting.number("POSTERN_LIMIT_HTTP_HEADER", 8_192, 1_024,
            65_536, "Bytes of a request's header.");
    public static final Setting<Integer> HTTP_HEADER_SECONDS = Setting.number("POSTERN_LIMIT_HTTP_HEADER_SECONDS", 30, 1,
            600, "Seconds in which the header of a request must have come whole.");
    public static final Setting<Integer> IDLE = Setting.number("POSTERN_REPORT_IDLE", 15, 1, 300,
            "Seconds of silence after which a connection to the report receiver is given up.");

    /// Every one, for the documentation.
    public static final List<Setting<?>> ALL = List.of(REPORT_BYTES, POLICIES, FAILURE_DETAILS, TEXT, NESTING, SESSIONS,
            MAIL_DEPTH, MAIL_PARTS, MAIL_REPORTS, MAIL_BYTES, MAIL_HEADERS, MAIL_HEADER_BYTES, ZIP_ENTRIES, ZIP_BYTES,
            ZIP_RATIO, PACE, PACE_GRACE, SMTP_CONNECTIONS, SMTP_CONNECTIONS_OF_ONE, SMTP_RECIPIENTS, SMTP_SILENCE,
            SMTP_SESSION, SMTP_LINE, SMTP_COMMANDS, HTTP_CONNECTIONS, HTTP_REQUESTS_OF_ONE, HTTP_HEADER,
            HTTP_HEADER_SECONDS, IDLE);

    /// @throws dev.postern.settings.InvalidSettingException when one is not allowed
    public static IngestLimits from(Settings settings) {
        return new IngestLimits(
                new ReportLimits(settings.get(REPORT_BYTES), settings.get(POLICIES), settings.get(FAILURE_DETAILS),
                        settings.get(TEXT), settings.get(NESTING), settings.get(SESSIONS)),
                new UnwrapLimits(settings.get(MAIL_DEPTH), settings.get(MAIL_PARTS), settings.get(MAIL_REPORTS),
                        settings.get(MAIL_BYTES), settings.get(MAIL_HEADERS), settings.get(MAIL_HEADER_BYTES),
                        new UnwrapLimits.Zip(settings.get(ZIP_ENTRIES), settings.get(ZIP_BYTES),
                                settings.get(ZIP_RATIO))),
                new BodyReader.Pace(seconds(settings, PACE_GRACE), settings.get(PACE)),
                new SmtpLimits(settings.get(SMTP_CONNECTIONS), settings.get(SMTP_CONNECTIONS_OF_ONE),
                        settings.get(SMTP_RECIPIENTS), seconds(settings, SMTP_SILENCE), seconds(settings, SMTP_SESSION),
                        settings.get(SMTP_LINE), settings.get(SMTP_COMMANDS)),
                new HttpLimits(settings.get(HTTP_CONNECTIONS), settings.get(HTTP_REQUESTS_OF_ONE),
                        settings.get(HTTP_HEADER), seconds(settings, HTTP_HEADER_SECONDS), seconds(settings, IDLE)));
    }

    private static Duration seconds(Settings settings, Setting<Integer> setting) {
        return Duration.ofSeconds(settings.get(setting));
    }
}

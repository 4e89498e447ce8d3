package dev.postern.ingest.imap;

import dev.postern.settings.Setting;
import dev.postern.settings.Settings;
import java.time.Duration;
import java.util.List;

/// How mailboxes are polled.
///
/// @param interval    between two looks at a mailbox
/// @param concurrency mailboxes that one process reads at a time
public record PollSettings(Duration interval, int concurrency) {

    public static final Setting<Integer> INTERVAL = Setting.number("POSTERN_MAILBOX_INTERVAL", 300, 5, 86_400,
            "Seconds between two looks into a connected mailbox. After failures it takes longer.");
    public static final Setting<Integer> CONCURRENCY = Setting.number("POSTERN_MAILBOX_CONCURRENCY", 4, 1, 64,
            "Mailboxes that one process reads at a time; each may take the memory of its largest mail.");
    /// Every setting, for the documentation.
    public static final List<Setting<?>> ALL = List.of(INTERVAL, CONCURRENCY);

    /// @throws dev.postern.settings.InvalidSettingException when one is not allowed
    public static PollSettings from(Settings settings) {
        return new PollSettings(Duration.ofSeconds(settings.get(INTERVAL)), settings.get(CONCURRENCY));
    }
}

package dev.postern.app.base;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// How figures and times read. Times are in UTC, as TLS-RPT's days are, and say so.
public final class Words {

    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm 'UTC'",
            Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ENGLISH);

    private Words() {
    }

    public static String time(Instant instant) {
        return MINUTE.format(instant);
    }

    public static String day(LocalDate day) {
        return DAY.format(day);
    }

    public static String count(long number) {
        return String.format(Locale.ENGLISH, "%,d", number);
    }

    /// `1 report`, `2 reports`.
    public static String count(long number, String one, String many) {
        return count(number) + " " + (number == 1 ? one : many);
    }

    /// A share in per cent, with enough digits that something is never shown as nothing.
    public static String share(long part, long whole) {
        if (whole == 0) {
            return "—";
        }
        double percent = 100.0 * part / whole;
        if (part == 0) {
            return "0 %";
        }
        return percent < 0.01 ? "< 0.01 %" : String.format(Locale.ENGLISH, percent < 10 ? "%.2f %%" : "%.1f %%", percent);
    }
}

package dev.postern.app.base;

import java.util.Locale;

/// How numbers of bytes read.
public final class Sizes {

    private static final String[] UNITS = {"kB", "MB", "GB", "TB"};

    private Sizes() {
    }

    /// `17 bytes`, `1.2 MB`; a MB is a million bytes.
    public static String of(long bytes) {
        if (bytes < 1_000) {
            return bytes == 1 ? "1 byte" : bytes + " bytes";
        }
        double size = bytes;
        int unit = -1;
        do {
            size /= 1_000;
            unit++;
        } while (size >= 999.5 && unit < UNITS.length - 1);
        return String.format(Locale.ENGLISH, size < 9.95 ? "%.1f %s" : "%.0f %s", size, UNITS[unit]);
    }
}

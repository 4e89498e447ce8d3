package dev.postern.app.rejected;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.app.base.Sizes;

/// The beginning of what a stranger sent, as text that can be shown: control characters, and those that turn the direction
/// of what follows, are replaced, so that it looks like what it is.
///
/// @param text empty where it is no text
/// @param note what is not shown; empty where all is
record ReadableContent(String text, String note) {

    /// Bytes that are shown.
    static final int MOST = 64 * 1024;

    static ReadableContent of(byte[] beginning, int size) {
        if (size == 0) {
            return new ReadableContent("", "There is nothing in it.");
        }
        if (isBinary(beginning)) {
            return new ReadableContent("", "This is no text" + (beginning.length > 1 && (beginning[0] & 0xff) == 0x1f
                    && (beginning[1] & 0xff) == 0x8b ? " but compressed (gzip)" : "") + ". Download it to look inside.");
        }
        String text = new String(beginning, UTF_8).replace("\r\n", "\n")
                .replaceAll("[\\p{Cntrl}\\p{Cf}&&[^\\n\\t]]", "\uFFFD");
        return new ReadableContent(text, beginning.length < size
                ? "The first " + Sizes.of(beginning.length) + " of " + Sizes.of(size) + "." : "");
    }

    /// Mail and JSON have no zero bytes, and few control characters.
    private static boolean isBinary(byte[] bytes) {
        int odd = 0;
        for (byte b : bytes) {
            if (b == 0) {
                return true;
            }
            if (b < 0x20 && b >= 0 && b != '\n' && b != '\r' && b != '\t') {
                odd++;
            }
        }
        return odd > bytes.length / 20;
    }
}

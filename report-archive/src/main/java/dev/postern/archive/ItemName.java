package dev.postern.archive;

/// Names out of archives, made fit to be shown and stored.
public final class ItemName {

    /// Longest name, in characters.
    public static final int MOST = 300;
    private static final char REPLACEMENT = '\uFFFD';

    private ItemName() {
    }

    /// Control and format characters replaced, and the middle cut out of what is too long: the end tells most.
    public static String shown(String name) {
        var shown = new StringBuilder(Math.min(name.length(), 2 * MOST));
        name.codePoints().limit(100_000).forEach(point -> shown.appendCodePoint(switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> REPLACEMENT;
            default -> point;
        }));
        return shown.length() <= MOST ? shown.toString()
                : wholeStart(shown, MOST / 3) + "…" + wholeEnd(shown, MOST - MOST / 3 - 1);
    }

    private static String wholeStart(CharSequence text, int length) {
        int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
        return text.subSequence(0, end).toString();
    }

    private static String wholeEnd(CharSequence text, int length) {
        int start = text.length() - length;
        return text.subSequence(Character.isLowSurrogate(text.charAt(start)) ? start + 1 : start, text.length())
                .toString();
    }
}

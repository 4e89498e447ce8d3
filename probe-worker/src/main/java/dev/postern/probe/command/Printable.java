package dev.postern.probe.command;

/// Takes from a text what a terminal would obey instead of show: a server's greeting must not be able to clear the
/// screen, turn the writing direction or fake a line of the report.
final class Printable {

    private static final int ASCII_END = 0x7e;
    private static final char REPLACEMENT = '\uFFFD';

    private Printable() {
    }

    /// The text with each control and format character replaced by `U+FFFD`; line ends and tabs become spaces.
    static String of(String text) {
        var shown = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            if (point == '\n' || point == '\r' || point == '\t') {
                shown.append(' ');
            } else if (obeyed(point)) {
                shown.append(REPLACEMENT);
            } else {
                shown.appendCodePoint(point);
            }
        });
        return shown.toString();
    }

    /// A JSON document that says the same and holds no such character: those that JSON allows in strings are written as
    /// escapes. Outside of strings JSON has none of them.
    static String json(String document) {
        var shown = new StringBuilder(document.length());
        document.codePoints().forEach(point -> {
            if (point > ASCII_END && obeyed(point)) {
                for (char unit : Character.toChars(point)) {
                    shown.append("\\u%04x".formatted((int) unit));
                }
            } else {
                shown.appendCodePoint(point);
            }
        });
        return shown.toString();
    }

    private static boolean obeyed(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }
}

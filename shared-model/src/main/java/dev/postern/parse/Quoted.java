package dev.postern.parse;

/// A stranger's words, made fit to stand in a message of ours.
public final class Quoted {

    private static final int MOST = 80;

    private Quoted() {
    }

    /// The text in single quotes: printable ASCII only, so that it can neither break a log line nor turn the writing
    /// direction, and cut after 80 characters.
    public static String of(String text) {
        String start = text.length() > MOST ? text.substring(0, MOST) + "…" : text;
        return "'" + start.replaceAll("[^\\x20-\\x7E…]", "?") + "'";
    }
}

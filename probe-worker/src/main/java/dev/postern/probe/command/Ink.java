package dev.postern.probe.command;

/// Colours of a terminal (ECMA-48 §8.3.117), or none.
///
/// @param colours whether there are any
record Ink(boolean colours) {

    String bold(String text) {
        return in("1", text);
    }

    String dim(String text) {
        return in("2", text);
    }

    String red(String text) {
        return in("1;31", text);
    }

    String green(String text) {
        return in("32", text);
    }

    String yellow(String text) {
        return in("33", text);
    }

    private String in(String rendition, String text) {
        return colours ? "\u001b[" + rendition + "m" + text + "\u001b[0m" : text;
    }
}

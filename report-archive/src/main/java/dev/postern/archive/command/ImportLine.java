package dev.postern.archive.command;

import java.io.PrintStream;

/// One line of a terminal that is written over at each step and is gone in the end.
final class ImportLine {

    private static final int WIDTH = 78;
    private static final int BAR = 30;
    private static final String EMPTIED = "\r\u001b[K";

    private final PrintStream terminal;
    private final boolean shown;

    /// @param shown whether there is a terminal to show it
    ImportLine(PrintStream terminal, boolean shown) {
        this.terminal = terminal;
        this.shown = shown;
    }

    void show(Status status) {
        switch (status.state()) {
            case "WAITING" -> show("Waiting for its turn");
            case "READING" -> show(bar(status.bytesRead(), status.bytes()) + " reading, " + Summary.number(status.items())
                    + " so far");
            default -> show(bar(status.recorded(), status.items()) + " recording, " + Summary.number(status.recorded())
                    + " of " + Summary.number(status.items()));
        }
    }

    void show(String text) {
        if (shown) {
            String line = Summary.shown(text);
            terminal.print(EMPTIED + line.substring(0, Math.min(WIDTH, line.length())));
            terminal.flush();
        }
    }

    void clear() {
        if (shown) {
            terminal.print(EMPTIED);
            terminal.flush();
        }
    }

    private static String bar(long part, long whole) {
        int full = whole <= 0 ? 0 : (int) Math.clamp(part * BAR / whole, 0, BAR);
        return "[" + "#".repeat(full) + "-".repeat(BAR - full) + "]";
    }
}

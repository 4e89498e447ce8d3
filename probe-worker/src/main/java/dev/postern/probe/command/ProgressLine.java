package dev.postern.probe.command;

import java.io.PrintStream;

/// One line of a terminal that is written over at each step and is gone in the end.
public final class ProgressLine {

    private static final int WIDTH = 78;
    private static final String EMPTIED = "\r\u001b[K";

    private final PrintStream terminal;
    private boolean over;

    public ProgressLine(PrintStream terminal) {
        this.terminal = terminal;
    }

    /// @param step     what was just finished
    /// @param finished steps done
    /// @param total    steps known so far
    public synchronized void step(String step, int finished, int total) {
        if (!over) {
            show(EMPTIED + Wrapping.lines(finished + "/" + total + " " + Printable.of(step), WIDTH).getFirst());
        }
    }

    /// Clears the line; a step that still comes is not shown.
    public synchronized void over() {
        over = true;
        show(EMPTIED);
    }

    private void show(String text) {
        terminal.print(text);
        terminal.flush();
    }
}

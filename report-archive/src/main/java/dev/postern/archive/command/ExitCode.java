package dev.postern.archive.command;

/// What the command ends with, for a script to go by.
public enum ExitCode {
    GOOD(0, "every report is counted now, or was before"),
    PROBLEMS(1, "something was wrong, kept apart, or could not be read to its end; what could is counted"),
    USAGE(2, "the arguments or a file can't be used; nothing was sent"),
    REFUSED(3, "the server can't be reached, refused, or stopped recording; the same can be imported again"),
    BROKEN(70, "Postern itself could not do its work");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    public int number() {
        return number;
    }

    /// For the usage text, without capital and full stop.
    public String meaning() {
        return meaning;
    }

    /// The one that matters more to who called.
    ExitCode or(ExitCode other) {
        return number >= other.number ? this : other;
    }
}

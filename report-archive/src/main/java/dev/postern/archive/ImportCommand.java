package dev.postern.archive;

import dev.postern.archive.command.Arguments;
import dev.postern.archive.command.Bringing;
import dev.postern.archive.command.ExitCode;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// `./postern import`: brings old reports into a running Postern.
public final class ImportCommand {

    /// Set by the launcher: whether stderr is a terminal.
    private static final String PROGRESS = "postern.progress";

    private ImportCommand() {
    }

    /// @param words see [Arguments]
    public static void main(String[] words) {
        Thread.setDefaultUncaughtExceptionHandler((_, failure) -> {
            failure.printStackTrace();
            Runtime.getRuntime().halt(ExitCode.BROKEN.number());
        });
        // UTF-8 whatever the locale says: in a container it says nothing, and the terminal around it reads UTF-8.
        var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        var code = new Bringing(System.getenv(), out, err, Boolean.getBoolean(PROGRESS)).run(List.of(words));
        out.flush();
        System.exit(code.number());
    }
}

package dev.postern.probe.command;

import java.util.Arrays;
import java.util.stream.Collectors;

/// The text of `./postern check --help`.
public final class Usage {

    private Usage() {
    }

    public static String text() {
        return """
                ./postern check DOMAIN [--json] [--selector NAME]...

                Looks at a mail domain as a sender does, and says what is wrong and what to do about it.
                It needs no database, and keeps nothing.

                  --json            one JSON document instead of text
                  --selector NAME   a DKIM selector to look at; may be given several times

                It ends with
                %s
                Settings are environment variables, those of probe-worker in docs/configuration.md; NO_COLOR turns
                colours off. An MX is asked at port 25, which many networks block: then what MXs do is unknown.
                """.formatted(Arrays.stream(ExitCode.values()).map(code -> "  %-2d  %s%n".formatted(code.number(),
                code.meaning())).collect(Collectors.joining()));
    }
}

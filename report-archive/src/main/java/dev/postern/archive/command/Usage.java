package dev.postern.archive.command;

import java.util.Arrays;
import java.util.stream.Collectors;

/// The text of `./postern import --help`.
final class Usage {

    private Usage() {
    }

    static String text() {
        return """
                ./postern import [--server URL] [--token-file FILE] [--json] PATH...

                Brings reports from before Postern into a running one: mailboxes (mbox), mails (.eml), reports (.json,
                .json.gz), and zip or tar archives of any of these. A folder, such as a maildir, is sent with all its
                files. What is known already is not counted again, so a path may be imported any number of times.

                  --server URL       where Postern's pages are; default POSTERN_SERVER, else %s
                  --token-file FILE  holds the API token; default the environment variable POSTERN_TOKEN
                  --json             one line of JSON for each path, as the REST API has it, instead of text
                  --                 everything behind it is a path

                An API token is made under Settings. The command ends with
                %s""".formatted(Arguments.LOCAL, Arrays.stream(ExitCode.values()).map(code -> "  %-2d  %s%n".formatted(
                code.number(), code.meaning())).collect(Collectors.joining()));
    }
}

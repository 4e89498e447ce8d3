package dev.postern.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.Check;
import dev.postern.check.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `docs/checks.md` lists every check as the catalogue has it. Run with `POSTERN_WRITE_DOCS=true` to write it.
class ChecksPageTest {

    private static final Path PAGE = Path.of("../docs/checks.md");
    /// The order in which a rollout meets them; what stands by itself comes last.
    private static final List<Stage> ORDER = List.of(Stage.SETUP, Stage.TESTING, Stage.ENFORCEMENT, Stage.FOUNDATION);

    @Test
    void thePageListsEveryCheckAsTheCatalogueHasIt() throws IOException {
        String page = page();
        if (Boolean.parseBoolean(System.getenv("POSTERN_WRITE_DOCS"))) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    @Test
    void noStageIsLeftOut() {
        assertThat(ORDER).containsExactlyInAnyOrder(Stage.values());
    }

    private static String page() {
        return """
                # Checks

                What Postern looks at, in the order in which a rollout meets it. Each check says of a domain that it
                passes, warns, fails, or that it could not be told: silence is no evidence and never a pass. The ids are
                stable; the REST API and `./postern check --json` name them.

                What `enforce` makes of a check:

                | | |
                |---|---|
                %s

                %s
                """.formatted(
                Stream.of(Check.Need.values()).map(need -> "| %s | %s |".formatted(word(need), meaning(need)))
                        .collect(Collectors.joining("\n")),
                ORDER.stream().map(ChecksPageTest::section).collect(Collectors.joining("\n\n")));
    }

    private static String section(Stage stage) {
        return """
                ## %s

                %s

                %s""".formatted(stage.title(), when(stage), Stream.of(Check.values())
                .filter(check -> check.stage() == stage).map(ChecksPageTest::entry)
                .collect(Collectors.joining("\n\n")));
    }

    private static String entry(Check check) {
        return """
                ### %s

                `%s`, %s. %s

                *Fails when:* %s""".formatted(check.title(), check.id(), word(check.need()), check.meaning(),
                check.failsWhen());
    }

    private static String when(Stage stage) {
        return switch (stage) {
            case SETUP -> "Failures show before senders see anything: records and hosts are not in place.";
            case TESTING -> "Failures show once a policy is published: senders can't use it, but deliver.";
            case ENFORCEMENT -> "Failures show once the policy says `enforce`: senders refuse to deliver.";
            case FOUNDATION -> "Who may send in the domain's name. These stand by themselves.";
        };
    }

    private static String word(Check.Need need) {
        return switch (need) {
            case REQUIRED -> "required";
            case NO_FAILURE -> "must not fail";
            case ADVICE -> "advice";
            case APART -> "apart";
        };
    }

    private static String meaning(Check.Need need) {
        return switch (need) {
            case REQUIRED -> "it must pass, or at most warn, before `enforce`";
            case NO_FAILURE -> "it must not fail before `enforce`; not knowing is no obstacle";
            case ADVICE -> "shown on the way; no mail is refused over it under `enforce`";
            case APART -> "another standard's; it stands by itself";
        };
    }
}

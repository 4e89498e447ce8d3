package dev.postern.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.rollout.Coverage;
import dev.postern.rollout.MailEffect;
import dev.postern.rollout.Phase;
import dev.postern.tlsrpt.Consequence;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ResultType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `docs/failures.md` tells of each result type what the rules have. Run with `POSTERN_WRITE_DOCS=true` to write it.
class FailuresPageTest {

    private static final Path PAGE = Path.of("../docs/failures.md");
    private static final List<Phase> PHASES = List.of(Phase.SETUP, Phase.TESTING, Phase.ENFORCE);

    @Test
    void thePageTellsWhatTheRulesHave() throws IOException {
        String page = page();
        if (Boolean.parseBoolean(System.getenv("POSTERN_WRITE_DOCS"))) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private static String page() {
        return """
                # Failures

                What the failures in TLS reports mean for mail, and what Postern makes of them. Under `enforce` a sender refuses
                to deliver where the MX fails the policy (RFC 8461 §5). Where it could not get the policy it delivers, only
                without protection (RFC 8461 §5.1). What belongs to DANE is refused or not by DANE's rules, whatever the
                policy's mode (RFC 8461 §2).

                ## What becomes of the mail

                %s

                ## Result types

                As sent under the policy type `sts`, with an MX named or not. Under `tlsa` every failure is DANE's. Under
                `no-policy-found` the sender applied no policy, and would refuse the same session once it does.

                %s

                ## An MX that the policy does not name

                RFC 8460 §4.3 has no type of its own for it, though it is what a policy is for. Senders use
                `validation-failure`, the general one (§4.3.3): Microsoft with the reason code `MX_HOSTS_MISMATCH` and no MX,
                mox with `mtasts-policy-mx-mismatch` and the MX, Stalwart with "MX not authorized by policy." and the MX. So
                `validation-failure` would be refused.

                `sts-policy-invalid` is "a validation error for the overall MTA-STS Policy" (§4.3.2.2), found before any MX is
                chosen. A sender that names an MX all the same may mean that the policy does not name this MX; Postern then
                takes it for unclear, until somebody has looked at it.

                ## The simulation

                On a domain's page under *Watch*, and at `GET /api/v1/domains/{domain}/simulation`: what `enforce` would have
                done to the mail of the last days.

                - It rests on sessions under `sts` in authentic reports: signed by their sender, or uploaded by a member. Other
                  policy types are told beside it and never added, as one session may stand under several (RFC 8460 §4.3).
                  Reports that anybody could have sent are told beside it and change nothing.
                - *Tested* are sessions that succeeded, were refused or are unclear. Where the sender could not get the policy,
                  the session tells nothing of `enforce`.
                - Failed sessions for which a sender gives no reason are unclear. A failure without a count is one session. Where
                  a sender counts one session under several kinds of failure, it counts several times.
                - What was set aside counts: `enforce` would refuse it, whoever is to blame.
                - The bound is that of Clopper and Pearson, one-sided at 95 %%, on refused and unclear of tested; with none,
                  near three divided by the sessions. Its words are rounded towards the worse. It holds for independent
                  sessions; those of one sender are not, so the same is said of senders.
                - A check that fails now is named first: it would refuse every session that meets it, whatever past reports say.

                Evidence is

                %s
                """.formatted(effects(), types(), Coverage.RULES.stream().map("- "::concat)
                .collect(Collectors.joining("\n")));
    }

    private static String effects() {
        return table(Stream.concat(Stream.of("A session that…"), Stream.concat(PHASES.stream().map(Phase::title),
                Stream.of("Postern"))).toList(), Stream.of(Consequence.values()).map(consequence -> Stream.concat(
                Stream.of(consequence.words()), Stream.concat(PHASES.stream().map(phase -> MailEffect.of(phase,
                        consequence)), Stream.of(MailEffect.answer(consequence)))).toList()).toList());
    }

    private static String types() {
        return table(List.of("Type", "Means", "No MX named", "MX named", "What to do"), Stream.of(ResultType.values())
                .map(type -> List.of("`" + type.wire() + "`", type.meaning() + " " + type.rule() + ".",
                        Consequence.of(PolicyType.STS, type, "").words(),
                        Consequence.of(PolicyType.STS, type, "mx.example.com").words(), type.remedy())).toList());
    }

    private static String table(List<String> head, List<List<String>> rows) {
        return Stream.concat(Stream.of(line(head), "|---".repeat(head.size()) + "|"), rows.stream()
                .map(FailuresPageTest::line)).collect(Collectors.joining("\n"));
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }
}

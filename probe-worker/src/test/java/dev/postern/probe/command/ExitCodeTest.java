package dev.postern.probe.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.Check;
import dev.postern.check.Evidence;
import dev.postern.check.Finding;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExitCodeTest {

    private static final List<Evidence> EVIDENCE = List.of(new Evidence("q", "a", Instant.EPOCH));

    @Test
    void theCodeGoesByWhatEnforceNeeds() {
        var advice = Finding.fail(Check.DNSSEC, "x", "", EVIDENCE);
        var apart = Finding.fail(Check.SPF_RECORD, "x", "", EVIDENCE);
        var unknownRequired = Finding.unknown(Check.MX_REACHABLE, "x", "", List.of());
        var unknownElse = Finding.unknown(Check.VANTAGE_AGREEMENT, "x", "", List.of());
        assertThat(ExitCode.of(List.of(advice, apart, unknownElse))).isEqualTo(ExitCode.GOOD);
        assertThat(ExitCode.of(List.of(advice, unknownRequired))).isEqualTo(ExitCode.UNKNOWN);
        assertThat(ExitCode.of(List.of(unknownRequired, Finding.fail(Check.MX_STARTTLS, "x", "", EVIDENCE))))
                .isEqualTo(ExitCode.FAILED);
        assertThat(ExitCode.of(List.of(Finding.fail(Check.DANE_WITH_STS, "x", "", EVIDENCE))))
                .isEqualTo(ExitCode.FAILED);
        assertThat(ExitCode.of(List.of(Finding.warn(Check.MX_STARTTLS, "x", "", EVIDENCE)))).isEqualTo(ExitCode.GOOD);
    }
}

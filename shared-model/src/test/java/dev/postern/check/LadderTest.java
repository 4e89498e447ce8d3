package dev.postern.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.Ladder.Layer;
import dev.postern.check.Ladder.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LadderTest {

    private static Finding finding(Check check, Verdict verdict) {
        return new Finding(check, verdict, check + " is " + verdict + ".", "", List.of());
    }

    private static List<Finding> allPassExcept(Map<Check, Verdict> others) {
        return Arrays.stream(Check.values()).map(check -> finding(check, others.getOrDefault(check, Verdict.PASS)))
                .toList();
    }

    private static Ladder.Rung rung(Ladder ladder, Layer layer) {
        return ladder.rungs().stream().filter(rung -> rung.layer() == layer).findFirst().orElseThrow();
    }

    @Test
    void stopsNowhereWhenAllHolds() {
        Ladder ladder = Ladder.of(allPassExcept(Map.of()));
        assertThat(ladder.rungs()).extracting(Ladder.Rung::layer).containsExactly(Layer.values());
        assertThat(ladder.rungs()).allMatch(rung -> rung.state() == State.DONE && rung.text().endsWith("."));
        assertThat(ladder.next()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
            "SPF_RECORD,FAIL,SPF,MISSING", "SPF_LOOKUPS,FAIL,SPF,MISSING", "SPF_POLICY,WARN,SPF,ATTENTION",
            "DKIM_KEYS,FAIL,DKIM,MISSING", "DKIM_KEYS,WARN,DKIM,ATTENTION", "DMARC_RECORD,FAIL,DMARC,MISSING",
            "DMARC_POLICY,WARN,DMARC,ATTENTION", "DMARC_REPORTS,FAIL,DMARC,MISSING",
                    "TLSRPT_RECORD,FAIL,TLS_RPT,MISSING",
            "TLSRPT_DESTINATIONS,WARN,TLS_RPT,ATTENTION", "STS_RECORD_SYNTAX,FAIL,MTA_STS,MISSING",
            "STS_POLICY_FETCH,FAIL,MTA_STS,MISSING", "POLICY_COVERS_MX,FAIL,MTA_STS,MISSING",
            "DOWNGRADE_PROTECTION,WARN,MTA_STS,ATTENTION"})
    void namesTheRungOfACheckAsNext(Check check, Verdict verdict, Layer layer, State state) {
        Ladder ladder = Ladder.of(allPassExcept(Map.of(check, verdict)));
        assertThat(ladder.next()).contains(new Ladder.Rung(layer, state, check + " is " + verdict + "."));
        assertThat(ladder.rungs()).filteredOn(rung -> rung.state() != State.DONE).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(value = Check.class, names = {"DANE_TLSA", "BIMI_RECORD"})
    void asksNobodyForWhatNotEveryDomainNeeds(Check check) {
        Ladder ladder = Ladder.of(allPassExcept(Map.of(check, Verdict.FAIL)));
        assertThat(ladder.rungs()).filteredOn(rung -> rung.state() == State.MISSING).hasSize(1);
        assertThat(ladder.next()).isEmpty();
    }

    @Test
    void passesOverWhatCanNotBeTold() {
        Ladder ladder = Ladder.of(allPassExcept(Map.of(Check.DKIM_KEYS, Verdict.UNKNOWN, Check.DMARC_POLICY,
                Verdict.WARN)));
        assertThat(rung(ladder, Layer.DKIM).state()).isEqualTo(State.UNKNOWN);
        assertThat(ladder.next().orElseThrow().layer()).isEqualTo(Layer.DMARC);
    }

    @Test
    void goesFromTheGroundUpWhateverTheOrderOfFindings() {
        var verdicts = new EnumMap<Check, Verdict>(Check.class);
        for (Check check : Check.values()) {
            verdicts.put(check, Verdict.FAIL);
        }
        var findings = new ArrayList<>(allPassExcept(verdicts));
        assertThat(Ladder.of(findings).next().orElseThrow().layer()).isEqualTo(Layer.SPF);
        assertThat(Ladder.of(findings.reversed()).next().orElseThrow().layer()).isEqualTo(Layer.SPF);
    }

    @Test
    void saysTheWorstOfARung() {
        Ladder ladder = Ladder.of(allPassExcept(Map.of(Check.DMARC_POLICY, Verdict.WARN, Check.DMARC_REPORTS,
                Verdict.FAIL)));
        assertThat(rung(ladder, Layer.DMARC).text()).isEqualTo("DMARC_REPORTS is FAIL.");
    }
}

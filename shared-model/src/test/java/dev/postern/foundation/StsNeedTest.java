package dev.postern.foundation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.foundation.StsNeed.Incoming;
import dev.postern.foundation.StsNeed.MxRunner;
import dev.postern.foundation.StsNeed.When;
import dev.postern.stream.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StsNeedTest {

    @ParameterizedTest
    @CsvSource({
            // sensitive, required, brand, incoming, MXs, DANE, watched, DMARC enforced
            "true,  true,  false, MORE,         OURSELVES,      false, true,  true,  NOW",
            "true,  false, false, UNDER_100,    OURSELVES,      false, true,  true,  NOW",
            "true,  false, false, UNDER_100,    OURSELVES,      false, true,  false, NOW",
            "true,  false, true,  MORE,         OURSELVES,      false, true,  true,  NOW",
            "true,  false, true,  MORE,         OURSELVES,      false, true,  false, SOON",
            "true,  true,  true,  MORE,         OURSELVES,      false, true,  false, NOW",
            "false, false, false, UNDER_10_000, LARGE_PROVIDER, false, true,  true,  NOW",
            "false, false, false, MORE,         OURSELVES,      true,  true,  true,  NOW",
            "false, false, false, UNDER_10_000, SOMEBODY_ELSE,  false, true,  true,  SOON",
            "false, false, false, UNDER_100,    OURSELVES,      false, true,  true,  SOON",
            "true,  true,  false, MORE,         LARGE_PROVIDER, false, false, true,  SOON",
            "false, false, false, MORE,         LARGE_PROVIDER, false, false, true,  NOT_YET",
            "true,  true,  true,  NONE,         OURSELVES,      false, true,  true,  NOT_YET"})
    void advises(boolean sensitive, boolean required, boolean brand, Incoming incoming, MxRunner mx, boolean dane,
                 boolean watched, boolean dmarcEnforced, When expected) {
        var advice = new StsNeed(sensitive, required, brand, incoming, mx, dane, watched).advice(dmarcEnforced);
        assertThat(advice.when()).isEqualTo(expected);
        assertThat(advice.reasons()).isNotEmpty().allMatch(reason -> reason.endsWith("."));
        if (!dmarcEnforced) {
            assertThat(advice.reasons()).anyMatch(reason -> reason.startsWith("DMARC does not refuse forged mail yet."));
        }
    }

    @Test
    void staysTheSameOnItsWayThroughTheDatabase() {
        var need = new StsNeed(true, false, true, Incoming.MORE, MxRunner.SOMEBODY_ELSE, true, true);
        assertThat(Json.read(Json.text(need), StsNeed.class)).isEqualTo(need);
    }
}

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
            "true,  true,  MORE,         OURSELVES,      false, true,  NOW",
            "true,  false, UNDER_100,    OURSELVES,      false, true,  NOW",
            "false, false, UNDER_10_000, LARGE_PROVIDER, false, true,  NOW",
            "false, false, MORE,         OURSELVES,      true,  true,  NOW",
            "false, false, UNDER_10_000, SOMEBODY_ELSE,  false, true,  SOON",
            "false, false, UNDER_100,    OURSELVES,      false, true,  SOON",
            "true,  true,  MORE,         LARGE_PROVIDER, false, false, SOON",
            "false, false, MORE,         LARGE_PROVIDER, false, false, NOT_YET",
            "true,  true,  NONE,         OURSELVES,      false, true,  NOT_YET"})
    void advises(boolean sensitive, boolean required, Incoming incoming, MxRunner mx, boolean dane, boolean watched,
                 When expected) {
        var advice = new StsNeed(sensitive, required, incoming, mx, dane, watched).advice();
        assertThat(advice.when()).isEqualTo(expected);
        assertThat(advice.reasons()).isNotEmpty().allMatch(reason -> reason.endsWith("."));
    }

    @Test
    void staysTheSameOnItsWayThroughTheDatabase() {
        var need = new StsNeed(true, false, Incoming.MORE, MxRunner.SOMEBODY_ELSE, true, true);
        assertThat(Json.read(Json.text(need), StsNeed.class)).isEqualTo(need);
    }
}

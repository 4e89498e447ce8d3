package dev.postern.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.ingest.https.HttpLimits;
import dev.postern.ingest.receive.BodyReader;
import dev.postern.ingest.smtp.SmtpLimits;
import dev.postern.ingest.unwrap.UnwrapLimits;
import dev.postern.settings.InvalidSettingException;
import dev.postern.settings.Setting;
import dev.postern.settings.Settings;
import dev.postern.tlsrpt.ReportLimits;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IngestLimitsTest {

    @Test
    void isWhatTheTestsKnowWhenNothingIsSet() {
        assertThat(IngestLimits.from(new Settings(Map.of()))).isEqualTo(new IngestLimits(ReportLimits.DEFAULT,
                UnwrapLimits.DEFAULT, BodyReader.Pace.DEFAULT, SmtpLimits.DEFAULT, HttpLimits.DEFAULT));
    }

    @Test
    void isEachItsOwnSetting() {
        IngestLimits plain = IngestLimits.from(new Settings(Map.of()));
        for (Setting<?> setting : IngestLimits.ALL) {
            long other = Long.parseLong(setting.fallback()) - 1;
            IngestLimits changed = IngestLimits.from(new Settings(Map.of(setting.name(), Long.toString(other))));
            assertThat(changed).as(setting.name()).isNotEqualTo(plain);
            assertThat(changed.toString().toUpperCase(java.util.Locale.ROOT)).as(setting.name())
                    .matches("(?s).*=(PT)?" + (other == 1_799 ? "29M59S" : Long.toString(other)) + "[,S\\]].*");
            assertThatThrownBy(() -> IngestLimits.from(new Settings(Map.of(setting.name(), "0"))))
                    .isInstanceOf(InvalidSettingException.class).hasMessageContaining(setting.name());
        }
    }
}

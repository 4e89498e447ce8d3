package dev.postern.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mtasts.Mode;
import dev.postern.rollout.Phase;
import dev.postern.stream.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Events are kept for ever: what an older version wrote has to be read.
class TimelineEventTest {

    @Test
    void readsAPhaseThatWasChangedWithoutAReason() {
        var old = Json.read("{\"kind\": \"phase-changed\", \"domain\": \"example.com\", \"from\": \"SETUP\", \"to\": \"TESTING\", "
                + "\"by\": \"anna@example.com\"}", TimelineEvent.class);

        assertThat(old).isEqualTo(new TimelineEvent.PhaseChanged("example.com", Phase.SETUP, Phase.TESTING,
                "anna@example.com", null));
        assertThat(old.headline()).isEqualTo("Setup → Testing, by anna@example.com");
    }

    @Test
    void readsAPolicyThatWasPublishedWithoutAReason() {
        var old = Json.read("{\"kind\": \"policy-published\", \"domain\": \"example.com\", \"version\": 3, \"mode\": \"ENFORCE\", "
                + "\"maxAgeSeconds\": 604800, \"mx\": [\"mx.example.com\"], \"policyId\": \"20260101T000000\", "
                + "\"by\": \"anna@example.com\"}", TimelineEvent.class);

        assertThat(old).isEqualTo(new TimelineEvent.PolicyPublished("example.com", 3, Mode.ENFORCE, 604_800,
                List.of("mx.example.com"), "20260101T000000", "anna@example.com", null));
        assertThat(old.headline()).isEqualTo("Policy version 3 (enforce) published by anna@example.com");
    }

    @Test
    void aReasonIsKeptAndSaid() {
        TimelineEvent event = new TimelineEvent.PhaseChanged("example.com", Phase.TESTING, Phase.ENFORCE,
                "anna@example.com", "Three clean weeks");

        TimelineEvent kept = Json.read(Json.text(event), TimelineEvent.class);

        assertThat(kept).isEqualTo(event);
        assertThat(kept.headline()).isEqualTo("Testing → Enforce, by anna@example.com: Three clean weeks");
    }
}

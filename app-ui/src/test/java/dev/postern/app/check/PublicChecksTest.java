package dev.postern.app.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.TestApp;
import dev.postern.app.TopicReader;
import dev.postern.check.Check;
import dev.postern.check.Evidence;
import dev.postern.check.Finding;
import dev.postern.db.probe.PublicCheck;
import dev.postern.db.probe.PublicCheckStore;
import dev.postern.name.DomainName;
import dev.postern.observation.Vantage;
import dev.postern.stream.CheckRequest;
import dev.postern.stream.Json;
import dev.postern.stream.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The public check on a real database: who causes a look, and who reads another's.
class PublicChecksTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final String ADDRESS = "192.0.2.1";

    /// Moves when a test says so.
    private static final class Time extends Clock {
        private Instant now = START;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private final TestApp app = TestApp.shared();
    private final Time time = new Time();
    private final PublicCheckStore store = new PublicCheckStore(TestApp.database());
    private final CheckBrake brake = new CheckBrake();
    private final PublicChecks checks = new PublicChecks(store, brake, time);
    private final DomainName domain = new DomainName(TestApp.freshDomain());

    @Test
    void asksOnceForEverybody() {
        assertThat(checks.find(domain)).isEmpty();
        assertThat(checks.look(domain, ADDRESS)).isEqualTo(new PublicChecks.Look.Asked());

        assertThat(checks.look(domain, ADDRESS)).isEqualTo(new PublicChecks.Look.Recent(START.plus(PublicChecks.FRESH)));
        assertThat(checks.look(domain, "198.51.100.7")).isInstanceOf(PublicChecks.Look.Recent.class);

        PublicCheck known = checks.find(domain).orElseThrow();
        assertThat(known.requestedAt()).isEqualTo(START);
        assertThat(checks.underWay(known)).isTrue();
        assertThat(app.address()).isNotEmpty();
        var sent = TopicReader.find(Topics.CHECK_REQUESTED, message -> message.key().equals(domain.ascii()));
        assertThat(Json.read(sent.value(), CheckRequest.class)).isEqualTo(new CheckRequest(domain.ascii(), START));
    }

    @Test
    void showsWhatOthersHadCheckedWithoutCounting() {
        checks.look(domain, "198.51.100.7");
        store.save(domain, new Vantage("fra1", "Frankfurt"), START.plusSeconds(1), List.of(Finding.pass(
                Check.MX_RECORDS, "One MX.", List.of(new Evidence("MX " + domain, "10 mx", START)))));
        for (int i = 0; i < CheckBrake.FOR_ONE; i++) {
            brake.take(ADDRESS, START);
        }
        time.now = START.plusSeconds(30);

        assertThat(checks.look(domain, ADDRESS)).isInstanceOf(PublicChecks.Look.Recent.class);
        PublicCheck known = checks.find(domain).orElseThrow();
        assertThat(checks.underWay(known)).isFalse();
        assertThat(known.vantage()).isEqualTo("fra1 (Frankfurt)");
        assertThat(known.findings()).extracting(Finding::check).containsExactly(Check.MX_RECORDS);

        assertThat(checks.look(new DomainName(TestApp.freshDomain()), ADDRESS))
                .isEqualTo(new PublicChecks.Look.Limited(START.plus(CheckBrake.WINDOW)));
    }

    @Test
    void aRefusedLookIsNotAskedFor() {
        for (int i = 0; i < CheckBrake.FOR_ONE; i++) {
            brake.take(ADDRESS, START);
        }

        assertThat(checks.look(domain, ADDRESS)).isInstanceOf(PublicChecks.Look.Limited.class);
        assertThat(checks.find(domain)).isEmpty();
    }

    @Test
    void looksAgainAfterAWhileAndWhenALookGotLost() {
        checks.look(domain, ADDRESS);
        time.now = START.plus(PublicChecks.FRESH).plus(Duration.ofSeconds(1));
        assertThat(checks.underWay(checks.find(domain).orElseThrow())).isFalse();

        assertThat(checks.look(domain, ADDRESS)).isEqualTo(new PublicChecks.Look.Asked());
        assertThat(checks.find(domain).orElseThrow().requestedAt()).isEqualTo(time.now);
    }
}

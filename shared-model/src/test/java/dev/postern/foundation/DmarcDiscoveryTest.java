package dev.postern.foundation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.foundation.DmarcRecord.Policy;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.FoundationAnswers;
import dev.postern.observation.FoundationAnswers.Organizational;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DmarcDiscoveryTest {

    private static final DnsAnswer NOTHING = new DnsAnswer.Absent("NXDOMAIN");
    private static final DnsAnswer SILENCE = new DnsAnswer.Unknown("timeout");
    private static final DnsAnswer ABOVE = found("v=DMARC1; p=reject; sp=quarantine");

    private static DnsAnswer found(String... texts) {
        return new DnsAnswer.Found(List.of(texts), 300);
    }

    private static Optional<DmarcDiscovery> discover(DnsAnswer own, DnsAnswer above) {
        return DmarcDiscovery.of("mail.example.test", new FoundationAnswers(NOTHING, Map.of(), Map.of(), own,
                Optional.of(new Organizational("example.test", above)), Map.of(), NOTHING));
    }

    @Test
    void takesTheOwnRecordFirst() {
        assertThat(discover(found("v=DMARC1; p=none; sp=reject"), ABOVE)).hasValueSatisfying(found -> {
            assertThat(found.where()).isEqualTo("mail.example.test");
            assertThat(found.policy()).isEqualTo(Policy.NONE);
        });
    }

    @Test
    void looksAboveWhenNothingIsThereOrOnlyTextsOfOthers() {
        for (DnsAnswer own : List.of(NOTHING, found("v=spf1 -all"), found("a", "b"))) {
            assertThat(discover(own, ABOVE)).hasValueSatisfying(found -> {
                assertThat(found.where()).isEqualTo("example.test");
                assertThat(found.policy()).isEqualTo(Policy.QUARANTINE);
            });
        }
    }

    /// RFC 7489 §6.6.3: several end the search; a record with faults is one.
    @Test
    void doesNotLookAboveOtherwise() {
        for (DnsAnswer own : List.of(SILENCE, found("v=DMARC1; p=none", "v=DMARC1; p=reject"),
                found("v=DMARC1; p=x"))) {
            assertThat(discover(own, ABOVE)).isEmpty();
        }
        assertThat(discover(NOTHING, SILENCE)).isEmpty();
        assertThat(discover(NOTHING, NOTHING)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"example.com,example.com", "a.b.example.com,example.com", "example.co.uk,example.co.uk",
            "mail.example.co.uk,example.co.uk", "co.uk,co.uk", "a.b.example.test,example.test", "localhost,localhost",
            "xn--bcher-kva.example,xn--bcher-kva.example"})
    void knowsWhereDomainsAreRegistered(String domain, String organizational) {
        assertThat(DmarcDiscovery.organizationalDomain(domain)).isEqualTo(organizational);
    }

    @Test
    void needsConsentOfOthersOnlyAndOfNotTooMany() {
        assertThat(discover(found("v=DMARC1; p=none; rua=mailto:a@example.test,mailto:b@in.example.test,"
                + "mailto:c@reports.test,mailto:d@reports.test,mailto:e@x.other.test"), NOTHING).orElseThrow()
                        .outside())
                .containsExactly("reports.test", "x.other.test");
        String many = IntStream.range(0, 2_000).mapToObj(i -> "mailto:a@d" + i + ".test")
                .collect(Collectors.joining(","));
        assertThat(discover(found("v=DMARC1; p=none; rua=" + many), NOTHING).orElseThrow().outside()).hasSize(10);
    }
}

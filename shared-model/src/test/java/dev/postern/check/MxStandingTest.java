package dev.postern.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.MxStanding.Answer;
import dev.postern.name.DomainName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.Dnssec;
import dev.postern.observation.FoundationAnswers;
import dev.postern.observation.MxEndpoint;
import dev.postern.observation.MxEndpoint.Outcome;
import dev.postern.observation.MxHost;
import dev.postern.observation.Observation;
import dev.postern.observation.PolicyFetch;
import dev.postern.observation.Tlsa;
import dev.postern.observation.Vantage;
import dev.postern.pki.Certificate;
import dev.postern.pki.Chain;
import dev.postern.pki.Trust;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a sender meets at an MX is put together from what it meets at each of its addresses (RFC 5321 §5.1).
class MxStandingTest {

    private static final Instant NOW = Instant.parse("2026-12-01T03:00:00Z");
    private static final DomainName DOMAIN = new DomainName("example.test");
    private static final DnsAnswer ABSENT = new DnsAnswer.Absent("NXDOMAIN");
    private static final Vantage HERE = new Vantage("here", "");

    @ParameterizedTest
    @CsvSource({"TLS_ESTABLISHED,TAKES", "STARTTLS_NOT_OFFERED,REFUSED", "STARTTLS_REFUSED,REFUSED",
            "TLS_VERSION,REFUSED",
            "TLS_FAILED,REFUSED", "NO_CONNECTION,AWAY", "REFUSED,AWAY", "NOT_SMTP,AWAY", "TIMEOUT,UNKNOWN",
            "DEFERRED,UNKNOWN", "PORT_BLOCKED,UNKNOWN"})
    void judgesOneAddress(Outcome outcome, Answer answer) {
        assertThat(standing(endpoint(outcome, 60))).satisfies(mx -> {
            assertThat(mx.answer()).isEqualTo(answer);
            assertThat(mx.failures().isEmpty()).isEqualTo(answer != Answer.REFUSED);
        });
    }

    @ParameterizedTest
    @CsvSource({"TLS_ESTABLISHED,STARTTLS_NOT_OFFERED,SOME_REFUSED", "STARTTLS_NOT_OFFERED,NO_CONNECTION,REFUSED",
            "STARTTLS_NOT_OFFERED,TIMEOUT,SOME_REFUSED", "TLS_ESTABLISHED,NO_CONNECTION,TAKES",
            "TIMEOUT,NO_CONNECTION,UNKNOWN", "STARTTLS_NOT_OFFERED,PORT_BLOCKED,REFUSED"})
    void putsAddressesTogether(Outcome first, Outcome second, Answer answer) {
        assertThat(standing(endpoint(first, 60), endpoint(second, 60)).answer()).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource({"1,TAKES", "0,TAKES", "-1,REFUSED"})
    void aCertificateMayHaveExpiredSinceTheLook(long secondsLeft, Answer answer) {
        assertThat(MxStanding.of(DOMAIN, List.of(look(HERE, NOW.minusSeconds(600), endpoint(Outcome.TLS_ESTABLISHED,
                NOW.plusSeconds(secondsLeft)))), NOW)).singleElement()
                .satisfies(mx -> assertThat(mx.answer()).isEqualTo(answer));
    }

    @Test
    void theWorstThatAnyVantagePointMetCountsUnlessItIsOld() {
        var there = new Vantage("there", "");
        var good = look(HERE, NOW, endpoint(Outcome.TLS_ESTABLISHED, 60));
        var bad = endpoint(Outcome.STARTTLS_NOT_OFFERED, 60);

        assertThat(MxStanding.of(DOMAIN, List.of(good, look(there, NOW.minus(Seen.TOGETHER), bad)), NOW))
                .extracting(MxStanding::answer).containsExactly(Answer.REFUSED);
        assertThat(MxStanding.of(DOMAIN, List.of(good, look(there, NOW.minus(Seen.TOGETHER).minusSeconds(1), bad)),
                NOW))
                .extracting(MxStanding::answer).containsExactly(Answer.TAKES);
    }

    @Test
    void withoutALookNothingIsKnown() {
        assertThat(MxStanding.of(DOMAIN, List.of(), NOW)).isEmpty();
        assertThat(standing().answer()).isEqualTo(Answer.UNKNOWN);
    }

    private static MxStanding standing(MxEndpoint... endpoints) {
        return MxStanding.of(DOMAIN, List.of(look(HERE, NOW, endpoints)), NOW).getFirst();
    }

    private static MxEndpoint endpoint(Outcome outcome, int days) {
        return endpoint(outcome, NOW.plus(Duration.ofDays(days)));
    }

    private static MxEndpoint endpoint(Outcome outcome, Instant notAfter) {
        var leaf = new Certificate("CN=mx.example.test", "CN=Authority", "1", List.of("mx.example.test"),
                NOW.minus(Duration.ofDays(90)), notAfter, "EC", 256, "SHA256withECDSA", "CN=Authority",
                "-----BEGIN CERTIFICATE-----\n");
        return new MxEndpoint("192.0.2.1", NOW, 10, outcome, outcome == Outcome.TLS_ESTABLISHED ? "" : "as it is", "",
                outcome == Outcome.TLS_ESTABLISHED ? Optional.of(new MxEndpoint.Tls("TLSv1.3", "TLS_AES_128_GCM_SHA256",
                        Optional.of(new Chain(List.of(leaf), Trust.TRUSTED, "", Chain.Staple.NONE))))
                                : Optional.empty());
    }

    private static Observation look(Vantage from, Instant at, MxEndpoint... endpoints) {
        return new Observation(at, from, ABSENT, ABSENT, ABSENT, ABSENT,
                new DnsAnswer.Found(List.of("mx.example.test"), 300), ABSENT, Dnssec.unknown(""),
                new PolicyFetch.Failed(PolicyFetch.Fault.TIMEOUT, ""), List.of(new MxHost("mx.example.test", at, ABSENT,
                new DnsAnswer.Found(List.of("192.0.2.1"), 300), List.of(endpoints), Tlsa.unknown("mx.example.test",
                        ""))),
                List.of(), FoundationAnswers.unknown(""));
    }
}

package dev.postern.dane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.observation.Dnssec;
import dev.postern.observation.Dnssec.State;
import dev.postern.observation.Tlsa;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is settled before any certificate is looked at. Matching is tested where there are certificates, in
/// probe-worker.
class DaneWithoutCertificateTest {

    private static final Dnssec SECURE = new Dnssec(State.SECURE, "");
    private static final TlsaRecord USABLE = new TlsaRecord(3, 1, 1, "ab".repeat(32));

    @Test
    void demandsTlsWhereARecordCanBeUsed() {
        assertThat(judge(SECURE, SECURE, USABLE)).isEqualTo(
                new DaneResult.Mismatch(List.of("the server showed no certificate")));
    }

    @Test
    void isNotUsedWithoutRecords() {
        assertThat(judge(SECURE, SECURE)).isEqualTo(new DaneResult.NotUsed("mx.example.test has no TLSA records"));
    }

    @ParameterizedTest
    @CsvSource({"INSECURE,INSECURE", "INSECURE,SECURE", "SECURE,INSECURE"})
    void isNotUsedWhereSomethingIsNotSigned(State host, State records) {
        assertThat(judge(new Dnssec(host, ""), new Dnssec(records, ""), USABLE)).isInstanceOf(DaneResult.NotUsed.class);
    }

    @Test
    void neverTakesBogusOrUnknownForNone() {
        var bogus = new Dnssec(State.BOGUS, "expired");
        var unknown = Dnssec.unknown("timeout");

        assertThat(judge(bogus, bogus)).isInstanceOf(DaneResult.Bogus.class);
        assertThat(judge(SECURE, bogus)).isInstanceOfSatisfying(DaneResult.Bogus.class,
                result -> assertThat(result.why()).contains("mx.example.test", "expired"));
        assertThat(judge(unknown, unknown)).isInstanceOf(DaneResult.Unknown.class);
        assertThat(judge(SECURE, unknown)).isInstanceOfSatisfying(DaneResult.Unknown.class,
                result -> assertThat(result.why()).contains("timeout"));
    }

    @Test
    void asksForTlsAloneWhereNoRecordCanBeUsed() {
        assertThat(judge(SECURE, SECURE, new TlsaRecord(1, 1, 1, "ab".repeat(32)),
                new TlsaRecord(3, 1, 9, "ab".repeat(32)))).isInstanceOfSatisfying(DaneResult.NoUsableRecords.class,
                        none -> assertThat(none.details()).hasSize(2));
    }

    @Test
    void saysWhyARecordCanNotBeUsed() {
        assertThat(Dane.obstacle(USABLE)).isEmpty();
        assertThat(Dane.obstacle(new TlsaRecord(2, 0, 2, "ab".repeat(64)))).isEmpty();
        assertThat(Dane.obstacle(new TlsaRecord(0, 0, 1, "ab".repeat(32)))).hasValueSatisfying(
                why -> assertThat(why).contains("RFC 7672 §3.1.3"));
        assertThat(Dane.obstacle(new TlsaRecord(1, 0, 1, "ab".repeat(32)))).isPresent();
        assertThat(Dane.obstacle(new TlsaRecord(255, 0, 1, "ab".repeat(32)))).isPresent();
        assertThat(Dane.obstacle(new TlsaRecord(3, 2, 1, "ab".repeat(32)))).isPresent();
        assertThat(Dane.obstacle(new TlsaRecord(3, 1, 3, "ab".repeat(32)))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "30820100", "abababababababababababababababababababababababababababababababab"})
    void canNotUseDataThatIsNotWhatTheRecordSays(String data) {
        assertThat(Dane.obstacle(new TlsaRecord(3, 0, 0, data))).isPresent();
        assertThat(Dane.obstacle(new TlsaRecord(3, 1, 0, data))).isPresent();
        assertThat(Dane.obstacle(new TlsaRecord(3, 1, 2, data))).isPresent();
        assertThat(Dane.obstacle(new TlsaRecord(3, 1, 1, data)).isPresent()).isEqualTo(data.length() != 64);
    }

    private static DaneResult judge(Dnssec host, Dnssec records, TlsaRecord... found) {
        return Dane.judgeWithoutTls(new Tlsa("mx.example.test", records, host, List.of(found)));
    }
}

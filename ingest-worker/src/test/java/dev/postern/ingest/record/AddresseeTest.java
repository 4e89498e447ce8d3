package dev.postern.ingest.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.db.report.ReportAddresses;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.tlsrpt.PolicyReport;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.TlsReport;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What of a report is about a domain, and what about an MX host.
class AddresseeTest {

    private static final UUID TENANT = new UUID(0, 1);
    private static final String DOMAIN = "example.test";
    private static final String HOST = "mx1.example.test";
    private static final ReportAddresses.Owner MAIL_DOMAIN = new ReportAddresses.Owner(TENANT, new UUID(0, 2), DOMAIN,
            false, List.of(HOST, "mx2.example.test"));
    private static final ReportAddresses.Owner MX_HOST = new ReportAddresses.Owner(TENANT, new UUID(0, 3), HOST, true,
            List.of());

    /// At the host's own address; without, as what of another's report is about the host.
    @ParameterizedTest
    @CsvSource({
            "tlsa, mx1.example.test, true, true",
            "tlsa, _25._tcp.mx1.example.test, true, true",
            "tlsa, MX1.Example.Test., true, true",
            "tlsa, mx2.example.test, false, false",
            "tlsa, example.test, false, false",
            "tlsa, '', true, false",
            "no-policy-found, mx1.example.test, true, false",
            "no-policy-found, example.test, false, false",
            "sts, example.test, false, false",
            "sts, mx1.example.test, false, false",
            "sts, '', false, false",
            "dane-next, mx1.example.test, true, false"})
    void takesForAnMxHostWhatSendersOfDaneSayOfIt(String type, String policyDomain, boolean atItsAddress,
                                                  boolean elsewhere) {
        TlsReport report = report(policy(type, policyDomain));

        assertThat(new Addressee(MX_HOST, true, Set.of(HOST)).ownPart(report).asOptional().isPresent())
                .isEqualTo(atItsAddress);
        assertThat(new Addressee(MX_HOST, false, Set.of(HOST)).ownPart(report).asOptional().isPresent())
                .isEqualTo(elsewhere);
    }

    @ParameterizedTest
    @CsvSource({
            "tlsa, mx1.example.test, false",
            "tlsa, _25._tcp.mx1.example.test, false",
            "tlsa, mx2.example.test, true",
            "tlsa, example.test, true",
            "sts, example.test, true",
            "no-policy-found, example.test, true",
            "tlsa, '', true"})
    void leavesARegisteredHostsOwnToIt(String type, String policyDomain, boolean own) {
        assertThat(new Addressee(MAIL_DOMAIN, true, Set.of(HOST)).ownPart(report(policy(type, policyDomain)))
                .asOptional().isPresent()).isEqualTo(own);
        assertThat(new Addressee(MAIL_DOMAIN, true, Set.of()).ownPart(report(policy(type, policyDomain)))
                .asOptional()).as("with no host registered").isPresent();
    }

    @Test
    void ofANameThatIsBothTlsaIsTheHosts() {
        var domain = new ReportAddresses.Owner(TENANT, new UUID(0, 4), HOST, false, List.of(HOST));
        TlsReport report = report(policy("sts", HOST), policy("tlsa", HOST), policy("no-policy-found", HOST));

        assertThat(types(new Addressee(domain, true, Set.of(HOST)).ownPart(report)))
                .containsExactly(PolicyType.STS, PolicyType.NO_POLICY_FOUND);
        assertThat(types(new Addressee(MX_HOST, false, Set.of(HOST)).ownPart(report)))
                .containsExactly(PolicyType.TLSA);
    }

    @Test
    void namesWhatIsLeftOutAndNotWhatAnotherCounts() {
        TlsReport report = report(policy("sts", DOMAIN), policy("tlsa", HOST), policy("sts", "victim.test"));

        assertThat(notes(new Addressee(MAIL_DOMAIN, true, Set.of(HOST)).ownPart(report))).singleElement()
                .satisfies(note -> {
                    assertThat(note.code()).isEqualTo("other-domain-left-out");
                    assertThat(note.message()).contains("victim.test").doesNotContain(HOST);
                });
        assertThat(notes(new Addressee(MX_HOST, true, Set.of()).ownPart(report))).singleElement()
                .satisfies(note -> assertThat(note.message()).contains(DOMAIN, "victim.test").doesNotContain(HOST));
        assertThat(Addressee.tlsaBases(report)).containsExactly(HOST);
    }

    private static List<PolicyType> types(Parsed<TlsReport> part) {
        return part.orThrow().policies().stream().map(PolicyReport::type).toList();
    }

    private static List<Problem> notes(Parsed<TlsReport> part) {
        return part instanceof Parsed.Valid<TlsReport>(var _, var notes) ? notes : List.of();
    }

    private static TlsReport report(PolicyReport... policies) {
        return new TlsReport("Sender", Optional.empty(), "r1", Instant.parse("2026-11-20T00:00:00Z"),
                Instant.parse("2026-11-20T23:59:59Z"), Arrays.asList(policies));
    }

    private static PolicyReport policy(String type, String policyDomain) {
        return new PolicyReport(PolicyType.byWire(type), type, List.of(),
                policyDomain.isEmpty() ? Optional.empty() : Optional.of(policyDomain), List.of(), OptionalLong.of(5),
                OptionalLong.of(1), List.of());
    }
}

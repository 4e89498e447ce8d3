package dev.postern.bounce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.name.DomainName;
import dev.postern.name.HostName;
import java.util.EnumSet;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiagnosisTest {

    private static final String REPORT = """
            Content-Type: multipart/report; report-type=delivery-status; boundary="b"

            --b
            Content-Type: text/plain

            Your message to bob@example.com couldn't be delivered.

            --b
            Content-Type: message/delivery-status

            Reporting-MTA: dns; sender.outbound.example
            Arrival-Date: Mon, 23 Nov 2026 08:00:00 +0000

            Final-Recipient: rfc822; bob@example.com
            Action: failed
            Status: %s
            Remote-MTA: dns; mx1.example.com
            Diagnostic-Code: smtp; %s
            --b--
            """;

    static Stream<Arguments> wordings() {
        return Stream.of(
                Arguments.of(Wording.EXCHANGE_MX, "5.4.8", "550 5.4.8 MX hosts of 'example.com' failed MTA-STS\n  validation."),
                Arguments.of(Wording.EXCHANGE_CERTIFICATE, "5.7.5",
                        "550 5.7.5 Remote certificate failed MTA-STS validation. Reason: UntrustedRoot"),
                Arguments.of(Wording.EXCHANGE_DANE_STARTTLS, "5.7.321",
                        "550 5.7.321 starttls-not-supported: Destination mail server must support TLS to receive mail."),
                Arguments.of(Wording.EXCHANGE_DANE_EXPIRED, "5.7.322",
                        "550 5.7.322 certificate-expired: Destination mail server's certificate is expired."),
                Arguments.of(Wording.EXCHANGE_DANE_TLSA, "5.7.323",
                        "550 5.7.323 tlsa-invalid: The domain failed DANE validation."),
                Arguments.of(Wording.EXCHANGE_DNSSEC, "5.7.324",
                        "550 5.7.324 dnssec-invalid: Destination domain returned invalid DNSSEC records"),
                Arguments.of(Wording.EXCHANGE_DANE_NAME, "5.7.325", "550 5.7.325 certificate-host-mismatch: Remote certificate "
                        + "MUST have a common name or subject alternative name matching the hostname (DANE)"),
                Arguments.of(Wording.EXCHANGE_VALIDATION, "4.4.7",
                        "454 4.7.5 Certificate validation failure, Reason:UntrustedRoot"),
                Arguments.of(Wording.POSTFIX_NO_STARTTLS, "4.7.4",
                        "TLS is required, but was not offered by host mx1.example.com[192.0.2.1]"),
                Arguments.of(Wording.POSTFIX_STARTTLS_REFUSED, "4.7.4",
                        "TLS is required, but host mx1.example.com[192.0.2.1] refused to start TLS: 454 4.3.3 not now"),
                Arguments.of(Wording.POSTFIX_UNTRUSTED, "4.7.5", "Server certificate not trusted"),
                Arguments.of(Wording.POSTFIX_UNVERIFIED, "4.7.5", "Server certificate not verified"),
                Arguments.of(Wording.POSTFIX_HANDSHAKE, "4.7.5", "Cannot start TLS: handshake failure"),
                Arguments.of(Wording.POSTFIX_TLSA, "4.7.5", "TLSA lookup error for mx1.example.com:25"),
                Arguments.of(Wording.EXIM_TLSA, "4.0.0", "DANE error: tlsa lookup DEFER"),
                Arguments.of(Wording.EXIM_CERTIFICATE, "4.0.0",
                        "TLS session: (certificate verification failed): certificate invalid"),
                Arguments.of(Wording.GOOGLE_NAME, "4.0.0",
                        "TLS Negotiation failed, the certificate doesn't match the host."),
                Arguments.of(Wording.GOOGLE_WITHOUT_TLS, "5.7.29",
                        "550 5.7.29 This message was blocked because it wasn't sent over a TLS connection."));
    }

    @ParameterizedTest
    @MethodSource("wordings")
    void knowsWhatSendersSay(Wording wording, String status, String diagnosis) {
        Bounce bounce = Bounce.read(REPORT.formatted(status, diagnosis));

        assertThat(Diagnosis.of(bounce)).isEqualTo(new Diagnosis.Known(wording, true));
        assertThat(bounce.statuses()).contains(status);
        assertThat(bounce.recipient()).contains("bob@example.com");
        assertThat(bounce.domain()).contains(new DomainName("example.com"));
        assertThat(bounce.mx()).contains(new HostName("mx1.example.com"));
        assertThat(bounce.reporter()).contains("sender.outbound.example");
        assertThat(Diagnosis.of(Bounce.read(diagnosis))).as("the line alone").isEqualTo(
                new Diagnosis.Known(wording, true));
    }

    @Test
    void everyWordingIsTried() {
        var tried = EnumSet.noneOf(Wording.class);
        wordings().forEach(each -> tried.add((Wording) each.get()[0]));
        assertThat(tried).isEqualTo(EnumSet.allOf(Wording.class));
    }

    @Test
    void readsLinesOfLogs() {
        Bounce postfix = Bounce.read("Nov 23 08:00:01 out postfix/smtp[99]: 4F2A: to=<bob@example.com>, "
                + "relay=mx1.example.com[192.0.2.1]:25, delay=1, dsn=4.7.5, status=deferred (Server certificate not verified)");
        assertThat(postfix.recipient()).contains("bob@example.com");
        assertThat(postfix.mx()).contains(new HostName("mx1.example.com"));
        assertThat(postfix.statuses()).containsExactly("4.7.5");
        Bounce exim = Bounce.read("2026-11-23 08:00:01 1abcde-0001-AB == bob@example.com R=dnslookup T=remote_smtp defer (-37) "
                + "H=mx1.example.com [192.0.2.1]: TLS session: (certificate verification failed): expired");
        assertThat(exim.recipient()).contains("bob@example.com");
        assertThat(exim.mx()).contains(new HostName("mx1.example.com"));
    }

    @Test
    void readsThePageThatAMailProgramShows() {
        Bounce bounce = Bounce.read("<html><body><p>Your message to &lt;bob@example.com&gt; couldn&#39;t be delivered.</p>"
                + "<div>Remote Server returned '550 5.4.8 MX hosts of &#39;example.com&#39; failed <b>MTA-STS</b> validation.'</div>");
        assertThat(Diagnosis.of(bounce)).isEqualTo(new Diagnosis.Known(Wording.EXCHANGE_MX, true));
        assertThat(bounce.domain()).contains(new DomainName("example.com"));
    }

    @Test
    void aCodeAloneIsOnlyLikely() {
        assertThat(Diagnosis.of(Bounce.read("bob@example.com 550 5.7.323")))
                .isEqualTo(new Diagnosis.Known(Wording.EXCHANGE_DANE_TLSA, false));
        assertThat(Diagnosis.of(Bounce.read("bob@example.com: 550 5.7.5 refused")))
                .isEqualTo(new Diagnosis.SomethingWithTls(java.util.Optional.of("5.7.5")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"550 5.1.1 <bob@example.com>: Recipient address rejected: User unknown",
            "552 5.2.2 Mailbox full", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using a list",
            "550 5.7.26 This mail is unauthenticated", "connected to 4.4.8.8 and 5.7.323.1", ""})
    void whatHasNothingToDoWithTlsIsSaidToBeSo(String text) {
        assertThat(Diagnosis.of(Bounce.read(text))).isEqualTo(new Diagnosis.NothingWithTls());
    }

    @Test
    void takesAnything() {
        var random = new Random(5);
        for (int i = 0; i < 300; i++) {
            var text = new StringBuilder();
            int length = random.nextInt(3_000);
            for (int j = 0; j < length; j++) {
                text.append(random.nextInt(4) == 0 ? "<>@.:; \n\t=0".charAt(random.nextInt(11))
                        : (char) (random.nextInt(3) == 0 ? random.nextInt(0x10000) : 'a' + random.nextInt(26)));
            }
            assertThat(Diagnosis.of(Bounce.read(text.toString()))).isNotNull();
        }
        assertThat(Bounce.read("<".repeat(Bounce.MOST)).text().length()).isLessThanOrEqualTo(2_000);
        assertThat(Bounce.read("<html>" + "<a".repeat(Bounce.MOST / 2) + "a@".repeat(9)).statuses()).isEmpty();
        assertThat(Bounce.read("a.".repeat(Bounce.MOST)).mx()).isEmpty();
    }
}

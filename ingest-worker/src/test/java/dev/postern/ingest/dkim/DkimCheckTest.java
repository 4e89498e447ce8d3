package dev.postern.ingest.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.testbed.AuthoritativeDns;
import dev.postern.tlsrpt.Authenticity;
import dev.postern.tlsrpt.Authenticity.State;
import java.io.ByteArrayInputStream;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.apache.james.jdkim.DKIMSigner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DkimCheckTest {

    private static final String TEMPLATE = "v=1; a=rsa-sha256; c=relaxed/relaxed; d=%s; s=sel; h=from:to:subject; bh=; b=;";
    private static final String MAIL = """
            From: Reports <noreply@mail.sender.test>\r
            To: token@postern.test\r
            Subject: Report Domain: example.test\r
            \r
            {"organization-name":"Sender"}\r
            """;
    private static final KeyPair KEYS = keys();

    private AuthoritativeDns dns;
    private DkimCheck check;

    @BeforeEach
    void start() {
        dns = AuthoritativeDns.start();
        check = new DkimCheck(List.of(dns.address()), Duration.ofMillis(500));
        publish("sender.test");
    }

    @AfterEach
    void stop() {
        dns.close();
    }

    @Test
    void verifiesASignatureOfTheDomainItIsFrom() throws Exception {
        assertThat(check(signed(MAIL, "sender.test"))).isEqualTo(Authenticity.verified("sender.test"));
        int asked = dns.questions("sel._domainkey.sender.test", "TXT");
        assertThat(check(signed(MAIL, "sender.test"))).isEqualTo(Authenticity.verified("sender.test"));
        assertThat(dns.questions("sel._domainkey.sender.test", "TXT")).as("the key is kept for its TTL")
                .isLessThanOrEqualTo(asked + 1);
    }

    @Test
    void seesThatThereIsNone() {
        assertThat(check(MAIL).state()).isEqualTo(State.UNSIGNED);
        assertThat(check("").state()).isEqualTo(State.UNSIGNED);
        assertThat(check("no header\r\n\r\ndkim-signature: in the body").state()).isEqualTo(State.UNSIGNED);
    }

    @Test
    void refusesWhatWasChanged() throws Exception {
        assertThat(check(signed(MAIL, "sender.test").replace("Sender", "Sinder"))).satisfies(changed -> {
            assertThat(changed.state()).isEqualTo(State.FAILED);
            assertThat(changed.detail()).isNotBlank();
        });
        assertThat(check(signed(MAIL, "sender.test").replace("Report Domain", "Report domain")).state())
                .isEqualTo(State.FAILED);
    }

    @Test
    void refusesASignatureOfSomebodyElse() throws Exception {
        publish("forger.test");

        assertThat(check(signed(MAIL, "forger.test"))).satisfies(foreign -> {
            assertThat(foreign.state()).isEqualTo(State.FAILED);
            assertThat(foreign.signer()).contains("forger.test");
            assertThat(foreign.detail()).contains("forger.test", "mail.sender.test");
        });
        assertThat(check(signed(signed(MAIL, "forger.test"), "sender.test"))).as("one of several counts")
                .isEqualTo(Authenticity.verified("sender.test"));
    }

    @Test
    void refusesWhatLeavesDoubtAboutTheSender() throws Exception {
        String two = MAIL.replace("From: Reports", "From: other@other.test\r\nFrom: Reports");
        assertThat(check(signed(two, "sender.test")).state()).isEqualTo(State.FAILED);
        String list = MAIL.replace("<noreply@mail.sender.test>", "<noreply@mail.sender.test>, x@other.test");
        assertThat(check(signed(list, "sender.test")).state()).isEqualTo(State.FAILED);
    }

    @Test
    void refusesALimitedLengthAndSha1() throws Exception {
        assertThat(check(signed(MAIL, "sender.test", TEMPLATE.replace("bh=;", "l=5; bh=;"))).state())
                .isEqualTo(State.FAILED);
        assertThat(check(signed(MAIL, "sender.test", TEMPLATE.replace("sha256", "sha1"))).state())
                .isEqualTo(State.FAILED);
    }

    @Test
    void doesNotTakeSilenceForFailure() throws Exception {
        dns.servfail("sel._domainkey.sender.test");
        assertThat(check(signed(MAIL, "sender.test")).state()).isEqualTo(State.UNKNOWN);
        dns.silent("sel._domainkey.other.test");
        assertThat(check(signed(MAIL, "other.test")).state()).isEqualTo(State.UNKNOWN);
        assertThat(check(signed(MAIL, "absent.test")).state()).isEqualTo(State.FAILED);
    }

    @Test
    void survivesWhateverAStrangerWrites() throws Exception {
        String many = "DKIM-Signature: v=1; a=rsa-sha256; d=sender.test; s=sel; h=from; bh=AA; b=AA\r\n".repeat(50) + MAIL;
        assertThat(check(many)).satisfies(flood -> {
            assertThat(flood.state()).isEqualTo(State.FAILED);
            assertThat(flood.detail()).contains("more than");
        });
        for (String field : List.of("", ";", "v=2", "a=x; d=..; s=; h=; bh=; b=", "v=1; a=rsa-sha256; d=a b; s=../x; h=from;"
                + " bh=AA; b=AA", "v=1; a=rsa-sha256; d=%s; s=sel; h=from; bh=!; b=!".formatted("x".repeat(300)))) {
            assertThat(check("DKIM-Signature: " + field + "\r\n" + MAIL).state()).as(field)
                    .isIn(State.FAILED, State.UNKNOWN);
        }
    }

    private Authenticity check(String mail) {
        return check.check(mail.getBytes(ISO_8859_1));
    }

    private void publish(String domain) {
        dns.txt("sel._domainkey." + domain, "v=DKIM1; k=rsa; p="
                + Base64.getEncoder().encodeToString(KEYS.getPublic().getEncoded()));
    }

    private static String signed(String mail, String domain) throws Exception {
        return signed(mail, domain, TEMPLATE);
    }

    private static String signed(String mail, String domain, String template) throws Exception {
        return new DKIMSigner(template.formatted(domain), KEYS.getPrivate())
                .sign(new ByteArrayInputStream(mail.getBytes(ISO_8859_1))) + "\r\n" + mail;
    }

    private static KeyPair keys() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}

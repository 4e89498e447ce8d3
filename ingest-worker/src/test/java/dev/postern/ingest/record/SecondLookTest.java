package dev.postern.ingest.record;

import static dev.postern.db.jooq.Tables.UNSETTLED_MAIL;
import static dev.postern.ingest.Installation.database;
import static dev.postern.ingest.Installation.domain;
import static dev.postern.ingest.Installation.now;
import static dev.postern.ingest.Installation.reports;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.db.report.Receipt;
import dev.postern.db.report.StoredReport;
import dev.postern.ingest.Installation;
import dev.postern.ingest.Samples;
import dev.postern.ingest.dkim.DkimCheck;
import dev.postern.ingest.log.ReceivedReport;
import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.unwrap.UnwrapLimits;
import dev.postern.ingest.unwrap.Unwrapper;
import dev.postern.setup.MailDomain;
import dev.postern.testbed.AuthoritativeDns;
import dev.postern.tlsrpt.Authenticity;
import dev.postern.tlsrpt.ReportLimits;
import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.apache.james.jdkim.DKIMSigner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A report whose signature nobody could verify at first becomes authentic once the DNS answers.
class SecondLookTest {

    private static final InetSocketAddress NOBODY = new InetSocketAddress("127.0.0.1", 1);

    private final AuthoritativeDns dns = AuthoritativeDns.start();
    private final ReportLog log = new ReportLog(Installation.kafka());
    private final MailDomain domain = domain();
    private final UUID receipt = UUID.randomUUID();

    @AfterEach
    void close() {
        log.close();
        dns.close();
    }

    private Recorder recorder(InetSocketAddress server) {
        return new Recorder(database(), log, new Unwrapper(UnwrapLimits.DEFAULT), ReportLimits.DEFAULT,
                new DkimCheck(List.of(server), Duration.ofMillis(300)),
                java.time.Clock.systemUTC());
    }

    private void look(InetSocketAddress server, Duration later) {
        new SecondLook(database(), recorder(server), Clock.fixed(now().plus(later), ZoneOffset.UTC)).look();
    }

    private StoredReport stored() {
        List<StoredReport> all = reports(domain);
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private boolean waiting() {
        return database().inTenant(Installation.tenant(), session -> session.sql().fetchExists(UNSETTLED_MAIL,
                UNSETTLED_MAIL.RECEIPT_ID.eq(receipt)));
    }

    @Test
    void verifiesOnceTheDnsAnswers() throws Exception {
        recorder(NOBODY).record(List.of(new ReceivedReport(domain.reportToken(), new Receipt(receipt, "smtp", "192.0.2.9",
                now(), "message/rfc822"), signedMail())));
        assertThat(stored().authenticity().state()).isEqualTo(Authenticity.State.UNKNOWN);
        assertThat(waiting()).isTrue();

        look(dns.address(), Duration.ofMinutes(5));
        assertThat(waiting()).as("not due yet").isTrue();
        look(NOBODY, Duration.ofMinutes(15));
        assertThat(stored().authentic()).isFalse();
        look(dns.address(), Duration.ofHours(2));

        assertThat(stored().authentic()).isTrue();
        assertThat(stored().authenticity()).isEqualTo(Authenticity.verified("sender.test"));
        assertThat(waiting()).isFalse();
    }

    @Test
    void givesUpAfterDays() throws Exception {
        recorder(NOBODY).record(List.of(new ReceivedReport(domain.reportToken(), new Receipt(receipt, "smtp", "192.0.2.9",
                now(), "message/rfc822"), signedMail())));
        for (int day = 1; day <= 10; day++) {
            look(NOBODY, Duration.ofDays(day));
        }

        assertThat(waiting()).isFalse();
        assertThat(stored().authenticity().state()).isEqualTo(Authenticity.State.UNKNOWN);
    }

    private byte[] signedMail() throws Exception {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair keys = generator.generateKeyPair();
        dns.txt("sel._domainkey.sender.test", "v=DKIM1; k=rsa; p="
                + Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()));
        String mail = "From: noreply@sender.test\r\nContent-Type: application/tlsrpt+json\r\n\r\n"
                + Samples.report("r1", domain.name().ascii()).replace("\n", "\r\n");
        return (new DKIMSigner("v=1; a=rsa-sha256; c=relaxed/relaxed; d=sender.test; s=sel; h=from; bh=; b=;",
                keys.getPrivate()).sign(new ByteArrayInputStream(mail.getBytes(ISO_8859_1))) + "\r\n" + mail)
                .getBytes(ISO_8859_1);
    }
}

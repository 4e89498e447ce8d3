package dev.postern.ingest.record;

import static dev.postern.ingest.Installation.content;
import static dev.postern.ingest.Installation.database;
import static dev.postern.ingest.Installation.domain;
import static dev.postern.ingest.Installation.events;
import static dev.postern.ingest.Installation.header;
import static dev.postern.ingest.Installation.json;
import static dev.postern.ingest.Installation.message;
import static dev.postern.ingest.Installation.messages;
import static dev.postern.ingest.Installation.newToken;
import static dev.postern.ingest.Installation.now;
import static dev.postern.ingest.Installation.rejected;
import static dev.postern.ingest.Installation.reports;
import static dev.postern.ingest.Samples.gzip;
import static dev.postern.ingest.Samples.mail;
import static dev.postern.ingest.Samples.policy;
import static dev.postern.ingest.Samples.report;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.db.report.Receipt;
import dev.postern.db.tenancy.Database;
import dev.postern.ingest.Installation;
import dev.postern.ingest.dkim.DkimCheck;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import dev.postern.ingest.log.LogUnavailable;
import dev.postern.ingest.log.ReceivedReport;
import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.unwrap.UnwrapLimits;
import dev.postern.ingest.unwrap.Unwrapper;
import dev.postern.setup.MailDomain;
import dev.postern.stream.ReceiptHeaders;
import dev.postern.stream.Topics;
import dev.postern.timeline.TimelineEvent.ReportReceived;
import dev.postern.timeline.TimelineEvent.ReportRejected;
import dev.postern.tlsrpt.Authenticity;
import dev.postern.tlsrpt.ReportLimits;
import java.util.Map;
import java.util.UUID;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/// What becomes of what was received.
class RecorderTest {

    private static final ReportLimits LIMITS = new ReportLimits(1_000_000, 100, 100, 16_384, 32, 1_000_000);

    private static ReportLog log;
    private static Recorder recorder;

    @BeforeAll
    static void start() {
        log = new ReportLog(Installation.kafka());
        recorder = recorder(database(), log);
    }

    private static Recorder recorder(Database database, ReportLog log) {
        return new Recorder(database, log, new Unwrapper(UnwrapLimits.DEFAULT), LIMITS, new DkimCheck(
                List.of(new InetSocketAddress("127.0.0.1", 1)), Duration.ofMillis(100)));
    }

    @AfterAll
    static void stop() {
        log.close();
    }

    private static ReceivedReport received(MailDomain domain, String contentType, byte[] bytes) {
        return new ReceivedReport(domain.reportToken(), new Receipt(UUID.randomUUID(), "smtp", "192.0.2.9", now(),
                contentType), bytes);
    }

    private static ReceivedReport mailed(MailDomain domain, String json) {
        return received(domain, "message/rfc822", mail(json).getBytes(UTF_8));
    }

    private static ReceivedReport posted(MailDomain domain, String json) {
        return received(domain, "application/tlsrpt+json", json.getBytes(UTF_8));
    }

    @Test
    void countsAReportAndTellsOfIt() {
        MailDomain domain = domain();
        String json = report("r1", domain.name().ascii());
        ReceivedReport received = mailed(domain, json);

        recorder.record(received);

        assertThat(reports(domain)).singleElement().satisfies(stored -> {
            assertThat(stored.counted()).isTrue();
            assertThat(stored.organizationName()).isEqualTo("Sender Inc.");
            assertThat(stored.policyDomain()).isEqualTo(domain.name().ascii());
            assertThat(stored.successful()).isEqualTo(7);
            assertThat(stored.failed()).isEqualTo(3);
            assertThat(stored.transport()).isEqualTo("smtp");
            assertThat(stored.authenticity().state()).isEqualTo(Authenticity.State.UNSIGNED);
            assertThat(stored.receivedAt()).isEqualTo(received.receipt().receivedAt());
            assertThat(json(stored)).isEqualTo(json.getBytes(UTF_8));
            assertThat(events(domain)).singleElement().isInstanceOfSatisfying(ReportReceived.class, event -> {
                assertThat(event.report()).isEqualTo(stored.key());
                assertThat(event.failures()).isEqualTo(Map.of("certificate-expired", 3L));
                assertThat(event.successful()).isEqualTo(7);
                assertThat(event.failed()).isEqualTo(3);
            });
        });
        assertThat(rejected(domain)).isEmpty();
    }

    @Test
    void countsTheSameReportOnceHoweverItComes() {
        MailDomain domain = domain();
        String json = report("r1", domain.name().ascii());
        ReceivedReport first = mailed(domain, json);

        recorder.record(first);
        recorder.record(first);
        recorder.record(posted(domain, json));
        recorder.record(received(domain, "", gzip(json)));

        assertThat(reports(domain)).hasSize(1);
        assertThat(events(domain)).hasSize(1);
    }

    @Test
    void keepsAReportOfTheSameNameAndOtherContentApart() {
        MailDomain domain = domain();
        recorder.record(posted(domain, report("r1", domain.name().ascii())));
        ReceivedReport other = posted(domain, report("r1", policy("sts", domain.name().ascii(), 1_000, 0)));

        recorder.record(other);
        recorder.record(other);

        assertThat(reports(domain)).extracting(stored -> stored.counted()).containsExactlyInAnyOrder(true, false);
        assertThat(events(domain)).filteredOn(ReportRejected.class::isInstance).singleElement()
                .isInstanceOfSatisfying(ReportRejected.class, event -> {
                    assertThat(event.code()).isEqualTo("conflicting");
                    assertThat(event.reason()).contains("r1");
                });
        assertThat(rejected(domain)).isEmpty();
    }

    @Test
    void rejectsAReportAboutAnotherDomainAndNamesIt() {
        MailDomain domain = domain("mx.provider.test");
        ReceivedReport received = posted(domain, report("r1", "victim.test"));

        recorder.record(received);
        recorder.record(received);

        assertThat(reports(domain)).isEmpty();
        assertThat(rejected(domain)).singleElement().satisfies(kept -> {
            assertThat(kept.code()).isEqualTo("misdirected");
            assertThat(kept.reason()).contains("victim.test");
            assertThat(kept.receipt().id()).isEqualTo(received.receipt().id());
            assertThat(content(kept)).isEqualTo(received.bytes());
        });
        assertThat(events(domain)).singleElement().isInstanceOfSatisfying(ReportRejected.class,
                event -> assertThat(event.rejected()).isEqualTo(received.receipt().id()));
        var told = message(Topics.TLSRPT_REJECTED, domain.reportToken());
        assertThat(told.value()).isEqualTo(received.bytes());
        assertThat(header(told, ReceiptHeaders.REASON_CODE)).isEqualTo("misdirected");
        assertThat(header(told, ReceiptHeaders.REASON)).contains("victim.test");
        assertThat(header(told, ReceiptHeaders.RECEIPT_ID)).isEqualTo(received.receipt().id().toString());
    }

    @Test
    void acceptsTheNamesThatSendersUseForTlsa() {
        MailDomain domain = domain("mx1.mail.provider.test");
        recorder.record(posted(domain, report("mx", policy("tlsa", "MX1.mail.provider.test.", 1, 0))));
        recorder.record(posted(domain, report("base", policy("tlsa", "_25._tcp.mx1.mail.provider.test", 1, 0))));
        recorder.record(posted(domain, report("parent", policy("tlsa", "provider.test", 1, 0))));
        recorder.record(posted(domain, report("sts", policy("sts", "mx1.mail.provider.test", 1, 0))));
        recorder.record(posted(domain, report("tld", policy("tlsa", "test", 1, 0))));

        assertThat(reports(domain)).extracting(stored -> stored.reportId())
                .containsExactlyInAnyOrder("mx", "base", "parent");
        assertThat(rejected(domain)).hasSize(2).allSatisfy(kept -> assertThat(kept.code()).isEqualTo("misdirected"));
    }

    @Test
    void countsOnlyTheDomainsOwnPolicies() {
        MailDomain domain = domain();
        recorder.record(posted(domain, report("r1", policy("sts", domain.name().ascii(), 5, 1) + ","
                + policy("sts", "victim.test", 900, 90))));

        assertThat(reports(domain)).singleElement().satisfies(stored -> {
            assertThat(stored.successful()).isEqualTo(5);
            assertThat(stored.failed()).isEqualTo(1);
            assertThat(stored.notes()).anySatisfy(note -> assertThat(note).contains("victim.test", "not counted"));
        });
    }

    @Test
    void addsNoSessionsAcrossPolicyTypes() {
        MailDomain domain = domain();
        recorder.record(posted(domain, report("r1", policy("sts", domain.name().ascii(), 5, 4) + ","
                + policy("tlsa", domain.name().ascii(), 5, 2))));

        assertThat(events(domain)).singleElement().isInstanceOfSatisfying(ReportReceived.class, event -> {
            assertThat(event.failed()).isEqualTo(4);
            assertThat(event.failures()).isEqualTo(Map.of("certificate-expired", 4L));
        });
    }

    @Test
    void takesAMissingPolicyDomainFromTheAddress() {
        MailDomain domain = domain();
        recorder.record(posted(domain, report("r1", """
                {"policy": {"policy-type": "no-policy-found"},
                 "summary": {"total-successful-session-count": 2, "total-failure-session-count": 0}}""")));

        assertThat(reports(domain)).singleElement().satisfies(stored -> {
            assertThat(stored.policyDomain()).isEqualTo(domain.name().ascii());
            assertThat(stored.successful()).isEqualTo(2);
            assertThat(stored.notes()).anySatisfy(note -> assertThat(note).contains("policy-domain"));
        });
    }

    @Test
    void keepsAReportWithoutPolicies() {
        MailDomain domain = domain();
        recorder.record(posted(domain, report("r1", "")));
        assertThat(reports(domain)).singleElement().satisfies(stored -> assertThat(stored.successful()).isZero());
    }

    @Test
    void keepsBrokenJsonWithItsReasonAndBytes() {
        MailDomain domain = domain();
        ReceivedReport broken = mailed(domain, "{\"organization-name\": oops");

        recorder.record(broken);

        assertThat(rejected(domain)).singleElement().satisfies(kept -> {
            assertThat(kept.code()).isEqualTo("json-syntax");
            assertThat(kept.reason()).contains("line 1");
            assertThat(content(kept)).isEqualTo(broken.bytes());
        });
    }

    @Test
    void rejectsABombAndNamesTheLimit() {
        MailDomain domain = domain();
        byte[] bomb = gzip(new byte[20_000_000]);
        byte[] padded = gzip(report("r1", domain.name().ascii()) + " ".repeat(2_000_000));

        recorder.record(received(domain, "application/tlsrpt+gzip", gzip("{\"a\":\"" + "x".repeat(5) + "\"," + " "
                .repeat(20_000_000))));
        recorder.record(received(domain, "application/tlsrpt+gzip", padded));
        recorder.record(received(domain, "application/tlsrpt+gzip", bomb));

        assertThat(reports(domain)).isEmpty();
        assertThat(rejected(domain)).hasSize(3).filteredOn(kept -> kept.code().equals("report-too-large"))
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(kept -> assertThat(kept.reason()).contains("1000000 bytes"));
    }

    @Test
    void judgesEachReportOfAMailByItself() {
        MailDomain domain = domain();
        String part = "--b\r\nContent-Type: application/tlsrpt+json\r\n\r\n%s\r\n";
        ReceivedReport received = received(domain, "message/rfc822",
                ("Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                        + part.formatted(report("good", domain.name().ascii())) + part.formatted("{bad")
                        + part.formatted(report("astray", "victim.test")) + "--b--\r\n").getBytes(UTF_8));

        recorder.record(received);
        recorder.record(received);

        assertThat(reports(domain)).singleElement().satisfies(
                stored -> assertThat(stored.reportId()).isEqualTo("good"));
        assertThat(rejected(domain)).extracting(kept -> kept.code())
                .containsExactlyInAnyOrder("json-syntax", "misdirected");
        assertThat(rejected(domain)).filteredOn(kept -> kept.code().equals("json-syntax")).singleElement()
                .satisfies(kept -> assertThat(content(kept)).asString(UTF_8).isEqualTo("{bad"));
        assertThat(events(domain)).hasSize(3);
    }

    @Test
    void saysThatAMailHoldsNoReport() {
        MailDomain domain = domain();
        recorder.record(received(domain, "message/rfc822", "Subject: hi\r\n\r\nhello\r\n".getBytes(UTF_8)));
        assertThat(rejected(domain)).singleElement().satisfies(
                kept -> assertThat(kept.code()).isEqualTo("no-report-in-mail"));
    }

    @Test
    void tellsOnlyTheLogOfAnUnknownAddress() {
        String token = newToken();
        recorder.record(new ReceivedReport(token, new Receipt(UUID.randomUUID(), "https", "192.0.2.9", now(), ""),
                new byte[]{1}));
        assertThat(header(message(Topics.TLSRPT_REJECTED, token), ReceiptHeaders.REASON_CODE))
                .isEqualTo("unknown-address");

        MailDomain removed = domain();
        Installation.remove(removed);
        recorder.record(posted(removed, report("r1", removed.name().ascii())));
        assertThat(header(message(Topics.TLSRPT_REJECTED, removed.reportToken()), ReceiptHeaders.REASON_CODE))
                .isEqualTo("unknown-address");
    }

    @Test
    void throwsWhenTheDatabaseIsAway() {
        MailDomain domain = domain();
        var nowhere = new PGSimpleDataSource();
        nowhere.setUrl("jdbc:postgresql://127.0.0.1:1/none");
        ReceivedReport received = posted(domain, report("r1", domain.name().ascii()));

        assertThatThrownBy(() -> recorder(new Database(nowhere), log).record(received))
                .isInstanceOf(DataAccessException.class);
        recorder.record(received);

        assertThat(reports(domain)).hasSize(1);
    }

    @Test
    void tellsTheLogOfARejectionEvenWhenTheFirstAttemptFailedThere() {
        MailDomain domain = domain();
        ReceivedReport broken = posted(domain, "{oops");
        try (var away = new ReportLog("127.0.0.1:1")) {
            assertThatThrownBy(() -> recorder(database(), away).record(broken)).isInstanceOf(LogUnavailable.class);
        }

        recorder.record(broken);

        assertThat(rejected(domain)).hasSize(1);
        assertThat(events(domain)).hasSize(1);
        assertThat(messages(Topics.TLSRPT_REJECTED, domain.reportToken(), 1)).hasSize(1);
    }

    @Test
    void keepsWhatItGivesUp() {
        MailDomain domain = domain();
        ReceivedReport odd = posted(domain, "whatever");
        recorder.giveUp(odd);
        assertThat(rejected(domain)).singleElement().satisfies(kept -> {
            assertThat(kept.code()).isEqualTo("internal");
            assertThat(content(kept)).isEqualTo(odd.bytes());
        });
    }
}

package dev.postern.ingest.record;

import static dev.postern.db.jooq.Tables.DOMAIN;
import static dev.postern.db.jooq.Tables.IMPORT_ITEM;
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
import dev.postern.ingest.Samples;
import dev.postern.ingest.dkim.DkimCheck;
import dev.postern.ingest.log.Destination;
import dev.postern.ingest.log.ImportItem;
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
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
                List.of(new InetSocketAddress("127.0.0.1", 1)), Duration.ofMillis(100)),
                java.time.Clock.systemUTC());
    }

    @AfterAll
    static void stop() {
        log.close();
    }

    private static void record(ReceivedReport... messages) {
        recorder.record(List.of(messages));
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

        record(received);

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

        record(first);
        record(first);
        record(posted(domain, json));
        record(received(domain, "", gzip(json)));

        assertThat(reports(domain)).hasSize(1);
        assertThat(events(domain)).hasSize(1);
    }

    @Test
    void keepsAReportOfTheSameNameAndOtherContentApart() {
        MailDomain domain = domain();
        record(posted(domain, report("r1", domain.name().ascii())));
        ReceivedReport other = posted(domain, report("r1", policy("sts", domain.name().ascii(), 1_000, 0)));

        record(other);
        record(other);

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

        record(received);
        record(received);

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
        record(posted(domain, report("mx", policy("tlsa", "MX1.mail.provider.test.", 1, 0))));
        record(posted(domain, report("base", policy("tlsa", "_25._tcp.mx1.mail.provider.test", 1, 0))));
        record(posted(domain, report("parent", policy("tlsa", "provider.test", 1, 0))));
        record(posted(domain, report("sts", policy("sts", "mx1.mail.provider.test", 1, 0))));
        record(posted(domain, report("tld", policy("tlsa", "test", 1, 0))));

        assertThat(reports(domain)).extracting(stored -> stored.reportId())
                .containsExactlyInAnyOrder("mx", "base", "parent");
        assertThat(rejected(domain)).hasSize(2).allSatisfy(kept -> assertThat(kept.code()).isEqualTo("misdirected"));
    }

    @Test
    void countsOnlyTheDomainsOwnPolicies() {
        MailDomain domain = domain();
        record(posted(domain, report("r1", policy("sts", domain.name().ascii(), 5, 1) + ","
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
        record(posted(domain, report("r1", policy("sts", domain.name().ascii(), 5, 4) + ","
                + policy("tlsa", domain.name().ascii(), 5, 2))));

        assertThat(events(domain)).singleElement().isInstanceOfSatisfying(ReportReceived.class, event -> {
            assertThat(event.failed()).isEqualTo(4);
            assertThat(event.failures()).isEqualTo(Map.of("certificate-expired", 4L));
        });
    }

    @Test
    void takesAMissingPolicyDomainFromTheAddress() {
        MailDomain domain = domain();
        record(posted(domain, report("r1", """
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
        record(posted(domain, report("r1", "")));
        assertThat(reports(domain)).singleElement().satisfies(stored -> assertThat(stored.successful()).isZero());
    }

    @Test
    void keepsBrokenJsonWithItsReasonAndBytes() {
        MailDomain domain = domain();
        ReceivedReport broken = mailed(domain, "{\"organization-name\": oops");

        record(broken);

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

        record(received(domain, "application/tlsrpt+gzip", gzip("{\"a\":\"" + "x".repeat(5) + "\"," + " "
                .repeat(20_000_000))));
        record(received(domain, "application/tlsrpt+gzip", padded));
        record(received(domain, "application/tlsrpt+gzip", bomb));

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

        record(received);
        record(received);

        assertThat(reports(domain)).singleElement().satisfies(
                stored -> assertThat(stored.reportId()).isEqualTo("good"));
        assertThat(rejected(domain)).extracting(kept -> kept.code())
                .containsExactlyInAnyOrder("json-syntax", "misdirected");
        assertThat(rejected(domain)).filteredOn(kept -> kept.code().equals("json-syntax")).singleElement()
                .satisfies(kept -> assertThat(content(kept)).asString(UTF_8).isEqualTo("{bad"));
        assertThat(events(domain)).hasSize(3);
    }

    @Test
    void tellsWhatWasForgivenInTheMailAroundAReport() {
        MailDomain domain = domain();
        String zip = Samples.base64("PK\3\4broken".getBytes(UTF_8));
        record(received(domain, "message/rfc822", ("Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                + "--b\r\nContent-Type: application/tlsrpt+json\r\n\r\n" + report("r1", domain.name().ascii()) + "\r\n"
                + "--b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" + zip
                + "\r\n--b--\r\n").getBytes(UTF_8)));

        assertThat(reports(domain)).singleElement().satisfies(stored -> assertThat(stored.notes())
                .anySatisfy(note -> assertThat(note).containsIgnoringCase("zip")));
    }

    @Test
    void saysThatAMailHoldsNoReport() {
        MailDomain domain = domain();
        record(received(domain, "message/rfc822", "Subject: hi\r\n\r\nhello\r\n".getBytes(UTF_8)));
        assertThat(rejected(domain)).singleElement().satisfies(
                kept -> assertThat(kept.code()).isEqualTo("no-report-in-mail"));
    }

    @Test
    void tellsOnlyTheLogOfAnUnknownAddress() {
        String token = newToken();
        record(new ReceivedReport(token, new Receipt(UUID.randomUUID(), "https", "192.0.2.9", now(), ""),
                new byte[]{1}));
        assertThat(header(message(Topics.TLSRPT_REJECTED, token), ReceiptHeaders.REASON_CODE))
                .isEqualTo("unknown-address");

        MailDomain removed = domain();
        Installation.remove(removed);
        record(posted(removed, report("r1", removed.name().ascii())));
        assertThat(header(message(Topics.TLSRPT_REJECTED, removed.reportToken()), ReceiptHeaders.REASON_CODE))
                .isEqualTo("unknown-address");
    }

    @Test
    void throwsWhenTheDatabaseIsAway() {
        MailDomain domain = domain();
        var nowhere = new PGSimpleDataSource();
        nowhere.setUrl("jdbc:postgresql://127.0.0.1:1/none");
        ReceivedReport received = posted(domain, report("r1", domain.name().ascii()));

        assertThatThrownBy(() -> recorder(new Database(nowhere), log).record(List.of(received)))
                .isInstanceOf(DataAccessException.class);
        record(received);

        assertThat(reports(domain)).hasSize(1);
    }

    @Test
    void tellsTheLogOfARejectionEvenWhenTheFirstAttemptFailedThere() {
        MailDomain domain = domain();
        ReceivedReport broken = posted(domain, "{oops");
        try (var away = new ReportLog("127.0.0.1:1")) {
            assertThatThrownBy(() -> recorder(database(), away).record(List.of(broken))).isInstanceOf(LogUnavailable.class);
        }

        record(broken);

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

    private static ReceivedReport imported(UUID importId, String name, String json) {
        return new ReceivedReport(new Destination.Organisation(Installation.tenant()), new Receipt(UUID.randomUUID(),
                "upload", "ann@example.test", now(), "application/tlsrpt+json"), json.getBytes(UTF_8),
                Optional.of(new ImportItem(importId, name)));
    }

    @Test
    void findsTheDomainsOfWhatAnOrganisationBroughtItself() {
        MailDomain one = domain();
        MailDomain two = domain("mx." + one.name().ascii());
        UUID importId = UUID.randomUUID();
        ReceivedReport both = imported(importId, "both.json", report("b1", policy("sts", one.name().ascii(), 4, 1) + ","
                + policy("sts", two.name().ascii(), 9, 0) + "," + policy("sts", "other.test", 100, 0)));
        ReceivedReport ofTheMx = imported(importId, "mx.json", report("m1", policy("tlsa", "_25._tcp.mx."
                + one.name().ascii(), 3, 0)));
        ReceivedReport foreign = imported(importId, "foreign.json", report("f1", "victim.test"));
        ReceivedReport nameless = imported(importId, "nameless.json", report("n1", """
                {"policy": {"policy-type": "no-policy-found"}, "summary": {"total-successful-session-count": 2}}"""));
        ReceivedReport broken = imported(importId, "broken.json", "{oops");

        record(both, ofTheMx, foreign, nameless, broken);
        record(both, foreign);

        assertThat(reports(one)).singleElement().satisfies(stored -> {
            assertThat(stored.successful()).isEqualTo(4);
            assertThat(stored.authentic()).as("a member vouched for it").isTrue();
        });
        assertThat(reports(two)).extracting(stored -> stored.successful()).containsExactlyInAnyOrder(9L, 3L);
        assertThat(events(one)).as("years of reports are no news of today").isEmpty();
        assertThat(outcomes(importId)).containsExactlyInAnyOrder("both.json 2 0 0 0 ", "mx.json 1 0 0 0 ",
                "foreign.json 0 0 0 1 misdirected", "nameless.json 0 0 0 1 misdirected",
                "broken.json 0 0 0 1 json-syntax");
        var kept = database().inTenant(Installation.tenant(),
                session -> session.rejectedReports().content(foreign.receipt().id()));
        assertThat(kept).hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo(foreign.bytes()));
    }

    private static List<String> outcomes(UUID importId) {
        return database().inTenant(Installation.tenant(), session -> session.sql().selectFrom(IMPORT_ITEM)
                .where(IMPORT_ITEM.IMPORT_ID.eq(importId)).fetch(row -> row.getName() + " " + row.getCounted() + " "
                        + row.getKnown() + " " + row.getConflicting() + " " + row.getRejected() + " " + row.getCode()));
    }

    @Test
    void recordsABatchOfManyDomainsAsItWouldOneByOne() {
        List<MailDomain> domains = Stream.generate(() -> domain()).limit(5).toList();
        var messages = new ArrayList<ReceivedReport>();
        for (int i = 0; i < 200; i++) {
            MailDomain domain = domains.get(i % domains.size());
            messages.add(i % 7 == 0 ? posted(domain, "{oops " + i) : i % 3 == 0
                    ? mailed(domain, report("r" + i % 40, domain.name().ascii()))
                    : posted(domain, report("r" + i % 40, domain.name().ascii())));
        }
        recorder.record(messages);

        for (MailDomain domain : domains) {
            Set<String> ids = IntStream.range(0, 200).filter(i -> i % 7 != 0
                    && domains.get(i % domains.size()).equals(domain)).mapToObj(i -> "r" + i % 40)
                    .collect(Collectors.toSet());
            assertThat(reports(domain)).extracting(stored -> stored.reportId()).containsExactlyInAnyOrderElementsOf(ids);
            assertThat(events(domain)).hasSize(ids.size() + rejected(domain).size());
        }
        assertThat(domains.stream().mapToInt(domain -> rejected(domain).size()).sum()).isEqualTo(29);
    }

    @Test
    void rejectsAReportAboutADayThatCantBe() {
        MailDomain domain = domain();
        record(posted(domain, report("r1", domain.name().ascii()).replaceAll("20[0-9]{2}-[0-9]{2}-[0-9]{2}T",
                "2015-03-04T")));
        assertThat(rejected(domain)).singleElement().satisfies(kept -> {
            assertThat(kept.code()).isEqualTo("period-implausible");
            assertThat(kept.reason()).contains("2015-03-04");
        });
    }

    @Test
    void looksForItselfWhenAReportTellsOfWhatEnforceWouldRefuse() {
        MailDomain domain = domain();
        Instant longAgo = now().minus(Duration.ofDays(1));
        Runnable later = () -> database().useTenant(Installation.tenant(), session -> session.sql().update(DOMAIN)
                .set(DOMAIN.NEXT_PROBE_AT, now().plus(Duration.ofDays(1)).atOffset(ZoneOffset.UTC))
                .set(DOMAIN.LAST_PROBE_AT, longAgo.atOffset(ZoneOffset.UTC))
                .where(DOMAIN.DOMAIN_ID.eq(domain.id())).execute());
        later.run();
        record(posted(domain, report("good", policy("sts", domain.name().ascii(), 5, 0))));
        assertThat(nextProbe(domain)).isAfter(now());

        record(posted(domain, report("bad", policy("sts", domain.name().ascii(), 5, 3))));

        assertThat(nextProbe(domain)).isBeforeOrEqualTo(now());
    }

    private static Instant nextProbe(MailDomain domain) {
        return database().inTenant(Installation.tenant(), session -> session.sql().select(DOMAIN.NEXT_PROBE_AT).from(DOMAIN)
                .where(DOMAIN.DOMAIN_ID.eq(domain.id())).fetchSingle(DOMAIN.NEXT_PROBE_AT)).toInstant();
    }

    @Test
    void forgetsWhatIsOlderThanTheOrganisationKeepsIt() {
        MailDomain domain = domain();
        record(posted(domain, report("r1", domain.name().ascii())), posted(domain, "{oops"));
        UUID key = reports(domain).getFirst().key();

        new Retention(database(), Clock.fixed(now().plus(Duration.ofDays(700)), ZoneOffset.UTC)).forget();
        assertThat(json(reports(domain).getFirst())).isNotEmpty();
        new Retention(database(), Clock.fixed(now().plus(Duration.ofDays(800)), ZoneOffset.UTC)).forget();

        assertThat(reports(domain)).as("its totals stay").singleElement()
                .satisfies(stored -> assertThat(stored.failed()).isEqualTo(3));
        var text = database().inTenant(Installation.tenant(), session -> session.reports().json(key));
        assertThat(text).isEmpty();
        assertThat(rejected(domain)).isEmpty();
    }
}

package dev.postern.ingest.record;

import static dev.postern.ingest.Installation.database;
import static dev.postern.ingest.Installation.domain;
import static dev.postern.ingest.Installation.events;
import static dev.postern.ingest.Installation.now;
import static dev.postern.ingest.Installation.rejected;
import static dev.postern.ingest.Installation.reports;
import static dev.postern.ingest.Samples.base64;
import static dev.postern.ingest.Samples.gzip;
import static dev.postern.ingest.Samples.mail;
import static dev.postern.ingest.Samples.policy;
import static dev.postern.ingest.Samples.report;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.db.report.Receipt;
import dev.postern.db.report.StoredRejection;
import dev.postern.ingest.Installation;
import dev.postern.ingest.dkim.DkimCheck;
import dev.postern.ingest.log.Destination;
import dev.postern.ingest.log.ReceivedReport;
import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.unwrap.UnwrapLimits;
import dev.postern.ingest.unwrap.Unwrapper;
import dev.postern.setup.MailDomain;
import dev.postern.timeline.TimelineEvent;
import dev.postern.tlsrpt.ReportLimits;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What was rejected and is tried again.
class ReplayTest {

    private static ReportLog log;
    private static Recorder recorder;

    @BeforeAll
    static void start() {
        log = new ReportLog(Installation.kafka());
        recorder = new Recorder(database(), log, new Unwrapper(UnwrapLimits.DEFAULT), ReportLimits.DEFAULT,
                new DkimCheck(List.of(new InetSocketAddress("127.0.0.1", 1)), Duration.ofMillis(100)),
                java.time.Clock.systemUTC());
    }

    @AfterAll
    static void stop() {
        log.close();
    }

    private static ReceivedReport received(MailDomain domain, String contentType, byte[] bytes) {
        return new ReceivedReport(domain.reportToken(), new Receipt(UUID.randomUUID(), "smtp", "192.0.2.9", now(),
                contentType), bytes);
    }

    private static ReceivedReport again(ReceivedReport before) {
        return new ReceivedReport(before.destination(), before.receipt(), before.bytes(), before.item(), true);
    }

    /// The report names an MX that was not known to be the domain's when it came.
    private static ReceivedReport ofAnMx(MailDomain domain, String mx) {
        return received(domain, "application/tlsrpt+json", report("t1", policy("tlsa", mx, 4, 1)).getBytes(UTF_8));
    }

    private static void learn(MailDomain domain, String mx) {
        database().useTenant(Installation.tenant(),
                session -> session.domains().probed(domain.id(), now(), Optional.of(List.of(mx))));
    }

    private static Optional<StoredRejection> rejection(ReceivedReport message) {
        return database().inTenant(Installation.tenant(),
                session -> session.rejectedReports().byReceipt(message.receipt().id()));
    }

    @Test
    void isNoLongerRejectedOnceItIsRecorded() {
        MailDomain domain = domain();
        ReceivedReport message = ofAnMx(domain, "mx.provider.test");
        recorder.record(List.of(message));
        assertThat(rejection(message)).hasValueSatisfying(kept ->
                assertThat(kept.rejected().code()).isEqualTo("misdirected"));
        learn(domain, "mx.provider.test");

        recorder.record(List.of(again(message)));

        assertThat(rejected(domain)).isEmpty();
        assertThat(reports(domain)).singleElement().satisfies(stored -> {
            assertThat(stored.successful()).isEqualTo(4);
            assertThat(stored.receivedAt()).isEqualTo(message.receipt().receivedAt());
        });
        // Asked for twice, read twice, and the first message too: nothing changes.
        recorder.record(List.of(again(message), again(message), message));
        assertThat(rejected(domain)).isEmpty();
        assertThat(reports(domain)).hasSize(1);
        assertThat(events(domain)).hasSize(2).hasOnlyElementsOfTypes(TimelineEvent.ReportRejected.class,
                TimelineEvent.ReportReceived.class);
    }

    @Test
    void isNotRejectedAnewOnceItIsSettled() {
        MailDomain domain = domain();
        ReceivedReport message = ofAnMx(domain, "mx.provider.test");
        recorder.record(List.of(message));
        learn(domain, "mx.provider.test");
        recorder.record(List.of(again(message)));
        learn(domain, "mx.elsewhere.test");

        recorder.record(List.of(again(message)));

        assertThat(rejected(domain)).isEmpty();
        assertThat(reports(domain)).hasSize(1);
    }

    @Test
    void tellsTheReasonOfTheLastAttempt() {
        MailDomain domain = domain();
        ReceivedReport message = received(domain, "application/tlsrpt+json", "{oops".getBytes(UTF_8));
        recorder.giveUp(message);
        assertThat(rejection(message)).hasValueSatisfying(kept ->
                assertThat(kept.rejected().code()).isEqualTo("internal"));

        recorder.record(List.of(again(message)));
        recorder.record(List.of(again(message)));

        assertThat(rejection(message)).hasValueSatisfying(kept -> {
            assertThat(kept.rejected().code()).isEqualTo("json-syntax");
            assertThat(kept.attempts()).isEqualTo(3);
            assertThat(kept.triedAt()).isPresent();
            assertThat(kept.replayedAt()).isEmpty();
        });
        assertThat(rejected(domain)).hasSize(1);
        assertThat(events(domain)).as("told of once").hasSize(1);
        recorder.giveUp(again(message));
        assertThat(rejection(message)).hasValueSatisfying(kept ->
                assertThat(kept.rejected().code()).isEqualTo("internal"));
    }

    /// A mail that could not be opened proves to hold two reports, one of them broken.
    @Test
    void givesWayToThePartsThatStayRejected() {
        MailDomain domain = domain();
        ReceivedReport message = received(domain, "message/rfc822", mail("""
                Content-Type: application/tlsrpt+gzip
                Content-Transfer-Encoding: base64""", base64(gzip(report("r1", domain.name().ascii()))) + """

                --part
                Content-Type: application/tlsrpt+gzip
                Content-Transfer-Encoding: base64

                """ + base64(gzip("{oops"))).getBytes(UTF_8));
        recorder.giveUp(message);

        recorder.record(List.of(again(message)));
        recorder.record(List.of(again(message)));

        assertThat(rejection(message)).isEmpty();
        assertThat(reports(domain)).hasSize(1);
        assertThat(rejected(domain)).singleElement().satisfies(part ->
                assertThat(part.code()).isEqualTo("json-syntax"));
    }

    /// What an organisation brought itself is about a domain that it adds afterwards.
    @Test
    void findsADomainThatWasAddedLater() {
        MailDomain later = domain();
        var message = new ReceivedReport(new Destination.Organisation(Installation.tenant()), new Receipt(
                UUID.randomUUID(), "upload", "ann@example.test", now(), "application/tlsrpt+json"),
                report("o1", later.name().ascii()).getBytes(UTF_8), Optional.empty());
        Installation.remove(later);
        recorder.record(List.of(message));
        assertThat(rejection(message)).hasValueSatisfying(kept -> {
            assertThat(kept.rejected().code()).isEqualTo("misdirected");
            assertThat(kept.domain()).isEmpty();
        });
        database().useTenant(Installation.tenant(), session -> {
            assertThat(session.domains().add(later)).isTrue();
            session.domains().markVerified(later.id(), dev.postern.setup.OwnershipProof.TXT_RECORD, now());
        });

        recorder.record(List.of(again(message)));

        assertThat(rejection(message)).isEmpty();
        assertThat(reports(later)).hasSize(1);
    }
}

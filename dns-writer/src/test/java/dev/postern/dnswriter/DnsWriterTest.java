package dev.postern.dnswriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.postern.check.Check;
import dev.postern.check.Finding;
import dev.postern.check.Verdict;
import dev.postern.db.DatabaseConnection;
import dev.postern.db.DatabaseSettings;
import dev.postern.db.account.Account;
import dev.postern.db.account.AccountStore;
import dev.postern.db.dns.DnsSchedule;
import dev.postern.db.dns.DnsSchedule.Claimed;
import dev.postern.db.dns.DnsSecrets;
import dev.postern.db.dns.StoredWriting;
import dev.postern.db.dns.WritingTarget;
import dev.postern.db.secret.Secrets;
import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.db.timeline.TimelineStore;
import dev.postern.dnsrecord.DnsConnection;
import dev.postern.dnsrecord.TsigAlgorithm;
import dev.postern.mtasts.Mode;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.StsPolicy;
import dev.postern.name.DomainName;
import dev.postern.rollout.Phase;
import dev.postern.servers.TestServers;
import dev.postern.settings.Settings;
import dev.postern.setup.MailDomain;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.PublishedPolicy;
import dev.postern.setup.RecordWriting;
import dev.postern.testbed.BindServer;
import dev.postern.timeline.TimelineEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The writer against BIND 9 and PostgreSQL, round by round, at times of the test's choice.
class DnsWriterTest {

    private static final String ZONE = "zone.test";
    private static final String OWN_ZONE = "sts.postern.test";
    private static final UUID TENANT = UUID.randomUUID();
    private static final Secrets SECRETS = new Secrets(new byte[32]);
    private static final DnsSecrets KEYS = new DnsSecrets(SECRETS);
    private static BindServer bind;
    private static DatabaseConnection connection;
    private static Database database;

    private Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    private final MailDomain domain = domain();
    private final UUID id = domain.id();
    private final String sts = "_mta-sts." + domain.name();
    private final String reports = "_smtp._tls." + domain.name();

    @BeforeAll
    static void start(@TempDir Path folder, @TempDir Path named) throws Exception {
        assumeTrue(BindServer.installed().isPresent(), "BIND 9 is not installed on this machine: on Debian, apt install bind9");
        bind = BindServer.start(named, ZONE, OWN_ZONE);
        var postgres = TestServers.postgres();
        connection = DatabaseConnection.open(new DatabaseSettings(postgres.url(), "postern_app", "test",
                Optional.of(postgres.user()), postgres.password(), 10, folder.resolve("key")));
        database = connection.database();
        new AccountStore(database).signUp(new Account(UUID.randomUUID(), TENANT + "@example.test", "-"), TENANT, "Test",
                Instant.now());
    }

    @AfterAll
    static void stop() {
        if (bind != null) {
            bind.close();
        }
        if (connection != null) {
            connection.close();
        }
    }

    private static MailDomain domain() {
        Instant at = Instant.now().truncatedTo(ChronoUnit.MICROS).minusSeconds(3_600);
        String token = UUID.randomUUID().toString().replace("-", "");
        return new MailDomain(UUID.randomUUID(), new DomainName("d" + token.substring(0, 8) + "." + ZONE), Phase.SETUP, at,
                PolicyHosting.POSTERN, token, "r" + token, Optional.empty(), Optional.empty(), Optional.empty(), at, List.of(),
                Optional.empty(), Set.of());
    }

    private void use(Consumer<TenantSession> work) {
        database.useTenant(TENANT, work);
    }

    private <T> T ask(Function<TenantSession, T> work) {
        return database.inTenant(TENANT, work);
    }

    private RecordWriter writer() {
        return new RecordWriter(database, KEYS, WriterSettings.from(new Settings(Map.of(
                "POSTERN_PUBLIC_HOST", "postern.test", "POSTERN_DNS_PRIVATE_ADDRESSES", "true",
                "POSTERN_ZONE", OWN_ZONE, "POSTERN_ZONE_SERVER", "127.0.0.1:" + bind.port(),
                "POSTERN_ZONE_TSIG_KEY", BindServer.WRITER + ":" + BindServer.ALGORITHM + ":"
                        + bind.secret(BindServer.WRITER)))), () -> now);
    }

    /// Adds the domain and a connection for it.
    private void connected(String key, String secret) {
        UUID connection = UUID.randomUUID();
        use(session -> {
            session.domains().add(domain);
            session.dnsConnections().add(connection, new DnsConnection.Rfc2136("Ours", ZONE, "127.0.0.1", bind.port(), key,
                    TsigAlgorithm.HMAC_SHA256), KEYS.seal(TENANT, connection, secret), "anna", now);
            session.dnsWriting().choose(id, new WritingTarget.Connection(connection), "anna", now);
        });
    }

    private void connected() {
        connected(BindServer.WRITER, bind.secret(BindServer.WRITER));
    }

    private void publish(int version, String policyId) {
        use(session -> session.policies().add(id, new PublishedPolicy(version, new StsPolicy(Mode.TESTING, 86_400,
                List.of(MxPattern.parse("mx.zone.test").orThrow()), Map.of()), policyId, now, "anna")));
    }

    /// As a probe does that sees the policy served.
    private void seenServed(Verdict verdict) {
        use(session -> {
            session.findings().save(id, List.of(new Finding(Check.STS_POLICY_BODY, verdict, "", "", List.of())), now);
            session.dnsWriting().seen(id, now);
        });
    }

    /// One round: takes the domain if it is due.
    ///
    /// @return whether it was
    private boolean round() {
        return claim().map(claimed -> {
            writer().write(claimed);
            return true;
        }).orElse(false);
    }

    private Optional<Claimed> claim() {
        return new DnsSchedule(database).claim(now, now.plus(RecordWriter.LEASE), 1_000).stream()
                .filter(claimed -> claimed.domain().equals(id)).findFirst();
    }

    private void later(Duration duration) {
        now = now.plus(duration);
    }

    private StoredWriting state() {
        return ask(session -> session.dnsWriting().find(id)).orElseThrow();
    }

    /// Oldest first.
    private <T extends TimelineEvent> List<T> events(Class<T> type) {
        return ask(session -> session.timeline().page(TimelineStore.Filter.of(id), Optional.empty(), 100)).reversed().stream()
                .map(entry -> entry.event()).filter(type::isInstance).map(type::cast).toList();
    }

    private List<String> written() {
        return events(TimelineEvent.DnsRecordWritten.class).stream().map(TimelineEvent.DnsRecordWritten::name).toList();
    }

    @Test
    void writesWhatIsReadyAndTheIdOnlyOnceThePolicyIsSeenServed() {
        connected();
        assertThat(round()).isTrue();
        assertThat(bind.txt(reports)).singleElement().asString().startsWith("v=TLSRPTv1; rua=mailto:" + domain.reportToken());
        assertThat(bind.txt("_postern-challenge." + domain.name()))
                .containsExactly("postern-verification=" + domain.ownershipToken());
        assertThat(bind.cname("mta-sts." + domain.name())).contains(domain.ownershipToken() + ".mta-sts.postern.test");
        assertThat(bind.txt(sts)).isEmpty();
        assertThat(written()).containsExactlyInAnyOrder("_postern-challenge." + domain.name(), reports,
                "mta-sts." + domain.name());
        assertThat(events(TimelineEvent.DnsRecordWritten.class).getFirst().provider()).isEqualTo("the DNS server 127.0.0.1");
        assertThat(state().lastError()).isEmpty();
        assertThat(round()).as("not due").isFalse();

        later(Duration.ofMinutes(1));
        publish(1, "1");
        seenServed(Verdict.FAIL);
        assertThat(round()).isTrue();
        assertThat(bind.txt(sts)).as("not seen served").isEmpty();
        later(Duration.ofMinutes(1));
        seenServed(Verdict.PASS);
        assertThat(round()).isTrue();
        assertThat(bind.txt(sts)).containsExactly("v=STSv1; id=1;");
        assertThat(bind.ttl(sts)).isEqualTo(300);

        later(Duration.ofMinutes(1));
        publish(2, "2");
        use(session -> session.dnsWriting().writeNow(id, now));
        assertThat(round()).isTrue();
        assertThat(bind.txt(sts)).as("what was seen before the policy was published shows nothing of it")
                .containsExactly("v=STSv1; id=1;");
        later(Duration.ofMinutes(1));
        seenServed(Verdict.PASS);
        round();
        assertThat(bind.txt(sts)).containsExactly("v=STSv1; id=2;");
        assertThat(events(TimelineEvent.DnsRecordWritten.class).getLast()).satisfies(event -> {
            assertThat(event.value()).isEqualTo("v=STSv1; id=2;");
            assertThat(event.replaced()).isEqualTo("v=STSv1; id=1;");
        });
        assertThat(outboxHas(id)).as("a probe is asked for").isTrue();
    }

    private static boolean outboxHas(UUID domain) {
        return database.as(dev.postern.db.tenancy.SystemRole.RELAY, sql -> sql.fetch(
                "select value from postern.outbox where topic = 'probe.requested.now'")).stream()
                .map(row -> new String(row.get(0, byte[].class))).anyMatch(json -> json.contains(domain.toString()));
    }

    @Test
    void asksTheProviderOnlyWhenSomethingIsNewAndMendsWhatWasChanged() {
        connected();
        round();
        bind.put(ZONE, reports, "TXT");
        later(Duration.ofMinutes(5));
        use(session -> session.dnsWriting().seen(id, now));
        assertThat(round()).isTrue();
        assertThat(bind.txt(reports)).as("nothing new, so nobody was asked").isEmpty();
        later(RecordWriter.LOOK_AGAIN);
        assertThat(round()).isTrue();
        assertThat(bind.txt(reports)).hasSize(1);
        assertThat(written()).hasSize(4);
    }

    @Test
    void finishesAndTellsWhatACrashLeftBetweenWriteAndNote() {
        connected();
        publish(1, "1");
        seenServed(Verdict.PASS);
        Claimed crashing = claim().orElseThrow();
        use(session -> session.dnsWriting().planned(crashing, sts, "TXT", "v=STSv1; id=1;", now.plus(RecordWriter.LEASE)));
        bind.put(ZONE, sts, "TXT", "\"v=STSv1; id=1;\"");
        assertThat(round()).as("the crashed one's claim holds").isFalse();
        later(RecordWriter.LEASE.plusSeconds(1));
        assertThat(round()).isTrue();
        assertThat(bind.txt(sts)).containsExactly("v=STSv1; id=1;");
        assertThat(written()).as("told once").containsOnlyOnce(sts);
        assertThat(state().known(sts).orElseThrow().pending()).isFalse();
        later(RecordWriter.LOOK_AGAIN);
        round();
        assertThat(written()).containsOnlyOnce(sts);
    }

    @Test
    void finishesWhatACrashLeftBetweenNoteAndWrite() {
        connected();
        publish(1, "1");
        seenServed(Verdict.PASS);
        Claimed crashing = claim().orElseThrow();
        use(session -> session.dnsWriting().planned(crashing, sts, "TXT", "v=STSv1; id=1;", now.plus(RecordWriter.LEASE)));
        later(RecordWriter.LEASE.plusSeconds(1));
        publish(2, "2");
        seenServed(Verdict.PASS);
        round();
        assertThat(bind.txt(sts)).containsExactly("v=STSv1; id=2;");
        assertThat(written()).containsOnlyOnce(sts);
    }

    @Test
    void knowsItsOwnRecordAfterACrashThoughThePlanHasMovedOn() {
        connected();
        Claimed crashing = claim().orElseThrow();
        String plannedThen = "v=TLSRPTv1; rua=mailto:gone@zone.test";
        use(session -> session.dnsWriting().planned(crashing, reports, "TXT", plannedThen, now.plus(RecordWriter.LEASE)));
        bind.put(ZONE, reports, "TXT", '"' + plannedThen + '"');
        later(RecordWriter.LEASE.plusSeconds(1));
        round();
        assertThat(bind.txt(reports)).singleElement().asString().doesNotContain("gone@zone.test");
    }

    @Test
    void aWorkerThatLostItsClaimWritesNothing() {
        connected();
        Claimed lost = claim().orElseThrow();
        use(session -> session.dnsWriting().writeNow(id, now));
        UUID connection = ((WritingTarget.Connection) state().writer()).id();
        use(session -> session.dnsWriting().choose(id, new WritingTarget.Connection(connection), "anna", now));
        writer().write(lost);
        assertThat(bind.txt(reports)).isEmpty();
        assertThat(written()).isEmpty();
        assertThat(round()).isTrue();
        assertThat(written()).hasSize(3);
    }

    @Test
    void leavesARecordOfSomebodyElseUntilAPersonAllowsIt() {
        connected();
        bind.put(ZONE, sts, "TXT", "\"v=STSv1; id=theirs;\"", "\"beside\"");
        publish(1, "1");
        seenServed(Verdict.PASS);
        round();
        assertThat(bind.txt(sts)).containsExactly("beside", "v=STSv1; id=theirs;");
        assertThat(bind.txt(reports)).as("the others are written").hasSize(1);
        assertThat(state().lastError().orElseThrow()).contains("did not write", "theirs");
        assertThat(state().known(sts).orElseThrow().conflict()).contains("v=STSv1; id=theirs;");
        assertThat(events(TimelineEvent.DnsWriteFailed.class)).hasSize(1);
        later(Duration.ofHours(1));
        round();
        assertThat(events(TimelineEvent.DnsWriteFailed.class)).as("told once").hasSize(1);

        assertThat(allow("something else")).isFalse();
        assertThat(allow("v=STSv1; id=theirs;")).isTrue();
        assertThat(round()).isTrue();
        assertThat(bind.txt(sts)).containsExactly("beside", "v=STSv1; id=1;");
        assertThat(state().lastError()).isEmpty();
        assertThat(state().known(sts).orElseThrow().conflict()).isEmpty();
    }

    private boolean allow(String found) {
        return ask(session -> session.dnsWriting().allow(id, sts, found, now));
    }

    @Test
    void takesOverWhatWasPublishedByHand() {
        connected();
        publish(1, "byHand1");
        publish(2, "byHand2");
        bind.put(ZONE, sts, "TXT", "\"v=STSv1;id=byHand1\"");
        bind.put(ZONE, reports, "TXT", "\"v=TLSRPTv1; rua=mailto:own@zone.test\"");
        seenServed(Verdict.PASS);
        round();
        assertThat(bind.txt(sts)).containsExactly("v=STSv1; id=byHand2;");
        assertThat(bind.txt(reports)).singleElement().asString().contains("mailto:own@zone.test", domain.reportToken());
        assertThat(state().lastError()).isEmpty();
    }

    @Test
    void saysInWordsWhatFailsTellsItOnceAndGoesOnWhenItIsMended() {
        connected(BindServer.WRITER, bind.secret(BindServer.NARROW));
        round();
        assertThat(state().lastError().orElseThrow()).contains("with another secret");
        assertThat(state().failures()).isEqualTo(1);
        use(session -> session.dnsWriting().seen(id, now));
        assertThat(round()).as("a probe does not shorten the pause").isFalse();
        later(Duration.ofMinutes(10));
        assertThat(round()).isTrue();
        assertThat(state().failures()).isEqualTo(2);
        assertThat(state().nextRunAt()).isEqualTo(now.plus(Duration.ofMinutes(20)));
        assertThat(events(TimelineEvent.DnsWriteFailed.class)).hasSize(1);
        UUID connection = UUID.randomUUID();
        use(session -> {
            session.dnsConnections().add(connection, new DnsConnection.Rfc2136("Mended", ZONE, "127.0.0.1", bind.port(),
                    BindServer.WRITER, TsigAlgorithm.HMAC_SHA256), KEYS.seal(TENANT, connection,
                    bind.secret(BindServer.WRITER)), "anna", now);
            session.dnsWriting().choose(id, new WritingTarget.Connection(connection), "anna", now);
        });
        round();
        assertThat(state().lastError()).isEmpty();
        assertThat(written()).hasSize(3);
    }

    @Test
    void goesOnWhenTheServerIsBack(@TempDir Path named) {
        try (var other = BindServer.start(named, ZONE)) {
            UUID connection = UUID.randomUUID();
            use(session -> {
                session.domains().add(domain);
                session.dnsConnections().add(connection, new DnsConnection.Rfc2136("Other", ZONE, "127.0.0.1", other.port(),
                        BindServer.WRITER, TsigAlgorithm.HMAC_SHA256), KEYS.seal(TENANT, connection,
                        other.secret(BindServer.WRITER)), "anna", now);
                session.dnsWriting().choose(id, new WritingTarget.Connection(connection), "anna", now);
            });
            other.stop();
            round();
            assertThat(state().lastError().orElseThrow()).contains("does not answer");
            other.start();
            later(Duration.ofMinutes(1));
            round();
            assertThat(state().lastError()).isEmpty();
            assertThat(other.txt(reports)).hasSize(1);
        }
    }

    @Test
    void aSecretOfAnotherInstallationIsToldOf() {
        UUID connection = UUID.randomUUID();
        use(session -> {
            session.domains().add(domain);
            session.dnsConnections().add(connection, new DnsConnection.Rfc2136("Ours", ZONE, "127.0.0.1", bind.port(),
                    BindServer.WRITER, TsigAlgorithm.HMAC_SHA256), new DnsSecrets(new Secrets(new byte[64]))
                    .seal(TENANT, connection, bind.secret(BindServer.WRITER)), "anna", now);
            session.dnsWriting().choose(id, new WritingTarget.Connection(connection), "anna", now);
        });
        round();
        assertThat(state().lastError().orElseThrow()).contains("can't be opened any more");
    }

    @Test
    void aDomainOutsideTheZoneIsRefused() {
        UUID connection = UUID.randomUUID();
        use(session -> {
            session.domains().add(domain);
            session.dnsConnections().add(connection, new DnsConnection.Rfc2136("Ours", "one.test", "127.0.0.1", bind.port(),
                    BindServer.WRITER, TsigAlgorithm.HMAC_SHA256), KEYS.seal(TENANT, connection,
                    bind.secret(BindServer.WRITER)), "anna", now);
            session.dnsWriting().choose(id, new WritingTarget.Connection(connection), "anna", now);
        });
        round();
        assertThat(state().lastError().orElseThrow()).contains("is not in the zone one.test");
    }

    @Test
    void writesBehindTheAliasesOfADelegatedDomain() {
        use(session -> {
            session.domains().add(domain);
            session.domains().markVerified(id, OwnershipProof.REPORT_ADDRESS, now);
            session.dnsWriting().choose(id, new WritingTarget.Delegation(OWN_ZONE), "anna", now);
        });
        var names = new RecordWriting.Delegated(OWN_ZONE);
        round();
        assertThat(bind.txt(names.reportName(domain))).singleElement().asString().contains(domain.reportToken());
        assertThat(bind.txt(names.stsName(domain))).isEmpty();
        later(Duration.ofMinutes(1));
        publish(1, "1");
        later(Duration.ofMinutes(1));
        seenServed(Verdict.PASS);
        round();
        assertThat(bind.txt(names.stsName(domain))).containsExactly("v=STSv1; id=1;");
        assertThat(written()).containsExactly(names.reportName(domain), names.stsName(domain));
        assertThat(bind.txt(sts)).as("the domain's own zone is not Postern's").isEmpty();

        use(session -> session.dnsWriting().choose(id, new WritingTarget.Delegation("old.postern.test"), "anna", now));
        round();
        assertThat(state().lastError().orElseThrow()).contains("does not write to any more");
    }

    @Test
    void oneDomainIsWithOneWorkerAtATime() {
        connected();
        assertThat(claim()).isPresent();
        assertThat(claim()).isEmpty();
    }
}

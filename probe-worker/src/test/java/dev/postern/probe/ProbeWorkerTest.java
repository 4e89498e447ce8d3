package dev.postern.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.postern.check.Check;
import dev.postern.check.Finding;
import dev.postern.check.Verdict;
import dev.postern.db.DatabaseConnection;
import dev.postern.db.DatabaseSettings;
import dev.postern.db.account.Account;
import dev.postern.db.account.AccountStore;
import dev.postern.db.finding.StoredFinding;
import dev.postern.db.probe.PublicCheck;
import dev.postern.db.probe.PublicCheckStore;
import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.db.timeline.TimelineStore;
import dev.postern.mtasts.Mode;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.StsPolicy;
import dev.postern.name.DomainName;
import dev.postern.observation.Vantage;
import dev.postern.rollout.Phase;
import dev.postern.rollout.PolicyTrail;
import dev.postern.rollout.PolicyVersion;
import dev.postern.servers.TestServers;
import dev.postern.settings.Settings;
import dev.postern.setup.Installation;
import dev.postern.setup.MailDomain;
import dev.postern.setup.MxHostPlan;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.PublishedPolicy;
import dev.postern.setup.RegisteredMxHost;
import dev.postern.stream.Json;
import dev.postern.stream.ProbeProgress;
import dev.postern.stream.ProbeRequest;
import dev.postern.stream.ProbeResult;
import dev.postern.stream.Topics;
import dev.postern.testbed.AuthoritativeDns;
import dev.postern.testbed.SmallInternet;
import dev.postern.testbed.TlsEdge;
import dev.postern.testbed.WebServer;
import dev.postern.timeline.TimelineEntry;
import dev.postern.timeline.TimelineEvent;
import dev.postern.timeline.TimelineEvent.CheckChanged;
import dev.postern.timeline.TimelineEvent.OwnershipProven;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/// The whole worker: a request on Kafka in, findings in PostgreSQL and messages on Kafka out.
class ProbeWorkerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Installation INSTALLATION = new Installation("postern.test");
    private static final Vantage HERE = new Vantage("here", "Nearby");
    private static final UUID TENANT = UUID.randomUUID();
    private static final StsPolicy POLICY = new StsPolicy(Mode.TESTING, 86_400,
            List.of(MxPattern.parse("mx.provider.test").orThrow()), Map.of());

    private static SmallInternet all;
    private static AuthoritativeDns internet;
    private static TlsEdge edge;
    private static DatabaseConnection connection;
    private static Database database;
    private static ConfigurableApplicationContext worker;
    private static MailDomain dueAtStart;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        all = SmallInternet.start();
        internet = all.dns();
        edge = all.edge();
        createTopics();
        var postgres = TestServers.postgres();
        connection = DatabaseConnection.open(new DatabaseSettings(postgres.url(), "postern_app", "test",
                Optional.of(postgres.user()), postgres.password(), 10, folder.resolve("key")));
        database = connection.database();
        new AccountStore(database).signUp(new Account(UUID.randomUUID(), TENANT + "@example.test", "-"), TENANT,
                "Test", now());
        dueAtStart = add(name("due-at-start"), Optional.empty());
        worker = worker(Map.of("POSTERN_VANTAGE", "here@Nearby"), all.environment());
    }

    private static ConfigurableApplicationContext worker(Map<String, String> own, Map<String, String> place) {
        var settings = new HashMap<>(place);
        settings.put("POSTERN_PUBLIC_HOST", INSTALLATION.publicHost());
        settings.put("POSTERN_KAFKA", TestServers.kafka());
        settings.put("POSTERN_DNS_TIMEOUT", "500");
        settings.put("POSTERN_MX_TIMEOUT", "5");
        settings.putAll(own);
        return ProbeWorker.application(new Settings(settings), database).run();
    }

    @AfterAll
    static void stop() {
        worker.close();
        connection.close();
        all.close();
    }

    @Test
    void provesOwnershipAndReleasesThePolicy() {
        MailDomain domain = add(name("proving"), Optional.of(POLICY));
        internet.cname("mta-sts." + name("proving"), INSTALLATION.policyHostTarget(domain))
                .mx(name("proving"), 10, "mx.provider.test");

        MailDomain probed = probe(domain);

        assertThat(probed.verifiedBy()).contains(OwnershipProof.POLICY_DELEGATION);
        assertThat(probed.observedMx()).containsExactly("mx.provider.test");
        assertThat(events(domain)).extracting(TimelineEntry::event).containsExactly(
                new OwnershipProven(name("proving"), OwnershipProof.POLICY_DELEGATION));
        assertThat(finding(domain, Check.DOMAIN_OWNERSHIP).finding().verdict()).isEqualTo(Verdict.PASS);
        assertThat(message(Topics.POLICY_PUBLISHED, name("proving")))
                .asString().isEqualTo(POLICY.render());
        byte[] observed = message(Topics.PROBE_OBSERVED, name("proving"));
        assertThat(Json.read(observed, ProbeResult.class)).satisfies(result -> {
            assertThat(result.tenant()).isEqualTo(TENANT);
            assertThat(result.domainId()).isEqualTo(domain.id());
            assertThat(result.vantage()).isEqualTo("here");
            assertThat(result.verdicts()).containsEntry(Check.DOMAIN_OWNERSHIP.id(), Verdict.PASS)
                    .containsEntry(Check.MX_CERTIFICATE_CHAIN.id(), Verdict.PASS);
        });
    }

    @Test
    void tellsOfAVerdictThatChangedAndOfNothingElse() {
        MailDomain domain = add(name("changing"), Optional.of(POLICY));
        internet.mx(name("changing"), 10, "mx.provider.test");
        probe(domain);
        assertThat(events(domain)).isEmpty();
        Instant since = finding(domain, Check.MX_RECORDS).since();

        probe(domain);
        assertThat(events(domain)).isEmpty();
        assertThat(finding(domain, Check.MX_RECORDS).since()).isEqualTo(since);

        internet.mx(name("changing"), 20, "mx.elsewhere.test");
        MailDomain probed = probe(domain);
        assertThat(probed.observedMx()).containsExactly("mx.provider.test", "mx.elsewhere.test");
        assertThat(events(domain)).anySatisfy(entry -> {
            assertThat(entry.at()).isBeforeOrEqualTo(probed.lastProbeAt().orElseThrow());
            assertThat(entry.event()).isInstanceOfSatisfying(CheckChanged.class, changed -> {
                assertThat(changed.checkId()).isEqualTo(Check.POLICY_COVERS_MX.id());
                assertThat(changed.from()).isEqualTo(Verdict.PASS);
                assertThat(changed.to()).isEqualTo(Verdict.FAIL);
                assertThat(changed.message()).contains("mx.elsewhere.test");
            });
        });
        assertThat(events(domain)).extracting(TimelineEntry::event).contains(new TimelineEvent.MxChanged(
                name("changing"), List.of("mx.elsewhere.test"), List.of(), false));
        assertThat(events(domain)).extracting(entry -> entry.event() instanceof CheckChanged changed
                ? changed.checkId() : "").doesNotContain(Check.TLSRPT_RECORD.id());

        internet.servfail(name("changing"));
        assertThat(probe(domain).observedMx()).as("the last known stay")
                .containsExactly("mx.provider.test", "mx.elsewhere.test");
        assertThat(finding(domain, Check.MX_RECORDS).finding().verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void endsARetirementOnceNoSenderCanHoldThePolicy() {
        MailDomain recent = add(name("retiring"), Optional.of(POLICY));
        MailDomain over = add(name("retired"), Optional.of(POLICY));
        database.useTenant(TENANT, session -> {
            session.domains().setPhase(recent.id(), Phase.RETIRING, now().minusSeconds(200_000));
            session.domains().setPhase(over.id(), Phase.RETIRING, now().minusSeconds(200_000));
            replaced(session, recent, now().minusSeconds(86_000));
            replaced(session, over, now().minusSeconds(86_401 + 3_600));
        });

        assertThat(probe(recent).phase()).isEqualTo(Phase.RETIRING);
        assertThat(probe(over).phase()).isEqualTo(Phase.NONE);
        assertThat(events(over)).extracting(TimelineEntry::event).containsExactly(
                new TimelineEvent.PhaseChanged(name("retired"), Phase.RETIRING, Phase.NONE, "Postern", ""));
    }

    @Test
    void writesDownWhateverAPolicyHostSends() {
        MailDomain domain = add(name("hostile"), Optional.of(POLICY));
        try (var hostile = WebServer.start().serve("").contentType("text/plain")) {
            edge.route("mta-sts." + name("hostile"), hostile.port());
            internet.a("mta-sts." + name("hostile"), "127.0.0.1")
                    .txt("_mta-sts." + name("hostile"), "v=STSv1; id=\u0000\u001b;");
            hostile.body("version: STSv1\u0000\nmode: \u0000\nmx: \u0001\ud83d\ude00\nmax_age: \u0000\n"
                    .getBytes(StandardCharsets.UTF_8));

            probe(domain);

            assertThat(finding(domain, Check.STS_POLICY_SYNTAX).finding().verdict()).isEqualTo(Verdict.FAIL);
        }
    }

    @Test
    void provesADomainForOneOrganisationOnly() {
        UUID other = UUID.randomUUID();
        new AccountStore(database).signUp(new Account(UUID.randomUUID(), other + "@example.test", "-"), other, "Other",
                now());
        MailDomain first = add(name("contested"), Optional.empty());
        MailDomain second = add(other, name("contested"), Optional.empty());
        internet.txt(INSTALLATION.ownershipName(first.name()), INSTALLATION.ownershipValue(first),
                INSTALLATION.ownershipValue(second));

        assertThat(probe(first).verified()).isTrue();
        assertThat(probe(other, second).verified()).isFalse();
        assertThat(finding(other, second, Check.DOMAIN_OWNERSHIP).finding()).satisfies(finding -> {
            assertThat(finding.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(finding.message()).contains("Another organisation");
        });
    }

    @Test
    void opensOnlyWhatNoLaterProbeHasAnswered() {
        MailDomain domain = add(name("answered"), Optional.empty());
        var journal = new ProbeJournal(database, INSTALLATION);
        Instant before = now();
        assertThat(journal.open(request(domain, before), HERE)).isPresent();

        Instant began = probe(domain).lastProbeAt().orElseThrow();

        assertThat(journal.open(request(domain, before), HERE)).isEmpty();
        assertThat(journal.open(request(domain, began), HERE)).isEmpty();
        assertThat(journal.open(request(domain, now().plusSeconds(600)), HERE)).isPresent();
        assertThat(journal.open(new ProbeRequest(UUID.randomUUID(), domain.id(), domain.name().ascii(),
                now().plusSeconds(600)), HERE)).as("another organisation's").isEmpty();
        assertThat(journal.open(new ProbeRequest(TENANT, UUID.randomUUID(), domain.name().ascii(), now()), HERE))
                .as("a removed one").isEmpty();
    }

    @Test
    void goesOnAfterWhatIsNoRequest() throws Exception {
        MailDomain domain = add(name("after"), Optional.empty());
        // The same key, so all of these are on one partition, in this order.
        try (var producer = new KafkaProducer<>(Map.of("bootstrap.servers", TestServers.kafka()),
                new StringSerializer(), new ByteArraySerializer())) {
            for (byte[] value : new byte[][]{null, {}, {'x'}, "{}".getBytes(), "null".getBytes(),
                    Json.bytes(new ProbeRequest(TENANT, UUID.randomUUID(), "gone.test", now())),
                    Json.bytes(request(domain, now()))}) {
                producer.send(new ProducerRecord<>(Topics.PROBE_REQUESTED, name("after"), value)).get();
            }
        }

        await().atMost(PATIENCE).until(() -> current(TENANT, domain).lastProbeAt().isPresent());
    }

    @Test
    void showsAnAttackOnOnePathWithBothTranscripts() {
        String name = name("attacked");
        String mx = "mx." + name;
        all.domain(name).mx(mx);
        MailDomain domain = add(name, Optional.empty());
        var middle = all.middlePersonBefore(mx).strippingStartTls();
        var elsewhere = all.environment(all.view().a(mx, middle.ip()));

        probe(domain);
        assertThat(finding(domain, Check.VANTAGE_AGREEMENT).finding()).satisfies(alone -> {
            assertThat(alone.verdict()).isEqualTo(Verdict.UNKNOWN);
            assertThat(alone.message()).contains("Seen from here (Nearby) only");
        });
        assertThat(finding(domain, Check.MX_STARTTLS).finding().verdict()).isEqualTo(Verdict.PASS);

        try (var _ = worker(Map.of("POSTERN_VANTAGE", "there@Far away"), elsewhere)) {
            probe(domain);
            await().atMost(PATIENCE).until(() -> finding(domain, Check.VANTAGE_AGREEMENT).finding().verdict(),
                    Verdict.FAIL::equals);
        }

        assertThat(finding(domain, Check.VANTAGE_AGREEMENT).finding()).satisfies(attack -> {
            assertThat(attack.message()).contains(mx + " offers STARTTLS to here (Nearby) and not to there (Far away)");
            assertThat(attack.fix()).contains("attack on one path");
            assertThat(attack.evidence()).hasSize(2).anySatisfy(one -> {
                assertThat(one.asked()).contains("from here (Nearby)");
                assertThat(one.answered()).contains("STARTTLS", "BEGIN CERTIFICATE");
            }).anySatisfy(other -> {
                assertThat(other.asked()).contains("from there (Far away)", middle.ip());
                assertThat(other.answered()).contains("S: 250").doesNotContain("C: STARTTLS");
            });
        });
        assertThat(database.inTenant(TENANT, session -> session.findings().of(domain.id())).stream()
                .map(stored -> stored.finding().check()).sorted().findFirst()).contains(Check.VANTAGE_AGREEMENT);
        assertThat(finding(domain, Check.MX_STARTTLS).finding().message()).contains("Seen from there");
    }

    @Test
    void answersThePublicCheckOfAnyDomain() {
        all.domain(name("public"));
        var domain = new DomainName(name("public"));
        var checks = new PublicCheckStore(database);
        assertThat(checks.find(domain)).isEmpty();

        assertThat(checks.request(domain, now(), now().minusSeconds(600))).isTrue();
        assertThat(checks.request(domain, now(), now().minusSeconds(600))).as("one is on its way").isFalse();
        PublicCheck answered = await().atMost(PATIENCE).until(() -> checks.find(domain).orElseThrow(),
                check -> !check.pending());

        assertThat(answered.vantage()).isEqualTo("here (Nearby)");
        assertThat(answered.findings()).extracting(Finding::check).contains(Check.MX_STARTTLS, Check.SPF_RECORD)
                .doesNotContain(Check.DOMAIN_OWNERSHIP, Check.STS_POLICY_BODY);
        assertThat(answered.findings()).filteredOn(one -> one.check() == Check.MX_CERTIFICATE_CHAIN)
                .extracting(Finding::verdict).containsExactly(Verdict.PASS);
        var progress = Json.read(message(Topics.PROBE_PROGRESS, name("public")), ProbeProgress.class);
        assertThat(progress.tenant()).isEmpty();
        assertThat(progress.total()).isPositive();
    }

    @Test
    void probesADomainThatIsDueWithoutBeingAsked() {
        await().atMost(PATIENCE).until(() -> current(TENANT, dueAtStart).lastProbeAt().isPresent());

        assertThat(finding(dueAtStart, Check.MX_RECORDS).finding().verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void provesAnMxHostByItsTlsrptRecordAndAsksNothingElseOfIt() {
        RegisteredMxHost host = mxHost(TENANT, "mx." + name("hosting"));

        RegisteredMxHost unproven = probe(TENANT, host);
        assertThat(unproven.verified()).isFalse();
        assertThat(findings(TENANT, host)).extracting(stored -> stored.finding().check())
                .containsExactlyInAnyOrder(Check.DOMAIN_OWNERSHIP, Check.TLSRPT_RECORD, Check.TLSRPT_DESTINATIONS);

        String record = MxHostPlan.records(host, Optional.empty(), INSTALLATION).getFirst().value();
        internet.txt("_smtp._tls.mx." + name("hosting"), record);
        RegisteredMxHost proven = probe(TENANT, host);

        assertThat(proven.verifiedBy()).contains(OwnershipProof.REPORT_ADDRESS);
        assertThat(findings(TENANT, host)).filteredOn(stored -> stored.finding().check() == Check.TLSRPT_RECORD)
                .singleElement().satisfies(stored -> assertThat(stored.finding().verdict()).isEqualTo(Verdict.PASS));
        List<TimelineEntry> told = database.inTenant(TENANT, session -> session.timeline()
                .page(TimelineStore.Filter.of(host.id()), Optional.empty(), 100));
        assertThat(told).extracting(TimelineEntry::event).containsOnlyOnce(
                        new OwnershipProven("mx." + name("hosting"), OwnershipProof.REPORT_ADDRESS));
        var observed = Json.read(message(Topics.PROBE_OBSERVED, "mx." + name("hosting")), ProbeResult.class);
        assertThat(observed.domainId()).isEqualTo(host.id());
        assertThat(observed.verdicts()).containsKey(Check.TLSRPT_RECORD.id()).hasSize(3);
    }

    @Test
    void provesAnMxHostForOneOrganisationOnlyAndBesideTheDomainOfTheSameName() {
        UUID other = UUID.randomUUID();
        new AccountStore(database).signUp(new Account(UUID.randomUUID(), other + "@example.test", "-"), other, "Other",
                now());
        MailDomain domain = add(name("both"), Optional.empty());
        RegisteredMxHost first = mxHost(TENANT, name("both"));
        RegisteredMxHost second = mxHost(other, name("both"));
        internet.txt(INSTALLATION.ownershipName(domain.name()), INSTALLATION.ownershipValue(domain),
                INSTALLATION.ownershipValue(first), INSTALLATION.ownershipValue(second));

        assertThat(probe(domain).verified()).isTrue();
        assertThat(probe(TENANT, first).verified()).isTrue();
        assertThat(probe(other, second).verified()).isFalse();
        assertThat(findings(other, second)).filteredOn(stored -> stored.finding().check() == Check.DOMAIN_OWNERSHIP)
                .singleElement().satisfies(stored ->
                        assertThat(stored.finding().message()).contains("Another organisation"));
    }

    private static RegisteredMxHost mxHost(UUID tenant, String name) {
        var host = new RegisteredMxHost(UUID.randomUUID(), new DomainName(name), UUID.randomUUID().toString(),
                UUID.randomUUID().toString(), Optional.empty(), Optional.empty(), now(), Optional.empty());
        database.useTenant(tenant, session -> assertThat(session.mxHosts().add(host)).isTrue());
        return host;
    }

    private static RegisteredMxHost probe(UUID tenant, RegisteredMxHost host) {
        Instant requested = now();
        database.useTenant(tenant, session -> session.outbox().probeRequestedNow(
                new ProbeRequest(tenant, host.id(), host.name().ascii(), requested)));
        return await().atMost(PATIENCE).until(() -> database.inTenant(tenant, session ->
                        session.mxHosts().byName(host.name())).orElseThrow(),
                probed -> probed.lastProbeAt().filter(last -> !last.isBefore(requested)).isPresent());
    }

    private static List<StoredFinding> findings(UUID tenant, RegisteredMxHost host) {
        return database.inTenant(tenant, session -> session.findings().of(host.id()));
    }

    private static MailDomain add(String name, Optional<StsPolicy> policy) {
        return add(TENANT, name, policy);
    }

    private static MailDomain add(UUID tenant, String name, Optional<StsPolicy> policy) {
        var domain = new MailDomain(UUID.randomUUID(), new DomainName(name), Phase.SETUP, now(), PolicyHosting.POSTERN,
                UUID.randomUUID().toString(), UUID.randomUUID().toString(), Optional.empty(), Optional.empty(),
                Optional.empty(), now(), List.of(), Optional.empty(), Set.of());
        database.useTenant(tenant, session -> {
            assertThat(session.domains().add(domain)).isTrue();
            policy.ifPresent(value -> session.policies().add(domain.id(),
                    new PublishedPolicy(1, value, "1", now(), "test")));
        });
        return domain;
    }

    /// As if a probe had seen then that the policy is no longer served.
    private static void replaced(TenantSession session, MailDomain domain, Instant at) {
        PolicyVersion version = session.policies().trail(domain.id()).versions().getFirst();
        session.policies().save(domain.id(), new PolicyTrail(List.of(new PolicyVersion(version.published(),
                Optional.of(at.minusSeconds(60)), Optional.empty(), Optional.of(at))), List.of()));
    }

    private static MailDomain probe(MailDomain domain) {
        return probe(TENANT, domain);
    }

    /// Requests a probe as the web pages do and waits until it is written down.
    private static MailDomain probe(UUID tenant, MailDomain domain) {
        Instant requested = now();
        database.useTenant(tenant, session -> session.outbox().probeRequestedNow(
                new ProbeRequest(tenant, domain.id(), domain.name().ascii(), requested)));
        return await().atMost(PATIENCE).until(() -> current(tenant, domain),
                probed -> probed.lastProbeAt().filter(last -> !last.isBefore(requested)).isPresent());
    }

    private static ProbeRequest request(MailDomain domain, Instant at) {
        return new ProbeRequest(TENANT, domain.id(), domain.name().ascii(), at);
    }

    /// A name of this run's own: a server that tests share may remember the last one's.
    private static String name(String first) {
        return first + "-" + TENANT + ".test";
    }

    private static MailDomain current(UUID tenant, MailDomain domain) {
        return database.inTenant(tenant, session -> session.domains().byId(domain.id())).orElseThrow();
    }

    private static StoredFinding finding(MailDomain domain, Check check) {
        return finding(TENANT, domain, check);
    }

    private static StoredFinding finding(UUID tenant, MailDomain domain, Check check) {
        return database.inTenant(tenant, session -> session.findings().of(domain.id())).stream()
                .filter(stored -> stored.finding().check() == check).findFirst().orElseThrow();
    }

    private static List<TimelineEntry> events(MailDomain domain) {
        return database.inTenant(TENANT, session -> session.timeline()
                .page(TimelineStore.Filter.of(domain.id()), Optional.empty(), 100));
    }

    private static byte[] message(String topic, String key) {
        try (var consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", TestServers.kafka()),
                new StringDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < end) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    if (record.key().equals(key)) {
                        return record.value();
                    }
                }
            }
        }
        throw new AssertionError("nothing for " + key + " on " + topic);
    }

    private static void createTopics() throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafka()))) {
            var existing = admin.listTopics().names().get();
            var missing = new HashMap<String, NewTopic>();
            for (String topic : List.of(Topics.PROBE_REQUESTED, Topics.PROBE_REQUESTED_NOW, Topics.PROBE_PROGRESS,
                    Topics.CHECK_REQUESTED, Topics.PROBE_OBSERVED, Topics.POLICY_PUBLISHED,
                    Topics.TIMELINE_EVENT)) {
                if (!existing.contains(topic)) {
                    missing.put(topic, new NewTopic(topic, 3, (short) 1));
                }
            }
            admin.createTopics(missing.values()).all().get();
        }
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }
}

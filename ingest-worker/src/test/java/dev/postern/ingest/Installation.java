package dev.postern.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.postern.db.DatabaseConnection;
import dev.postern.db.DatabaseSettings;
import dev.postern.db.account.Account;
import dev.postern.db.account.AccountStore;
import dev.postern.db.report.RejectedReport;
import dev.postern.db.report.StoredReport;
import dev.postern.db.secret.Secrets;
import dev.postern.db.tenancy.Database;
import dev.postern.db.timeline.TimelineStore;
import dev.postern.ingest.log.TopicSetup;
import dev.postern.name.DomainName;
import dev.postern.rollout.Phase;
import dev.postern.servers.TestServers;
import dev.postern.setup.MailDomain;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyHosting;
import dev.postern.timeline.TimelineEntry;
import dev.postern.timeline.TimelineEvent;
import dev.postern.token.ReportTokens;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/// One organisation on a real PostgreSQL and a real Kafka, shared by the tests of this JVM.
public final class Installation {

    public static final Duration PATIENCE = Duration.ofSeconds(40);
    public static final ReportTokens TOKENS = new ReportTokens(new SecureRandom().generateSeed(32));
    public static final Secrets SECRETS = new Secrets(new byte[32]);
    private static final UUID TENANT = UUID.randomUUID();

    private Installation() {
    }

    private static final class Holder {
        static final DatabaseConnection CONNECTION = open();

        private static DatabaseConnection open() {
            try {
                var connection = DatabaseConnection.open(databaseSettings(TestServers.postgres().url()));
                new AccountStore(connection.database()).signUp(
                        new Account(UUID.randomUUID(), TENANT + "@example.test", "-"), TENANT, "Test", now());
                return connection;
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        }
    }

    private static final class Topics {
        static final boolean READY = make();

        private static boolean make() {
            try (var setup = TopicSetup.start(TestServers.kafka(), 3);
                 var admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafka()))) {
                admin.createTopics(List.of(new NewTopic(dev.postern.stream.Topics.TIMELINE_EVENT, Optional.of(1),
                        Optional.empty()))).all().get();
                setup.await();
                return true;
            } catch (ExecutionException failed) {
                throw new IllegalStateException(failed);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    public static DatabaseSettings databaseSettings(String url) {
        var postgres = TestServers.postgres();
        return new DatabaseSettings(url, "postern_app", "test", Optional.of(postgres.user()), postgres.password(), 4,
                Path.of("unused"));
    }

    public static Database database() {
        return Holder.CONNECTION.database();
    }

    /// The broker's address, with the topics made.
    public static String kafka() {
        assertThat(Topics.READY).isTrue();
        return TestServers.kafka();
    }

    public static UUID tenant() {
        return TENANT;
    }

    public static String newToken() {
        byte[] random = new byte[ReportTokens.RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        return TOKENS.issue(random);
    }

    /// A new, proven domain with an address for reports.
    public static MailDomain domain(String... mx) {
        var domain = new MailDomain(UUID.randomUUID(), new DomainName("d" + UUID.randomUUID() + ".test"), Phase.TESTING,
                now(), PolicyHosting.POSTERN, UUID.randomUUID().toString(), newToken(), Optional.empty(),
                Optional.empty(), Optional.empty(), now(), List.of(), Optional.empty(), Set.of());
        database().useTenant(TENANT, session -> {
            assertThat(session.domains().add(domain)).isTrue();
            session.domains().markVerified(domain.id(), OwnershipProof.TXT_RECORD, now());
            session.domains().probed(domain.id(), now(), Optional.of(List.of(mx)));
        });
        return domain;
    }

    public static void remove(MailDomain domain) {
        database().useTenant(TENANT, session -> session.domains().remove(domain.id()));
    }

    public static List<StoredReport> reports(MailDomain domain) {
        return database().inTenant(TENANT, session -> session.reports().page(Optional.of(domain.id()),
                Optional.empty(), 100));
    }

    public static byte[] json(StoredReport report) {
        return database().inTenant(TENANT, session -> session.reports().json(report.key())).orElseThrow();
    }

    public static List<RejectedReport> rejected(MailDomain domain) {
        return database().inTenant(TENANT, session -> session.rejectedReports().list(Optional.of(domain.id()), 100));
    }

    public static byte[] content(RejectedReport rejected) {
        return database().inTenant(TENANT, session -> session.rejectedReports().content(rejected.receipt().id()))
                .orElseThrow();
    }

    public static List<TimelineEvent> events(MailDomain domain) {
        return database().inTenant(TENANT, session -> session.timeline().page(TimelineStore.Filter.of(domain.id()),
                Optional.empty(), 100)).stream().map(TimelineEntry::event).toList();
    }

    /// The first message of a topic with this key; waits for it.
    public static ConsumerRecord<String, byte[]> message(String topic, String key) {
        return messages(topic, key, 1).getFirst();
    }

    /// The messages of a topic with this key, once there are so many.
    public static List<ConsumerRecord<String, byte[]>> messages(String topic, String key, int count) {
        var found = new ArrayList<ConsumerRecord<String, byte[]>>();
        Predicate<ConsumerRecord<String, byte[]>> wanted = message -> key.equals(message.key());
        try (var consumer = new KafkaConsumer<>(Map.<String, Object>of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka()), new StringDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition())).toList());
            consumer.seekToBeginning(consumer.assignment());
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(message -> {
                    if (wanted.test(message)) {
                        found.add(message);
                    }
                });
                return found.size() >= count;
            });
        }
        return found;
    }

    public static String header(ConsumerRecord<String, byte[]> message, String name) {
        Header header = message.headers().lastHeader(name);
        return header == null ? "(none)" : new String(header.value(), java.nio.charset.StandardCharsets.UTF_8);
    }

    public static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }
}

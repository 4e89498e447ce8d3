package dev.postern.app;

import dev.postern.app.dns.DnsConnections;
import dev.postern.app.account.OrganisationRules;
import dev.postern.app.bulk.DomainTable;
import dev.postern.app.domain.Domains;
import dev.postern.app.domain.Exposures;
import dev.postern.app.imports.Imports;
import dev.postern.app.imports.Spools;
import dev.postern.app.live.LiveEvents;
import dev.postern.app.mailbox.Mailboxes;
import dev.postern.app.mxhost.MxHosts;
import dev.postern.app.plan.PlanCalendar;
import dev.postern.app.plan.Plans;
import dev.postern.app.security.ApiTokens;
import dev.postern.app.security.Bootstrap;
import dev.postern.app.security.CurrentUser;
import dev.postern.app.security.PasswordHashing;
import dev.postern.app.security.PosternUsers;
import dev.postern.app.security.SignInSession;
import dev.postern.app.security.SignUp;
import dev.postern.db.account.AccountStore;
import dev.postern.db.dns.DnsSecrets;
import dev.postern.db.mailbox.MailboxPasswords;
import dev.postern.db.outbox.OutboxRelay;
import dev.postern.db.secret.Secrets;
import dev.postern.db.stream.TopicCreation;
import dev.postern.db.tenancy.Database;
import dev.postern.outbound.dns.DnsWriteSettings;
import dev.postern.outbound.imap.ImapLimits;
import dev.postern.outbound.imap.ImapSettings;
import dev.postern.settings.Settings;
import dev.postern.setup.Installation;
import dev.postern.stream.Topics;
import dev.postern.token.ReportTokens;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

/// The parts of the application. `Settings`, `Database` and `ReportTokens` come from whoever composes the process.
@Configuration(proxyBeanMethods = false)
public class AppUiConfiguration {

    /// The topics of pages and probes. Without compaction Kafka would forget policies after a week.
    public static final List<TopicCreation.Wanted> TOPICS = List.of(
            new TopicCreation.Wanted(Topics.POLICY_PUBLISHED, Map.of(TopicConfig.CLEANUP_POLICY_CONFIG,
                    TopicConfig.CLEANUP_POLICY_COMPACT)),
            new TopicCreation.Wanted(Topics.PROBE_REQUESTED, Map.of()),
            new TopicCreation.Wanted(Topics.PROBE_REQUESTED_NOW, Map.of()),
            new TopicCreation.Wanted(Topics.PROBE_PROGRESS, Map.of()),
            new TopicCreation.Wanted(Topics.CHECK_REQUESTED, Map.of()),
            new TopicCreation.Wanted(Topics.PROBE_OBSERVED, Map.of()),
            new TopicCreation.Wanted(Topics.TIMELINE_EVENT, Map.of()));

    /// An upload of 20 MiB and its headers must fit into one request.
    private static final int LARGEST_MESSAGE = 21 * 1024 * 1024;

    @Bean
    AppSettings appSettings(Settings settings) {
        return AppSettings.from(settings);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    Installation installation(AppSettings settings) {
        return new Installation(settings.publicHost());
    }

    @Bean
    Domains domains(Database database, ReportTokens tokens, Installation installation, Clock clock) {
        return new Domains(database, tokens, installation, clock);
    }

    @Bean
    Exposures exposures(Database database) {
        return new Exposures(database);
    }

    @Bean
    Plans plans(Database database, Installation installation, Clock clock) {
        return new Plans(database, installation, clock);
    }

    @Bean
    PlanCalendar planCalendar(Installation installation) {
        return new PlanCalendar(installation);
    }

    /// Somebody waits for a test, so a server has half a minute. No mail is fetched.
    @Bean
    Mailboxes mailboxes(Database database, Secrets secrets, Settings settings, Clock clock) {
        return new Mailboxes(database, new MailboxPasswords(secrets), ImapSettings.from(settings).connector(
                new ImapLimits(Duration.ofSeconds(8), Duration.ofSeconds(15), Duration.ofSeconds(30), 0)), clock);
    }

    @Bean
    DnsConnections dnsConnections(Database database, Secrets secrets, Settings settings, Clock clock) {
        return new DnsConnections(database, new DnsSecrets(secrets), DnsWriteSettings.from(settings).providers(clock),
                DnsWriteSettings.zone(settings), clock);
    }

    @Bean
    MxHosts mxHosts(Database database, ReportTokens tokens, Installation installation, Clock clock) {
        return new MxHosts(database, tokens, installation, clock);
    }

    @Bean
    AccountStore accountStore(Database database) {
        return new AccountStore(database);
    }

    @Bean
    PasswordHashing passwordHashing() {
        return PasswordHashing.argon2();
    }

    @Bean
    PosternUsers posternUsers(AccountStore accounts) {
        return new PosternUsers(accounts);
    }

    @Bean
    CurrentUser currentUser(SecurityContextHolderStrategy contexts) {
        return new CurrentUser(contexts);
    }

    @Bean
    SignUp signUp(AccountStore accounts, PasswordHashing passwords, Clock clock) {
        return new SignUp(accounts, passwords, clock);
    }

    @Bean
    SignInSession signInSession(SecurityContextHolderStrategy contexts) {
        return new SignInSession(contexts);
    }

    @Bean
    DomainTable domainTable(Database database, Installation installation, Clock clock) {
        return new DomainTable(database, installation, clock);
    }

    @Bean
    OrganisationRules organisationRules(Database database) {
        return new OrganisationRules(database);
    }

    @Bean
    ApiTokens apiTokens(Database database, Clock clock) {
        return new ApiTokens(database, clock);
    }

    /// Before the web server answers, so that whoever waits for it finds the account.
    @Bean
    SmartInitializingSingleton bootstrap(AppSettings settings, AccountStore accounts, PasswordHashing passwords,
                                         Database database, Clock clock) {
        return () -> settings.bootstrap()
                .ifPresent(first -> new Bootstrap(accounts, passwords, database, clock).ensure(first));
    }

    @Bean
    Producer<String, byte[]> producer(AppSettings settings) {
        return new KafkaProducer<>(Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.kafka(),
                ProducerConfig.CLIENT_ID_CONFIG, "app-ui",
                ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_MESSAGE,
                ProducerConfig.BUFFER_MEMORY_CONFIG, 4L * LARGEST_MESSAGE,
                // Somebody waits at the other end: a broker that is away is told of within seconds.
                ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000L,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000), new StringSerializer(), new ByteArraySerializer());
    }

    @Bean
    Spools spools(AppSettings settings) {
        return Spools.open(settings);
    }

    @Bean
    Imports imports(Database database, Producer<String, byte[]> producer, Spools spools, Clock clock) {
        return new Imports(database, producer, spools, clock);
    }

    @Bean
    TopicCreation topicCreation(AppSettings settings) {
        return TopicCreation.start(settings.kafka(), TOPICS);
    }

    @Bean
    OutboxRelay outboxRelay(Database database, Producer<String, byte[]> producer) {
        return new OutboxRelay(database, producer);
    }

    @Bean
    LiveEvents liveEvents(AppSettings settings) {
        return LiveEvents.start(settings.kafka());
    }
}

package dev.postern.probe;

import dev.postern.db.domain.ProbeSchedule;
import dev.postern.db.outbox.OutboxRelay;
import dev.postern.db.tenancy.Database;
import dev.postern.probe.dns.Dns;
import dev.postern.probe.policy.PolicyFetcher;
import dev.postern.probe.policy.TrustedRoots;
import dev.postern.settings.InvalidSettingException;
import dev.postern.settings.Settings;
import dev.postern.setup.Installation;
import dev.postern.stream.Topics;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.RetryListener;
import org.springframework.util.backoff.ExponentialBackOff;

/// The parts of the probe worker. `Settings` and `Database` come from whoever composes the process.
@Configuration(proxyBeanMethods = false)
public class ProbeWorkerConfiguration {

    private static final String GROUP = "probe-worker";
    private static final int BATCH = 20;
    private static final int DNS_ATTEMPTS = 2;
    /// What DNS may take on top of the fetch: looking up the policy host comes before it.
    private static final Duration DNS_SHARE = Duration.ofSeconds(10);
    private static final Duration LOOK_FOR_DUE = Duration.ofSeconds(30);
    private static final int MAX_MESSAGE = 1024 * 1024;

    @Bean
    ProbeSettings probeSettings(Settings settings) {
        return ProbeSettings.from(settings);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    Installation installation(ProbeSettings settings) {
        return new Installation(settings.publicHost());
    }

    @Bean
    Dns dns(ProbeSettings settings) {
        return new Dns(settings.dnsServers(), settings.dnsTimeout(), DNS_ATTEMPTS);
    }

    @Bean
    PolicyFetcher policyFetcher(Dns dns, ProbeSettings settings) {
        try {
            return new PolicyFetcher(dns, TrustedRoots.withFurther(settings.trustStore()), settings.fetchPort(),
                    settings.fetchTimeout(), settings.allowPrivateAddresses());
        } catch (IOException unreadable) {
            var refused = new InvalidSettingException(ProbeSettings.TRUST_STORE,
                    settings.trustStore().map(Object::toString).orElse(""));
            refused.initCause(unreadable);
            throw refused;
        }
    }

    @Bean
    DomainProbe domainProbe(Dns dns, PolicyFetcher fetcher, Installation installation, Clock clock,
                            ProbeSettings settings) {
        return new DomainProbe(dns, fetcher, installation, clock, settings.fetchTimeout().plus(DNS_SHARE));
    }

    @Bean
    ProbeJournal probeJournal(Database database, Installation installation) {
        return new ProbeJournal(database, installation);
    }

    @Bean
    ConcurrentMessageListenerContainer<String, byte[]> probeRequests(ProbeSettings settings, DomainProbe probe,
                                                                     ProbeJournal journal) {
        var consumers = new DefaultKafkaConsumerFactory<>(Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.kafka(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BATCH,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false,
                // A topic that is made after the worker has started is seen within seconds.
                ConsumerConfig.METADATA_MAX_AGE_CONFIG, 5_000), new StringDeserializer(), new ByteArrayDeserializer());
        var properties = new ContainerProperties(Topics.PROBE_REQUESTED);
        properties.setGroupId(GROUP);
        properties.setMessageListener(new ProbeRequests(probe, journal));
        properties.setAckMode(ContainerProperties.AckMode.BATCH);
        var container = new ConcurrentMessageListenerContainer<String, byte[]>(consumers, properties);
        container.setConcurrency(settings.concurrency());
        var errors = new DefaultErrorHandler(untilTheDatabaseIsBack());
        errors.setRetryListeners(new ToldOnce());
        container.setCommonErrorHandler(errors);
        return container;
    }

    /// Says at the first attempt why requests fail; the others only repeat it.
    private static final class ToldOnce implements RetryListener {

        private static final Logger LOG = LoggerFactory.getLogger(ProbeRequests.class);

        @Override
        public void failedDelivery(ConsumerRecord<?, ?> record, Exception failure, int attempt) {
            tell(failure, attempt);
        }

        @Override
        public void failedDelivery(ConsumerRecords<?, ?> records, Exception failure, int attempt) {
            tell(failure, attempt);
        }

        private static void tell(Exception failure, int attempt) {
            if (attempt == 1) {
                LOG.warn("Probe requests can't be answered now and are tried again", failure);
            }
        }
    }

    /// A request that fails for some minutes is let go: the scheduler asks for the domain again.
    private static ExponentialBackOff untilTheDatabaseIsBack() {
        var backOff = new ExponentialBackOff(500, 2);
        backOff.setMaxInterval(Duration.ofSeconds(20).toMillis());
        backOff.setMaxElapsedTime(Duration.ofMinutes(4).toMillis());
        return backOff;
    }

    @Bean
    Producer<String, byte[]> producer(ProbeSettings settings) {
        return new KafkaProducer<>(Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.kafka(),
                ProducerConfig.CLIENT_ID_CONFIG, GROUP,
                ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_MESSAGE,
                ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000L), new StringSerializer(), new ByteArraySerializer());
    }

    @Bean
    OutboxRelay outboxRelay(Database database, Producer<String, byte[]> producer) {
        return new OutboxRelay(database, producer);
    }

    @Bean
    Scheduler scheduler(Database database, Producer<String, byte[]> producer, Clock clock) {
        return new Scheduler(new ProbeSchedule(database), producer, clock, new SecureRandom(), LOOK_FOR_DUE);
    }
}

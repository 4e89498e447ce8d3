package dev.postern.probe;

import dev.postern.db.domain.ProbeSchedule;
import dev.postern.db.outbox.OutboxRelay;
import dev.postern.db.probe.MxHostStore;
import dev.postern.db.probe.PublicCheckStore;
import dev.postern.db.tenancy.Database;
import dev.postern.probe.mx.SharedLooks;
import dev.postern.settings.Settings;
import dev.postern.setup.Installation;
import dev.postern.stream.Topics;
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
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.RetryListener;
import org.springframework.util.backoff.ExponentialBackOff;

/// The parts of the probe worker. `Settings` and `Database` come from whoever composes the process.
@Configuration(proxyBeanMethods = false)
public class ProbeWorkerConfiguration {

    private static final String NAME = "probe-worker";
    private static final int BATCH = 50;
    private static final int URGENT_CONCURRENCY = 2;
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
    MxHostStore mxHostStore(Database database, ProbeSettings settings) {
        return new MxHostStore(database, settings.vantage().name());
    }

    @Bean
    DomainProbe domainProbe(MxHostStore store, Clock clock, ProbeSettings settings) {
        // No look is waited for longer than this; a claim that is older was left by a worker that crashed.
        var looks = new SharedLooks(store, clock, settings.deadline());
        return Instruments.domainProbe(settings, looks, clock);
    }

    @Bean
    ProbeJournal probeJournal(Database database, Installation installation) {
        return new ProbeJournal(database, installation);
    }

    @Bean
    PublicCheckStore publicCheckStore(Database database) {
        return new PublicCheckStore(database);
    }

    @Bean
    ProgressTopic progressTopic(Producer<String, byte[]> producer, ProbeSettings settings) {
        return new ProgressTopic(producer, settings.vantage().name());
    }

    @Bean
    ConcurrentMessageListenerContainer<String, byte[]> dueProbes(ProbeSettings settings, DomainProbe probe,
                                                                 ProbeJournal journal, ProgressTopic progress,
                                                                 Clock clock) {
        return container(settings, Topics.PROBE_REQUESTED, settings.concurrency(),
                new ProbeRequests(probe, journal, progress, ProbeRequests.Asker.SCHEDULE, clock));
    }

    @Bean
    ConcurrentMessageListenerContainer<String, byte[]> urgentProbes(ProbeSettings settings, DomainProbe probe,
                                                                    ProbeJournal journal, ProgressTopic progress,
                                                                    Clock clock) {
        return container(settings, Topics.PROBE_REQUESTED_NOW, URGENT_CONCURRENCY,
                new ProbeRequests(probe, journal, progress, ProbeRequests.Asker.PERSON, clock));
    }

    @Bean
    ConcurrentMessageListenerContainer<String, byte[]> publicChecks(ProbeSettings settings, DomainProbe probe,
                                                                    PublicCheckStore checks, ProgressTopic progress,
                                                                    Clock clock) {
        return container(settings, Topics.CHECK_REQUESTED, URGENT_CONCURRENCY,
                new CheckRequests(probe, checks, progress, clock));
    }

    /// Workers of one vantage point are one group and share its requests; every vantage point gets them all.
    private static ConcurrentMessageListenerContainer<String, byte[]> container(
            ProbeSettings settings, String topic, int concurrency, BatchMessageListener<String, byte[]> listener) {
        var consumers = new DefaultKafkaConsumerFactory<>(Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.kafka(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BATCH,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false,
                // A topic that is made after the worker has started is seen within seconds.
                ConsumerConfig.METADATA_MAX_AGE_CONFIG, 5_000), new StringDeserializer(), new ByteArrayDeserializer());
        var properties = new ContainerProperties(topic);
        properties.setGroupId(NAME + "-" + settings.vantage().name());
        properties.setMessageListener(listener);
        properties.setAckMode(ContainerProperties.AckMode.BATCH);
        var container = new ConcurrentMessageListenerContainer<String, byte[]>(consumers, properties);
        container.setConcurrency(concurrency);
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
                ProducerConfig.CLIENT_ID_CONFIG, NAME,
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
    Forgetting forgetting(MxHostStore mxHosts, PublicCheckStore checks, Clock clock) {
        return new Forgetting(mxHosts, checks, clock);
    }

    @Bean
    Scheduler scheduler(Database database, Producer<String, byte[]> producer, Clock clock) {
        return new Scheduler(new ProbeSchedule(database), producer, clock, new SecureRandom(), LOOK_FOR_DUE);
    }
}

package dev.postern.ingest.record;

import dev.postern.db.tenancy.Database;
import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.unwrap.UnwrapLimits;
import dev.postern.ingest.unwrap.Unwrapper;
import dev.postern.stream.Topics;
import dev.postern.tlsrpt.ReportLimits;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.ExponentialBackOff;

/// The consumers that record, as one group: another process of the same group takes a share of the partitions.
public final class RecordingContainer {

    private static final String GROUP = "ingest-recorder";
    private static final int CONSUMERS = 2;
    /// Enough to keep a consumer busy, few enough that a batch ends long before the group thinks it dead.
    private static final int BATCH = 100;
    /// A message may be as large as the topic allows; a smaller fetch would never get it.
    private static final int FETCH_BYTES = 33_554_432;

    private RecordingContainer() {
    }

    /// @param kafka `host:port` of brokers, several with commas
    public static ConcurrentMessageListenerContainer<String, byte[]> of(String kafka, Database database,
                                                                        ReportLog log) {
        var consumers = new DefaultKafkaConsumerFactory<>(Map.<String, Object>of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BATCH,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false,
                // A topic that is made after the worker has started is seen within seconds.
                ConsumerConfig.METADATA_MAX_AGE_CONFIG, 5_000), new StringDeserializer(), new ByteArrayDeserializer());
        var properties = new ContainerProperties(Topics.TLSRPT_RECEIVED);
        properties.setGroupId(GROUP);
        properties.setAckMode(ContainerProperties.AckMode.BATCH);
        var recorder = new Recorder(database, new Unwrapper(UnwrapLimits.DEFAULT), ReportLimits.DEFAULT, log);
        properties.setMessageListener(new RecordingListener(recorder));
        var container = new ConcurrentMessageListenerContainer<String, byte[]>(consumers, properties);
        container.setConcurrency(CONSUMERS);
        container.setBeanName(GROUP);
        var forEver = new ExponentialBackOff(200, 2);
        forEver.setMaxInterval(Duration.ofSeconds(10).toMillis());
        forEver.setMaxElapsedTime(Long.MAX_VALUE);
        container.setCommonErrorHandler(new DefaultErrorHandler(forEver));
        return container;
    }
}

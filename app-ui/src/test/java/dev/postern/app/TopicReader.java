package dev.postern.app;

import dev.postern.servers.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/// Finds a message on a topic, from its beginning.
public final class TopicReader {

    private TopicReader() {
    }

    public static ConsumerRecord<String, byte[]> find(String topic, Predicate<ConsumerRecord<String, byte[]>> wanted) {
        try (var consumer = new KafkaConsumer<>(Map.<String, Object>of("bootstrap.servers", TestServers.kafka()),
                new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = TestApp.await(topic, () -> {
                var found = new ArrayList<TopicPartition>();
                consumer.partitionsFor(topic).forEach(info -> found.add(new TopicPartition(topic, info.partition())));
                return found.isEmpty() ? java.util.Optional.empty() : java.util.Optional.of(List.copyOf(found));
            });
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            return TestApp.await("a message on " + topic, () -> StreamSupport
                    .stream(consumer.poll(Duration.ofMillis(200)).spliterator(), false).filter(wanted).findFirst());
        }
    }
}

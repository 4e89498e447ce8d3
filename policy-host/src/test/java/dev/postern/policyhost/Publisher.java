package dev.postern.policyhost;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.stream.Topics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Writes on the topic as the outbox does.
final class Publisher implements AutoCloseable {

    private final String bootstrapServers;
    private final KafkaProducer<byte[], byte[]> producer;

    Publisher(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        this.producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    Publisher createTopic() throws InterruptedException, ExecutionException {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            var topic = new NewTopic(Topics.POLICY_PUBLISHED, 3, (short) 1)
                    .configs(Map.of("cleanup.policy", "compact"));
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException failed) {
            if (!(failed.getCause() instanceof TopicExistsException)) {
                throw failed;
            }
        }
        return this;
    }

    void publish(String domain, String body) throws InterruptedException, ExecutionException {
        publish(domain.getBytes(UTF_8), body.getBytes(UTF_8));
    }

    void withdraw(String domain) throws InterruptedException, ExecutionException {
        publish(domain.getBytes(UTF_8), null);
    }

    void publish(byte[] key, byte[] value) throws InterruptedException, ExecutionException {
        producer.send(new ProducerRecord<>(Topics.POLICY_PUBLISHED, key, value)).get();
    }

    @Override
    public void close() {
        producer.close();
    }
}

package dev.postern.probe;

import dev.postern.stream.Json;
import dev.postern.stream.ProbeProgress;
import dev.postern.stream.Topics;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells on Kafka how far a probe is that somebody waits for. News that are lost are no harm: the result is in the
/// database.
final class ProgressTopic {

    private static final Logger LOG = LoggerFactory.getLogger(ProgressTopic.class);

    private final Producer<String, byte[]> producer;
    private final String vantage;

    ProgressTopic(Producer<String, byte[]> producer, String vantage) {
        this.producer = producer;
        this.vantage = vantage;
    }

    /// @param tenant empty for a public check
    Progress of(Optional<UUID> tenant, String domain) {
        return (step, finished, total) -> send(new ProbeProgress(tenant, domain, vantage, step, finished, total, false));
    }

    /// The result is written.
    void over(Optional<UUID> tenant, String domain) {
        send(new ProbeProgress(tenant, domain, vantage, "done", 1, 1, true));
    }

    private void send(ProbeProgress progress) {
        producer.send(new ProducerRecord<>(Topics.PROBE_PROGRESS, progress.domain(), Json.bytes(progress)),
                (_, failed) -> {
                    if (failed != null) {
                        LOG.debug("Progress was not told", failed);
                    }
                });
    }
}

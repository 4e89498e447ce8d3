package dev.postern.app.live;

import com.vaadin.flow.shared.Registration;
import dev.postern.stream.Json;
import dev.postern.stream.ProbeResult;
import dev.postern.stream.TimelineMessage;
import dev.postern.stream.Topics;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/// Hands what is new on `timeline.event` and `probe.observed` to whoever watches that organisation.
///
/// Every process hears everything, from when it started: pages are open in one process only, and nobody knows which.
public final class LiveEvents implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveEvents.class);

    private final Map<UUID, Set<Subscription>> byTenant = new ConcurrentHashMap<>();
    private final TopicListener topics;

    private LiveEvents(String kafka) {
        this.topics = new TopicListener(kafka, Set.of(Topics.TIMELINE_EVENT, Topics.PROBE_OBSERVED), this::hear);
    }

    /// @param kafka `host:port` of brokers, several with commas; they may be away, and the topics not there yet
    public static LiveEvents start(String kafka) {
        var events = new LiveEvents(kafka);
        events.topics.start();
        return events;
    }

    /// Lets a listener hear what is new in an organisation, on a thread of its own, one after another.
    ///
    /// @return ends it; must be called, or the listener stays for ever
    public Registration subscribe(UUID tenant, Consumer<LiveEvent> listener) {
        Subscription subscription = Subscription.start(listener);
        byTenant.compute(tenant, (_, subscriptions) -> {
            Set<Subscription> all = subscriptions == null ? ConcurrentHashMap.newKeySet() : subscriptions;
            all.add(subscription);
            return all;
        });
        return () -> {
            byTenant.computeIfPresent(tenant, (_, subscriptions) -> {
                subscriptions.remove(subscription);
                return subscriptions.isEmpty() ? null : subscriptions;
            });
            subscription.end();
        };
    }

    /// Whether Kafka has answered since the start: what comes from now on is heard, if late.
    public boolean following() {
        return topics.following();
    }

    private void hear(ConsumerRecord<byte[], byte[]> message) {
        if (message.value() == null || byTenant.isEmpty()) {
            return;
        }
        try {
            if (message.topic().equals(Topics.TIMELINE_EVENT)) {
                var news = Json.read(message.value(), TimelineMessage.class);
                tell(news.tenant(), new LiveEvent.TimelineNews(news.entry()));
            } else {
                var result = Json.read(message.value(), ProbeResult.class);
                tell(result.tenant(), new LiveEvent.Probed(result.domainId()));
            }
        } catch (JacksonException unreadable) {
            LOG.warn("Left out the record at {}-{} offset {}: {}", message.topic(), message.partition(),
                    message.offset(), unreadable.getOriginalMessage());
        }
    }

    private void tell(UUID tenant, LiveEvent event) {
        byTenant.getOrDefault(tenant, Set.of()).forEach(subscription -> subscription.offer(event));
    }

    @Override
    public void close() {
        topics.close();
        byTenant.values().forEach(subscriptions -> subscriptions.forEach(Subscription::end));
        byTenant.clear();
    }
}

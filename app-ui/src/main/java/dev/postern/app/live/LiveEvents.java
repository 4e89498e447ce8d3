package dev.postern.app.live;

import com.vaadin.flow.shared.Registration;
import dev.postern.stream.Json;
import dev.postern.stream.ProbeProgress;
import dev.postern.stream.ProbeResult;
import dev.postern.stream.TimelineMessage;
import dev.postern.stream.Topics;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/// Hands what is new on `timeline.event`, `probe.observed` and `probe.progress` to whoever watches that organisation,
/// or that domain's public check.
///
/// Every process hears everything, from when it started: pages are open in one process only, and nobody knows which.
public final class LiveEvents implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveEvents.class);

    private final Audience<UUID> tenants = new Audience<>();
    private final Audience<String> publicChecks = new Audience<>();
    private final TopicListener topics;

    private LiveEvents(String kafka) {
        this.topics = new TopicListener(kafka,
                Set.of(Topics.TIMELINE_EVENT, Topics.PROBE_OBSERVED, Topics.PROBE_PROGRESS), this::hear);
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
        return tenants.subscribe(tenant, listener);
    }

    /// Lets a listener hear how far the public check of a domain is, and nothing of anybody's probes of it.
    ///
    /// @param domain in A-labels
    /// @return ends it; must be called, or the listener stays for ever
    public Registration subscribePublic(String domain, Consumer<LiveEvent> listener) {
        return publicChecks.subscribe(domain, listener);
    }

    /// Whether Kafka has answered since the start: what comes from now on is heard, if late.
    public boolean following() {
        return topics.following();
    }

    private void hear(ConsumerRecord<byte[], byte[]> message) {
        if (message.value() == null || (tenants.isEmpty() && publicChecks.isEmpty())) {
            return;
        }
        try {
            switch (message.topic()) {
                case Topics.TIMELINE_EVENT -> {
                    var news = Json.read(message.value(), TimelineMessage.class);
                    tenants.tell(news.tenant(), new LiveEvent.TimelineNews(news.entry()));
                }
                case Topics.PROBE_PROGRESS -> tell(Json.read(message.value(), ProbeProgress.class));
                default -> {
                    var result = Json.read(message.value(), ProbeResult.class);
                    tenants.tell(result.tenant(), new LiveEvent.Probed(result.domainId()));
                }
            }
        } catch (JacksonException unreadable) {
            LOG.warn("Left out the record at {}-{} offset {}: {}", message.topic(), message.partition(),
                    message.offset(), unreadable.getOriginalMessage());
        }
    }

    /// Progress without a tenant is a public check's. What a tenant's probe does goes to that tenant alone.
    private void tell(ProbeProgress progress) {
        Optional<UUID> tenant = progress.tenant();
        var event = new LiveEvent.Progress(tenant, progress.domain(), progress.vantage(), progress.step(),
                progress.finished(), progress.total(), progress.over());
        tenant.ifPresentOrElse(its -> tenants.tell(its, event), () -> publicChecks.tell(progress.domain(), event));
    }

    @Override
    public void close() {
        topics.close();
        tenants.end();
        publicChecks.end();
    }
}

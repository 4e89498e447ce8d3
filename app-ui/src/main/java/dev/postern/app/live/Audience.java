package dev.postern.app.live;

import com.vaadin.flow.shared.Registration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Who listens to what, by what they listen to.
///
/// @param <K> an organisation, or a domain
final class Audience<K> {

    private final Map<K, Set<Subscription>> byTopic = new ConcurrentHashMap<>();

    Registration subscribe(K topic, Consumer<LiveEvent> listener) {
        Subscription subscription = Subscription.start(listener);
        byTopic.compute(topic, (_, subscriptions) -> {
            Set<Subscription> all = subscriptions == null ? ConcurrentHashMap.newKeySet() : subscriptions;
            all.add(subscription);
            return all;
        });
        return () -> {
            byTopic.computeIfPresent(topic, (_, subscriptions) -> {
                subscriptions.remove(subscription);
                return subscriptions.isEmpty() ? null : subscriptions;
            });
            subscription.end();
        };
    }

    void tell(K topic, LiveEvent event) {
        byTopic.getOrDefault(topic, Set.of()).forEach(subscription -> subscription.offer(event));
    }

    boolean isEmpty() {
        return byTopic.isEmpty();
    }

    void end() {
        byTopic.values().forEach(subscriptions -> subscriptions.forEach(Subscription::end));
        byTopic.clear();
    }
}

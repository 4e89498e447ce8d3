package dev.postern.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.TestApp;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// How listening ends.
class SubscriptionTest {

    private static final LiveEvent NEWS = new LiveEvent.Probed(UUID.randomUUID());

    @Test
    void aListenerThatEndsItselfIsNotBrokenOffAndHearsNoMore() {
        var itself = new CompletableFuture<Subscription>();
        var interrupted = new CompletableFuture<Boolean>();
        var heard = new AtomicInteger();
        var subscription = Subscription.start(_ -> {
            heard.incrementAndGet();
            itself.join().end();
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        subscription.offer(NEWS);
        subscription.offer(NEWS);
        itself.complete(subscription);

        assertThat(TestApp.await("the listener", () -> Optional.ofNullable(interrupted.getNow(null)))).isFalse();
        assertThat(heard).hasValue(1);
    }
}

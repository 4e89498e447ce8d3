package dev.postern.app.live;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One listener, with a thread and a bounded queue of its own: what it does holds up nobody else.
///
/// When the listener is too slow the oldest news are dropped, since they only say that something is new.
final class Subscription {

    private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);
    private static final int QUEUE = 256;

    private final Consumer<LiveEvent> listener;
    private final BlockingQueue<LiveEvent> news = new ArrayBlockingQueue<>(QUEUE);
    private final Thread thread;
    private volatile boolean ended;

    private Subscription(Consumer<LiveEvent> listener) {
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("live-listener").unstarted(this::deliver);
    }

    static Subscription start(Consumer<LiveEvent> listener) {
        var subscription = new Subscription(listener);
        subscription.thread.start();
        return subscription;
    }

    void offer(LiveEvent event) {
        while (!news.offer(event)) {
            news.poll();
        }
    }

    void end() {
        ended = true;
        // A listener may end itself; interrupting what it still does would break off its transaction.
        if (Thread.currentThread() != thread) {
            thread.interrupt();
        }
    }

    private void deliver() {
        while (!ended) {
            try {
                listener.accept(news.take());
            } catch (InterruptedException ended) {
                return;
            } catch (RuntimeException itsOwn) {
                // Whatever a listener throws is about its page, not about the news that follow.
                LOG.warn("A listener failed; it hears the next news all the same", itsOwn);
            }
        }
    }
}

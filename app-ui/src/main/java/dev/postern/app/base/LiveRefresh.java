package dev.postern.app.base;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.shared.Registration;
import dev.postern.app.live.LiveEvent;
import dev.postern.app.live.LiveEvents;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/// Keeps a page up to date: while a component is attached, news of its tenant make it refresh.
///
/// News come in bursts (a thousand reports at midnight); they are gathered for a moment and answered by one refresh.
public final class LiveRefresh {

    private static final Duration GATHER = Duration.ofMillis(250);

    private LiveRefresh() {
    }

    /// @param wanted  which news matter
    /// @param refresh runs with the UI locked
    public static void whileAttached(Component component, LiveEvents events, UUID tenant, Predicate<LiveEvent> wanted,
                                     Runnable refresh) {
        component.addAttachListener(attached -> {
            UI ui = attached.getUI();
            var pending = new AtomicBoolean();
            Registration registration = events.subscribe(tenant, event -> {
                if (wanted.test(event) && pending.compareAndSet(false, true)) {
                    Thread.ofVirtual().name("live-refresh").start(() -> gathered(ui, pending, refresh));
                }
            })::remove;
            component.addDetachListener(detached -> {
                registration.remove();
                detached.unregisterListener();
            });
        });
    }

    private static void gathered(UI ui, AtomicBoolean pending, Runnable refresh) {
        try {
            Thread.sleep(GATHER);
        } catch (InterruptedException stopped) {
            return;
        }
        pending.set(false);
        if (ui.isAttached()) {
            ui.access(refresh::run);
        }
    }
}

package dev.postern.app.base;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.UIDetachedException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.jooq.exception.DataAccessException;

/// Looks again each second while a component is on a page: an import moves without an event for each step, and a fresh look
/// a second is less than a message for each of a hundred thousand items.
public final class EverySecond {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private EverySecond() {
    }

    /// @param look runs with the UI locked; a database that is away is no reason to stop
    public static void whileAttached(Component component, Runnable look) {
        component.addAttachListener(attached -> {
            UI ui = attached.getUI();
            var ticks = Thread.ofVirtual().name("every-second").start(() -> tick(ui, look));
            component.addDetachListener(detached -> {
                ticks.interrupt();
                detached.unregisterListener();
            });
        });
    }

    private static void tick(UI ui, Runnable look) {
        try {
            while (true) {
                Thread.sleep(SECOND);
                // The next look waits for this one, however busy the page is.
                ui.access(() -> {
                    try {
                        look.run();
                    } catch (DataAccessException away) {
                        return;
                    }
                }).get();
            }
        } catch (InterruptedException | UIDetachedException | ExecutionException gone) {
            return;
        }
    }
}

package dev.postern.app.security;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.notification.Notification;
import com.vaadin.flow.server.DefaultErrorHandler;
import com.vaadin.flow.server.ErrorEvent;
import com.vaadin.flow.server.ServiceInitEvent;
import com.vaadin.flow.server.VaadinServiceInitListener;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// Tells a person on whatever page that their role does not allow what they asked for. Everything else that fails goes
/// where it always goes.
@org.springframework.stereotype.Component
final class RefusalNotice implements VaadinServiceInitListener {

    private static final int MILLISECONDS = 8_000;

    @Override
    public void serviceInit(ServiceInitEvent event) {
        event.getSource().addSessionInitListener(session -> session.getSession().setErrorHandler(new Refusals()));
    }

    private static final class Refusals extends DefaultErrorHandler {

        private static final long serialVersionUID = 1L;

        @Override
        public void error(ErrorEvent event) {
            refusal(event.getThrowable()).ifPresentOrElse(refused -> ui(event).ifPresent(ui -> ui.access(() ->
                    Notification.show(refused.getMessage(), MILLISECONDS, Notification.Position.BOTTOM_START))),
                    () -> super.error(event));
        }

        private static Optional<UI> ui(ErrorEvent event) {
            return event.getComponent().flatMap(Component::getUI).or(() -> Optional.ofNullable(UI.getCurrent()));
        }

        /// Empty where it is something else. Listeners' exceptions come wrapped.
        private static Optional<NotPermitted> refusal(Throwable thrown) {
            return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
                    .filter(NotPermitted.class::isInstance).map(NotPermitted.class::cast).findFirst();
        }
    }
}

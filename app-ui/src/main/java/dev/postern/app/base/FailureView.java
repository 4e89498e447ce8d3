package dev.postern.app.base;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.ErrorParameter;
import com.vaadin.flow.router.HasErrorParameter;
import com.vaadin.flow.router.RouterLink;
import com.vaadin.flow.server.auth.AnonymousAllowed;
import dev.postern.app.overview.OverviewView;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a person sees when a page fails: that it was not them, and what to do. The log has the rest. It stands without the
/// frame, which needs somebody who is signed in, and may be what failed.
@AnonymousAllowed
public class FailureView extends Main implements HasErrorParameter<RuntimeException> {

    private static final Logger LOG = LoggerFactory.getLogger(FailureView.class);

    public FailureView() {
        addClassName("page");
    }

    @Override
    public int setErrorParameter(BeforeEnterEvent event, ErrorParameter<RuntimeException> failure) {
        LOG.error("The page {} failed", event.getLocation().getPath(), failure.getException());
        removeAll();
        add(new Div(new EmptyState(VaadinIcon.WARNING, "This page could not be shown",
                "Something failed on our side, and it is in the log. Reports and policies are not affected. Try again "
                        + "in a moment.", new RouterLink("All domains", OverviewView.class))));
        return HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
    }
}

package dev.postern.app.dns;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.component.progressbar.ProgressBar;
import dev.postern.dnsrecord.DnsConnection;

/// Says how a test goes.
final class TestResult extends Div {

    TestResult() {
        getElement().setAttribute("role", "status");
        setVisible(false);
    }

    void waiting(DnsConnection connection) {
        var bar = new ProgressBar();
        bar.setIndeterminate(true);
        become("neutral");
        add(new Span("Asking " + connection.provider() + " …"), bar);
    }

    void show(TestOutcome outcome, DnsConnection connection) {
        switch (outcome) {
            case TestOutcome.Fine _ -> say("good", "It works: Postern may write to " + connection.zone() + ". Nothing was "
                    + "changed.");
            case TestOutcome.Failed(var _, var reason) -> say("problem", reason);
            case TestOutcome.NotTried(var reason) -> say("problem", reason);
        }
    }

    void say(String kind, String words) {
        become(kind);
        var sign = (kind.equals("good") ? VaadinIcon.CHECK_CIRCLE_O : VaadinIcon.EXCLAMATION_CIRCLE_O).create();
        sign.getElement().setAttribute("aria-hidden", "true");
        add(sign, new Span(words));
        scrollIntoView();
    }

    private void become(String kind) {
        removeAll();
        setVisible(true);
        setClassName("test-result");
        addClassName(kind);
    }
}

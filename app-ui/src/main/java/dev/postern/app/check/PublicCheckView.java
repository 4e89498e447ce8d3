package dev.postern.app.check;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.DetachEvent;
import com.vaadin.flow.component.Key;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.HasDynamicTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteParameters;
import com.vaadin.flow.router.RouterLink;
import com.vaadin.flow.server.VaadinRequest;
import com.vaadin.flow.server.auth.AnonymousAllowed;
import com.vaadin.flow.shared.Registration;
import dev.postern.app.AppSettings;
import dev.postern.app.account.SignUpView;
import dev.postern.app.base.CopyRow;
import dev.postern.app.base.EmptyState;
import dev.postern.app.base.Words;
import dev.postern.app.live.LiveEvents;
import dev.postern.check.Check;
import dev.postern.check.Finding;
import dev.postern.check.Verdict;
import dev.postern.db.probe.PublicCheck;
import dev.postern.name.DomainName;
import dev.postern.parse.Parsed;
import java.util.List;
import java.util.Optional;

/// The check of any domain, without sign-in, at an address that can be passed on.
@Route(value = "check/:domain?", autoLayout = false)
@AnonymousAllowed
public class PublicCheckView extends PublicPage implements BeforeEnterObserver, HasDynamicTitle {

    /// How often to look for a result whose news did not come.
    private static final int POLL_MILLISECONDS = 5_000;

    private final PublicChecks checks;
    private final LiveEvents events;
    private final AppSettings settings;
    private final TextField input = new TextField("Mail domain");
    private final Paragraph notice = new Paragraph();
    private final Div progress = new Div();
    private final Div result = new Div();
    private Optional<DomainName> domain = Optional.empty();
    private CheckList list = new CheckList(_ -> "");
    private Optional<ProbeBar> bar = Optional.empty();
    private Optional<Registration> poll = Optional.empty();
    /// Whether the form asked for the domain that is opened next: who asks wants a new look, who follows a link does not.
    private boolean asked;

    public PublicCheckView(PublicChecks checks, LiveEvents events, AppSettings settings) {
        this.checks = checks;
        this.events = events;
        this.settings = settings;
        input.setPlaceholder("example.com");
        input.setWidthFull();
        input.setAutofocus(true);
        var go = new Button("Check", VaadinIcon.SEARCH.create(), _ -> go());
        go.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        go.addClickShortcut(Key.ENTER);
        var form = new Div(input, go);
        form.addClassName("check-form");
        notice.getElement().setAttribute("role", "alert");
        notice.addClassName("refusal");
        result.addClassName("stack");
        show(new H1("Is mail to this domain safe on its way?"), new Paragraph("Asks every mail server as a sender would, "
                + "and reads MTA-STS, TLS-RPT, DANE, SPF, DKIM, DMARC and BIMI. No mail is sent."), form, notice, progress, result);
    }

    private void go() {
        switch (DomainName.parse(input.getValue())) {
            case Parsed.Invalid<DomainName> invalid -> {
                input.setErrorMessage(invalid.reason());
                input.setInvalid(true);
            }
            case Parsed.Valid<DomainName>(var name, var _) -> {
                input.setInvalid(false);
                if (domain.filter(name::equals).isPresent()) {
                    again();
                } else {
                    asked = true;
                    UI.getCurrent().navigate(PublicCheckView.class, new RouteParameters("domain", name.ascii()));
                }
            }
        }
    }

    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        Optional<String> text = event.getRouteParameters().get("domain");
        result.removeAll();
        progress.removeAll();
        notice.setText("");
        input.setInvalid(false);
        domain = Optional.empty();
        text.ifPresent(typed -> {
            input.setValue(typed);
            switch (DomainName.parse(typed)) {
                case Parsed.Invalid<DomainName> invalid -> {
                    input.setErrorMessage(invalid.reason());
                    input.setInvalid(true);
                }
                case Parsed.Valid<DomainName>(var name, var _) -> open(name, event.getLocation().getQueryParameters()
                        .getSingleParameter("check").flatMap(Check::byId));
            }
        });
    }

    private void open(DomainName name, Optional<Check> opened) {
        domain = Optional.of(name);
        input.setValue(name.unicode());
        list = new CheckList(check -> "check/" + name.ascii() + "?check=" + check.id());
        opened.ifPresent(list::open);
        bar = Optional.of(new ProbeBar(listener -> events.subscribePublic(name.ascii(), listener), name.ascii(),
                this::refresh));
        bar.ifPresent(progress::add);
        boolean there = checks.find(name)
                .filter(check -> check.checkedAt().isPresent() || checks.underWay(check)).isPresent();
        if (asked || !there) {
            again();
        } else {
            refresh();
        }
        asked = false;
    }

    private void again() {
        domain.ifPresent(name -> {
            notice.setText(words(checks.look(name, VaadinRequest.getCurrent().getRemoteAddr())));
            refresh();
        });
    }

    private static String words(PublicChecks.Look look) {
        return switch (look) {
            case PublicChecks.Look.Asked _ -> "";
            case PublicChecks.Look.Recent(var again) -> "Somebody asked a moment ago, and that look is shown. Another one "
                    + "can start at " + Words.time(again) + ".";
            case PublicChecks.Look.Limited(var until) -> "Too many checks were started in the last hour. Come back at "
                    + Words.time(until) + ". Results that are there already can be read at any time, and an organisation "
                    + "of your own has no such limit for its domains.";
        };
    }

    private void refresh() {
        result.removeAll();
        domain.ifPresent(name -> {
            Optional<PublicCheck> known = checks.find(name);
            boolean underWay = known.filter(checks::underWay).isPresent();
            bar.ifPresent(underWay ? ProbeBar::expect : ProbeBar::end);
            poll(underWay);
            known.filter(check -> check.checkedAt().isPresent()).ifPresentOrElse(check -> show(name, check),
                    () -> result.add(underWay
                            ? new EmptyState(VaadinIcon.HOURGLASS, "Asking the servers of " + name.unicode(),
                            "This takes a few seconds, and up to a minute when one of them does not answer.")
                            : new EmptyState(VaadinIcon.QUESTION_CIRCLE_O, "Not checked yet", "Nobody has asked about "
                            + name.unicode() + " lately.")));
        });
    }

    /// News come by Kafka; should it be away, the result is found all the same.
    private void poll(boolean underWay) {
        getUI().or(() -> Optional.ofNullable(UI.getCurrent())).ifPresent(ui -> {
            poll.ifPresent(Registration::remove);
            poll = Optional.empty();
            ui.setPollInterval(underWay ? POLL_MILLISECONDS : -1);
            if (underWay) {
                poll = Optional.of(ui.addPollListener(_ -> {
                    if (domain.flatMap(checks::find).filter(checks::underWay).isEmpty()) {
                        refresh();
                    }
                }));
            }
        });
    }

    /// The UI outlives the page.
    @Override
    protected void onDetach(DetachEvent detached) {
        poll.ifPresent(Registration::remove);
        poll = Optional.empty();
        detached.getUI().setPollInterval(-1);
        super.onDetach(detached);
    }

    private void show(DomainName name, PublicCheck check) {
        var when = new Span("Checked " + Words.time(check.checkedAt().orElseThrow()) + " from " + check.vantage() + ".");
        when.addClassName("secondary");
        var again = new Button("Check again", VaadinIcon.REFRESH.create(), _ -> again());
        var head = new Div(new Div(new H1(name.unicode()), new Paragraph(summary(check.findings())), when), again);
        head.addClassName("page-header");
        list.show(check.findings().stream().map(finding -> new CheckList.Row(finding, Optional.empty())).toList());
        var keep = new Div(new Paragraph("Postern takes a domain from here to an enforced policy without a bounced mail, "
                + "and watches it."), new RouterLink("Create an organisation", SignUpView.class));
        keep.addClassNames("card", "next");
        result.add(head, link(name), list, keep);
    }

    /// Where this page is for others: where the operator says, else where this browser found it.
    private Component link(DomainName name) {
        var place = new Div();
        String path = "/check/" + name.ascii();
        settings.publicUrl().ifPresentOrElse(
                url -> place.add(CopyRow.line("Link", url.toString().replaceAll("/$", "") + path)),
                () -> UI.getCurrent().getPage().fetchCurrentURL(url -> place.add(CopyRow.line("Link",
                        url.getProtocol() + "://" + url.getAuthority() + path))));
        return place;
    }

    /// The state in a sentence, of what MTA-STS needs.
    private static String summary(List<Finding> findings) {
        long failing = findings.stream().filter(finding -> finding.verdict() == Verdict.FAIL).count();
        boolean safe = findings.stream().anyMatch(finding -> finding.check() == Check.DOWNGRADE_PROTECTION
                && finding.verdict() == Verdict.PASS);
        String what = failing == 0 ? "Nothing fails. " : Words.count(failing, "check fails. ", "checks fail. ");
        return what + (safe ? "Senders insist on TLS." : "Nothing makes senders insist on TLS: whoever is on the path can "
                + "read mail to it.");
    }

    @Override
    public String getPageTitle() {
        return domain.map(name -> "Check of " + name.unicode()).orElse("Check a mail domain") + " · Postern";
    }
}

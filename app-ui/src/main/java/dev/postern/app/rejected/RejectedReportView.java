package dev.postern.app.rejected;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.DescriptionList;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Pre;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.component.notification.Notification;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.EmptyState;
import dev.postern.app.base.EverySecond;
import dev.postern.app.base.MainLayout;
import dev.postern.app.base.Sizes;
import dev.postern.app.base.Words;
import dev.postern.app.domain.Domains;
import dev.postern.app.report.ReportsView;
import dev.postern.app.security.CurrentUser;
import dev.postern.app.security.Permitted;
import dev.postern.db.account.Permission;
import dev.postern.db.report.StoredRejection;
import dev.postern.db.tenancy.Database;
import jakarta.annotation.security.PermitAll;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/// One thing that could not be counted: why, what to do, and what it is.
@Route(value = "rejected/:receipt", layout = MainLayout.class)
@PageTitle("Rejected report · Postern")
@PermitAll
public class RejectedReportView extends Main implements BeforeEnterObserver {

    private final transient Database database;
    private final transient Replays replays;
    private final transient Domains.Actor actor;
    private transient Optional<Found> shown = Optional.empty();
    private transient Optional<UUID> receipt = Optional.empty();

    private record Found(StoredRejection rejection, ReadableContent content) {
    }

    public RejectedReportView(Database database, Replays replays, CurrentUser currentUser) {
        this.database = database;
        this.replays = replays;
        this.actor = currentUser.actor();
        addClassName("page");
        EverySecond.whileAttached(this, () -> {
            if (shown.flatMap(found -> found.rejection().replayedAt()).isPresent()) {
                refresh();
            }
        });
    }

    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        receipt = event.getRouteParameters().get("receipt").flatMap(RejectedReportView::id);
        shown = Optional.empty();
        Optional<Found> found = find();
        if (found.isPresent()) {
            show(found.get());
        } else {
            removeAll();
            add(new EmptyState(VaadinIcon.QUESTION_CIRCLE_O, "This is not here",
                    "It is counted by now, was removed, or belongs to another organisation.",
                    new RouterLink("All rejected reports", RejectedView.class)));
        }
    }

    private static Optional<UUID> id(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException notAnId) {
            return Optional.empty();
        }
    }

    private Optional<Found> find() {
        return receipt.flatMap(id -> database.inTenant(actor.tenant(), session -> session.rejectedReports().byReceipt(id)
                .flatMap(one -> session.rejectedReports().beginning(id, ReadableContent.MOST)
                        .map(bytes -> new Found(one, ReadableContent.of(bytes, one.size()))))));
    }

    private void refresh() {
        Optional<Found> found = find();
        if (found.isEmpty()) {
            shown = Optional.empty();
            removeAll();
            add(new EmptyState(VaadinIcon.CHECK_CIRCLE_O, "It is counted now",
                    "Tried again, the report could be read and belongs to one of your domains.",
                    new RouterLink("See the reports", ReportsView.class),
                    new RouterLink("All rejected reports", RejectedView.class)));
        } else if (!found.equals(shown)) {
            show(found.get());
        }
    }

    private void show(Found found) {
        shown = Optional.of(found);
        removeAll();
        StoredRejection one = found.rejection();
        var reason = new Reason(one.rejected().code());
        add(header(one, reason));
        var why = new Section(new H2("Why"), new Paragraph(one.rejected().reason()));
        why.addClassName("card");
        var advice = new Paragraph(reason.advice(one.domain().isPresent()));
        advice.addClassName("fix");
        why.add(advice);
        RejectedView.badge(one).ifPresent(why::addComponentAsFirst);
        add(why, facts(one), content(found.content()));
    }

    private Component header(StoredRejection one, Reason reason) {
        var back = new RouterLink("Rejected reports", RejectedView.class);
        back.addClassName("crumb");
        var sub = new Span(one.domain().map(name -> "came to the address of " + name).orElse("came to the organisation")
                + ", " + Words.time(one.rejected().receipt().receivedAt()));
        sub.addClassName("secondary");
        var download = new Anchor("download/rejected/" + one.rejected().receipt().id(), "Download");
        download.setRouterIgnore(true);
        download.getElement().setAttribute("download", true);
        download.addClassName("button-link");
        var again = new Button("Try again", VaadinIcon.REFRESH.create(), _ -> tryAgain(one));
        again.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        again.setDisableOnClick(true);
        again.setEnabled(one.replayedAt().isEmpty());
        Permitted.only(again, actor, Permission.BRING_REPORTS);
        var actions = new Div(download, again);
        actions.addClassName("actions");
        var header = new Div(new Div(back, new H1(reason.title()), sub), actions);
        header.addClassName("page-header");
        return header;
    }

    private void tryAgain(StoredRejection one) {
        try {
            replays.again(actor, one.rejected().receipt().id());
        } catch (Replays.Unavailable away) {
            Notification.show(away.getMessage());
        }
        shown = Optional.empty();
        refresh();
    }

    private static Component facts(StoredRejection one) {
        var facts = new DescriptionList();
        facts.addClassName("facts");
        fact(facts, "Received", Words.time(one.rejected().receipt().receivedAt()) + " by "
                + one.rejected().receipt().transport().toUpperCase(Locale.ROOT));
        fact(facts, "From", one.rejected().receipt().peer());
        fact(facts, "Declared as", one.rejected().receipt().contentType().isEmpty() ? "nothing"
                : one.rejected().receipt().contentType());
        fact(facts, "Size", Sizes.of(one.size()));
        fact(facts, "Tried", Words.count(one.attempts(), "time", "times") + one.triedAt()
                .map(at -> ", last on " + Words.time(at)).orElse(""));
        fact(facts, "Receipt", one.rejected().receipt().id().toString());
        var card = new Section(new H2("Receipt"), facts);
        card.addClassName("card");
        return card;
    }

    private static void fact(DescriptionList facts, String name, String value) {
        facts.add(new DescriptionList.Term(name), new DescriptionList.Description(value));
    }

    private static Component content(ReadableContent content) {
        var card = new Section(new H2("Content"));
        card.addClassName("card");
        if (content.text().isEmpty()) {
            card.add(new Paragraph(content.note()));
            return card;
        }
        var text = new Pre(content.text());
        text.addClassName("raw-content");
        text.getElement().setAttribute("tabindex", "0").setAttribute("aria-label", "Content as received");
        if (!content.note().isEmpty()) {
            var note = new Paragraph(content.note());
            note.addClassName("secondary");
            card.add(note);
        }
        card.add(text);
        return card;
    }
}

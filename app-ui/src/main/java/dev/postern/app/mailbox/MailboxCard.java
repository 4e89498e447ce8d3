package dev.postern.app.mailbox;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.icon.VaadinIcon;
import dev.postern.app.base.Badge;
import dev.postern.app.base.Stat;
import dev.postern.app.base.Words;
import dev.postern.app.domain.Domains.Actor;
import dev.postern.app.security.Permitted;
import dev.postern.db.account.Permission;
import dev.postern.db.mailbox.StoredMailbox;
import dev.postern.mailbox.AfterReading;
import dev.postern.mailbox.Mailbox;

/// One mailbox, how reading it goes, and what can be done with it.
final class MailboxCard extends Section {

    /// What a person asks for.
    interface Actions {
        void readNow(StoredMailbox mailbox);

        void change(StoredMailbox mailbox);

        void pause(StoredMailbox mailbox, boolean paused);

        void remove(StoredMailbox mailbox);
    }

    MailboxCard(StoredMailbox stored, Actor actor, Actions actions) {
        addClassName("card");
        addClassName("mailbox");
        Mailbox mailbox = stored.mailbox();
        var title = new Div(new H2(mailbox.name()), badge(stored));
        title.addClassName("title-line");
        var where = new Paragraph(mailbox.user() + " at " + mailbox.host() + ", folder " + mailbox.folder() + ". "
                + then(mailbox.afterReading()));
        where.addClassName("secondary");
        add(new Div(title, where));
        stored.lastError().ifPresent(error -> {
            var words = new Paragraph(error);
            words.addClassName("mailbox-error");
            add(words);
        });
        var stats = new Div(
                new Stat("Reports taken", Words.count(stored.taken()), stored.tooLarge() == 0 ? ""
                        : Words.count(stored.tooLarge(), "report", "reports") + " too large, left in the mailbox"),
                new Stat("Mails looked at", Words.count(stored.seen()), ""),
                new Stat("Last look", stored.lastPollAt().map(Words::time).orElse("Not yet"), next(stored)));
        stats.addClassName("stats");
        Div buttons = buttons(stored, actions);
        buttons.getChildren().map(Button.class::cast)
                .forEach(button -> Permitted.only(button, actor, Permission.CHANGE_CONNECTIONS));
        add(stats, buttons);
    }

    private static Badge badge(StoredMailbox stored) {
        if (stored.paused()) {
            return Badge.neutral(VaadinIcon.PAUSE, "Paused");
        }
        if (stored.lastError().isPresent()) {
            return Badge.problem(stored.failures() == 1 ? "Could not be read"
                    : "Could not be read " + Words.count(stored.failures()) + " times");
        }
        return stored.lastSuccessAt().isPresent() ? Badge.good("Reading") : Badge.neutral(VaadinIcon.HOURGLASS,
                "Waiting for the first look");
    }

    private static String then(AfterReading afterReading) {
        return switch (afterReading) {
            case AfterReading.Leave _ -> "Mails stay as they are.";
            case AfterReading.MarkSeen _ -> "Reports are marked as read.";
            case AfterReading.MoveTo(var folder) -> "Reports are moved to " + folder + ".";
        };
    }

    private static String next(StoredMailbox stored) {
        return stored.paused() ? "" : stored.lastPollAt().filter(last -> stored.nextPollAt().isAfter(last))
                .map(_ -> "next at " + Words.time(stored.nextPollAt())).orElse("next in a moment");
    }

    private static Div buttons(StoredMailbox stored, Actions actions) {
        var buttons = new Div();
        buttons.addClassName("actions");
        if (!stored.paused()) {
            buttons.add(new Button("Read now", VaadinIcon.REFRESH.create(), _ -> actions.readNow(stored)));
        }
        var remove = new Button("Remove", VaadinIcon.TRASH.create(), _ -> actions.remove(stored));
        remove.addThemeVariants(ButtonVariant.LUMO_ERROR);
        buttons.add(new Button("Change", VaadinIcon.EDIT.create(), _ -> actions.change(stored)),
                stored.paused()
                        ? new Button("Go on", VaadinIcon.PLAY.create(), _ -> actions.pause(stored, false))
                        : new Button("Pause", VaadinIcon.PAUSE.create(), _ -> actions.pause(stored, true)),
                remove);
        return buttons;
    }
}

package dev.postern.app.mailbox;

import com.vaadin.flow.component.AbstractField;
import com.vaadin.flow.component.HasValidation;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.component.progressbar.ProgressBar;
import com.vaadin.flow.component.radiobutton.RadioButtonGroup;
import com.vaadin.flow.component.radiobutton.RadioGroupVariant;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.component.textfield.Autocomplete;
import com.vaadin.flow.component.textfield.IntegerField;
import com.vaadin.flow.component.textfield.PasswordField;
import com.vaadin.flow.component.textfield.TextField;
import dev.postern.app.base.Words;
import dev.postern.app.domain.Domains;
import dev.postern.db.mailbox.StoredMailbox;
import dev.postern.mailbox.AfterReading;
import dev.postern.mailbox.ConnectionSecurity;
import dev.postern.mailbox.Mailbox;
import dev.postern.outbound.imap.MailboxLook;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Asks for a mailbox, tests it on demand, and saves it.
final class MailboxDialog extends Dialog {

    /// What becomes of reports, as it is chosen.
    private enum Then {
        LEAVE("Leave them as they are"), MARK_SEEN("Mark them as read"), MOVE("Move them to another folder");

        private final String title;

        Then(String title) {
            this.title = title;
        }
    }

    private final Mailboxes mailboxes;
    private final Domains.Actor actor;
    private final Optional<UUID> existing;
    private final Runnable saved;

    private final Select<Provider> provider = new Select<>();
    private final Paragraph help = new Paragraph();
    private final TextField name = new TextField("Name");
    private final TextField host = new TextField("IMAP server");
    private final Select<ConnectionSecurity> security = new Select<>();
    private final IntegerField port = new IntegerField("Port");
    private final TextField user = new TextField("User name");
    private final PasswordField password = new PasswordField("Password");
    private final TextField folder = new TextField("Folder");
    private final RadioButtonGroup<Then> then = new RadioButtonGroup<>("Once Postern has the reports");
    private final TextField moveTo = new TextField("Move to folder");
    private final Div result = new Div();
    private final Button test = new Button("Test", VaadinIcon.PLUG.create(), _ -> test());
    private final Button save = new Button("Save", _ -> save());

    /// @param stored what is changed; empty for a new one
    /// @param saved  runs once it is saved
    MailboxDialog(Mailboxes mailboxes, Domains.Actor actor, Optional<StoredMailbox> stored, Runnable saved) {
        this.mailboxes = mailboxes;
        this.actor = actor;
        this.existing = stored.map(StoredMailbox::id);
        this.saved = saved;
        setHeaderTitle(stored.isPresent() ? "Change the mailbox" : "Connect a mailbox");
        setWidth("min(40rem, 94vw)");
        setCloseOnOutsideClick(false);
        build();
        stored.map(StoredMailbox::mailbox).ifPresentOrElse(this::fill, () -> {
            provider.setValue(Provider.OTHER);
            folder.setValue("INBOX");
        });
        save.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        getFooter().add(new Button("Cancel", _ -> close()), test, save);
    }

    private void build() {
        provider.setLabel("Provider");
        provider.setItems(Provider.values());
        provider.setItemLabelGenerator(Provider::title);
        provider.setWidthFull();
        provider.addValueChangeListener(change -> choose(change.getValue(), change.isFromClient()));
        help.addClassName("mailbox-help");

        name.setHelperText("What you call it, like Reports of the mail team.");
        name.setMaxLength(Mailbox.MAX_NAME);
        host.setPlaceholder("imap.example.com");
        host.setMaxLength(253);
        security.setLabel("Protection");
        security.setItems(ConnectionSecurity.values());
        security.setItemLabelGenerator(each -> each == ConnectionSecurity.IMPLICIT_TLS ? "TLS from the start" : "STARTTLS");
        security.setValue(ConnectionSecurity.IMPLICIT_TLS);
        security.addValueChangeListener(change -> {
            // A port that somebody chose stays.
            if (port.isEmpty() || port.getValue() == change.getOldValue().usualPort()) {
                port.setValue(change.getValue().usualPort());
            }
        });
        port.setValue(ConnectionSecurity.IMPLICIT_TLS.usualPort());
        user.setPlaceholder("reports@example.com");
        user.setAutocomplete(Autocomplete.OFF);
        user.setMaxLength(Mailbox.MAX_USER);
        // Browsers fill in the password of this site otherwise.
        password.setAutocomplete(Autocomplete.NEW_PASSWORD);
        password.setHelperText(existing.isPresent() ? "Kept encrypted. Leave it empty to keep the one that is stored."
                : "Kept encrypted and never shown again.");
        folder.setMaxLength(Mailbox.MAX_FOLDER);
        folder.setHelperText("Other mail in it is not fetched and stays as it is.");
        then.addThemeVariants(RadioGroupVariant.LUMO_VERTICAL);
        then.setItems(Then.values());
        then.setItemLabelGenerator(each -> each.title);
        then.setValue(Then.LEAVE);
        then.addValueChangeListener(change -> moveTo.setVisible(change.getValue() == Then.MOVE));
        moveTo.setVisible(false);
        moveTo.setHelperText("It must exist.");
        moveTo.setMaxLength(Mailbox.MAX_FOLDER);
        result.addClassName("test-result");
        result.getElement().setAttribute("role", "status");
        for (var field : List.of(name, host, user, folder, moveTo)) {
            field.setWidthFull();
            field.addValueChangeListener(_ -> field.setInvalid(false));
        }
        password.setWidthFull();
        password.addValueChangeListener(_ -> password.setInvalid(false));
        port.addValueChangeListener(_ -> port.setInvalid(false));
        port.setWidthFull();
        security.setWidthFull();
        var server = new Div(host, security, port);
        server.addClassName("mailbox-server");
        var account = new Div(user, password);
        account.addClassName("mailbox-account");
        var fields = new Div(provider, help, name, server, account, folder, then, moveTo, result);
        fields.addClassName("stack");
        fields.addClassName("mailbox-form");
        add(fields);
    }

    private void choose(Provider chosen, boolean byPerson) {
        help.setText(chosen.help());
        if (byPerson && chosen.host().isPresent()) {
            host.setValue(chosen.host().get());
            security.setValue(chosen.security());
            port.setValue(chosen.security().usualPort());
            if (name.isEmpty()) {
                name.setValue("Reports at " + chosen.title());
            }
        }
    }

    private void fill(Mailbox mailbox) {
        provider.setValue(Provider.of(mailbox.host()));
        name.setValue(mailbox.name());
        host.setValue(mailbox.host());
        security.setValue(mailbox.security());
        port.setValue(mailbox.port());
        user.setValue(mailbox.user());
        folder.setValue(mailbox.folder());
        switch (mailbox.afterReading()) {
            case AfterReading.Leave _ -> then.setValue(Then.LEAVE);
            case AfterReading.MarkSeen _ -> then.setValue(Then.MARK_SEEN);
            case AfterReading.MoveTo(var target) -> {
                then.setValue(Then.MOVE);
                moveTo.setValue(target);
            }
        }
    }

    private Optional<Mailbox> entered() {
        AfterReading afterReading = switch (then.getValue()) {
            case LEAVE -> new AfterReading.Leave();
            case MARK_SEEN -> new AfterReading.MarkSeen();
            case MOVE -> new AfterReading.MoveTo(moveTo.getValue());
        };
        return switch (Mailbox.parse(name.getValue(), host.getValue(), port.isEmpty() ? 0 : port.getValue(),
                security.getValue(), user.getValue(), folder.getValue(), afterReading)) {
            case Parsed.Valid<Mailbox>(var mailbox, var _) -> Optional.of(mailbox);
            case Parsed.Invalid<Mailbox>(var problems) -> {
                mark(problems);
                yield Optional.empty();
            }
        };
    }

    private void test() {
        entered().ifPresent(mailbox -> {
            UI ui = UI.getCurrent();
            String secret = password.getValue();
            busy(true);
            var bar = new ProgressBar();
            bar.setIndeterminate(true);
            tell("neutral", "Connecting to " + mailbox.host() + " …", bar);
            Thread.ofVirtual().name("mailbox-test").start(() -> {
                TestOutcome outcome = mailboxes.test(actor, existing, mailbox, secret);
                if (ui.isAttached()) {
                    ui.access(() -> {
                        busy(false);
                        show(outcome, mailbox);
                    });
                }
            });
        });
    }

    private void busy(boolean busy) {
        test.setEnabled(!busy);
        save.setEnabled(!busy);
    }

    private void show(TestOutcome outcome, Mailbox mailbox) {
        switch (outcome) {
            case TestOutcome.Fine(var look) -> tell("good", words(look, mailbox));
            case TestOutcome.Failed(var _, var reason) -> tell("problem", reason);
            case TestOutcome.NotTried(var reason) -> tell("problem", reason);
        }
    }

    /// "1,204 mails in INBOX; of the newest 200, 3 look like TLS reports."
    static String words(MailboxLook look, Mailbox mailbox) {
        if (look.mails() == 0) {
            return "It works. " + mailbox.folder() + " is empty at the moment.";
        }
        String which = look.looked() < look.mails() ? "; of the newest " + Words.count(look.looked()) + ", " : ", ";
        return "It works. " + Words.count(look.mails(), "mail", "mails") + " in " + mailbox.folder() + which
                + (look.reports() == 0 ? "none looks like a TLS report."
                : Words.count(look.reports()) + (look.reports() == 1 ? " looks like a TLS report." : " look like TLS reports."));
    }

    private void tell(String kind, String words, com.vaadin.flow.component.Component... more) {
        result.removeAll();
        result.setClassName("test-result");
        result.addClassName(kind);
        if (more.length == 0) {
            var sign = (kind.equals("good") ? VaadinIcon.CHECK_CIRCLE_O : VaadinIcon.EXCLAMATION_CIRCLE_O).create();
            sign.getElement().setAttribute("aria-hidden", "true");
            result.add(sign);
        }
        result.add(new Span(words));
        result.add(more);
        result.scrollIntoView();
    }

    private void save() {
        entered().ifPresent(mailbox -> {
            Parsed<UUID> outcome = existing.map(id -> mailboxes.change(actor, id, mailbox, password.getValue()))
                    .orElseGet(() -> mailboxes.add(actor, mailbox, password.getValue()));
            switch (outcome) {
                case Parsed.Valid<UUID> _ -> {
                    close();
                    saved.run();
                }
                case Parsed.Invalid<UUID>(var problems) -> mark(problems);
            }
        });
    }

    /// At the fields they are about; the others below.
    private void mark(List<Problem> problems) {
        Map<String, AbstractField<?, ?>> fields = Map.of("name", name, "host", host, "port", port, "user", user,
                "password", password, "folder", folder, "move-to", moveTo);
        for (Problem problem : problems) {
            if (fields.get(problem.code()) instanceof HasValidation field) {
                field.setErrorMessage(problem.message());
                field.setInvalid(true);
            } else {
                tell("problem", problem.message());
            }
        }
        problems.stream().map(problem -> fields.get(problem.code())).filter(field -> field != null).findFirst()
                .ifPresent(field -> ((com.vaadin.flow.component.Focusable<?>) field).focus());
    }
}

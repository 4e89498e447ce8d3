package dev.postern.app.mailbox;

import com.vaadin.flow.component.AttachEvent;
import com.vaadin.flow.component.DetachEvent;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.UIDetachedException;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.confirmdialog.ConfirmDialog;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.account.SettingsView;
import dev.postern.app.base.EmptyState;
import dev.postern.app.base.MainLayout;
import dev.postern.app.security.CurrentUser;
import dev.postern.app.security.Permitted;
import dev.postern.db.account.Permission;
import dev.postern.db.mailbox.StoredMailbox;
import jakarta.annotation.security.PermitAll;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The mailboxes that reports are read from.
@Route(value = "settings/mailboxes", layout = MainLayout.class)
@PageTitle("Report mailboxes · Postern")
@PermitAll
public class MailboxesView extends Main implements MailboxCard.Actions {

    private static final Logger LOG = LoggerFactory.getLogger(MailboxesView.class);
    /// Workers write what they read into the database; the page looks there while it is open.
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final Mailboxes mailboxes;
    private final CurrentUser currentUser;
    private final Div list = new Div();
    private final Button connect = new Button("Connect a mailbox", VaadinIcon.PLUS.create(), _ -> dialog(Optional.empty()));
    private List<StoredMailbox> shown = List.of();
    private Thread looking = Thread.ofVirtual().unstarted(() -> { });

    public MailboxesView(Mailboxes mailboxes, CurrentUser currentUser) {
        this.mailboxes = mailboxes;
        this.currentUser = currentUser;
        addClassName("page");
        list.addClassName("stack");
        var crumb = new RouterLink("Settings", SettingsView.class);
        crumb.addClassName("crumb");
        connect.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        var header = new Div(new Div(crumb, new H1("Report mailboxes")), connect);
        header.addClassName("page-header");
        var purpose = new Paragraph("Where reports already go to a mailbox of yours, Postern reads them there every few "
                + "minutes. It takes what looks like a TLS report, also from the past, and leaves all other mail alone.");
        purpose.addClassName("secondary");
        add(header, purpose, list);
        show();
    }

    @Override
    protected void onAttach(AttachEvent attached) {
        UI ui = attached.getUI();
        UUID tenant = currentUser.actor().tenant();
        looking = Thread.ofVirtual().name("mailboxes-page").start(() -> look(ui, tenant));
    }

    @Override
    protected void onDetach(DetachEvent detached) {
        looking.interrupt();
    }

    /// By push and not by the browser's asking, which would keep a session alive that nobody uses.
    private void look(UI ui, UUID tenant) {
        while (ui.isAttached()) {
            try {
                Thread.sleep(LOOK);
                List<StoredMailbox> now = mailboxes.list(tenant);
                ui.access(() -> {
                    if (isAttached() && !shown.equals(now)) {
                        show();
                    }
                });
            } catch (InterruptedException | UIDetachedException left) {
                return;
            } catch (DataAccessException away) {
                LOG.debug("The database does not answer; looking again", away);
            }
        }
    }

    private void show() {
        shown = mailboxes.list(currentUser.actor().tenant());
        list.removeAll();
        connect.setVisible(!shown.isEmpty());
        Permitted.only(connect, currentUser.actor(), Permission.CHANGE_CONNECTIONS);
        if (shown.isEmpty()) {
            var first = new Button("Connect a mailbox", VaadinIcon.PLUS.create(), _ -> dialog(Optional.empty()));
            first.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
            Permitted.only(first, currentUser.actor(), Permission.CHANGE_CONNECTIONS);
            list.add(new EmptyState(VaadinIcon.MAILBOX, "No mailbox yet", "Only needed where reports go to an address of "
                    + "your own: those to your domain's report address come here anyway.", first));
        }
        shown.forEach(stored -> list.add(new MailboxCard(stored, currentUser.actor(), this)));
    }

    private void dialog(Optional<StoredMailbox> stored) {
        new MailboxDialog(mailboxes, currentUser.actor(), stored, this::show).open();
    }

    @Override
    public void readNow(StoredMailbox mailbox) {
        mailboxes.readNow(currentUser.actor(), mailbox.id());
        show();
    }

    @Override
    public void change(StoredMailbox mailbox) {
        dialog(Optional.of(mailbox));
    }

    @Override
    public void pause(StoredMailbox mailbox, boolean paused) {
        mailboxes.pause(currentUser.actor(), mailbox.id(), paused);
        show();
    }

    @Override
    public void remove(StoredMailbox mailbox) {
        var sure = new ConfirmDialog("Remove " + mailbox.mailbox().name() + "?", "Postern forgets the password and reads the "
                + "mailbox no longer. Reports that it has taken stay, and the mailbox itself is not changed.", "Remove", _ -> {
            mailboxes.remove(currentUser.actor(), mailbox.id());
            show();
        });
        sure.setConfirmButtonTheme("error primary");
        sure.setCancelable(true);
        sure.open();
    }
}

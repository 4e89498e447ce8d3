package dev.postern.app.dns;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.confirmdialog.ConfirmDialog;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.component.radiobutton.RadioButtonGroup;
import com.vaadin.flow.component.radiobutton.RadioGroupVariant;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.Badge;
import dev.postern.app.base.CopyRow;
import dev.postern.app.base.Words;
import dev.postern.app.domain.Domains;
import dev.postern.app.domain.Outcome;
import dev.postern.db.dns.StoredConnection;
import dev.postern.db.dns.StoredWriting;
import dev.postern.db.dns.WritingTarget;
import dev.postern.setup.MailDomain;
import dev.postern.setup.PolicyHosting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Who writes the DNS records of a domain, and how that goes.
public final class WriterCard extends Div {

    private final DnsConnections connections;
    private final Domains.Actor actor;
    private final Runnable changed;
    private final RadioButtonGroup<Writer> choice = new RadioButtonGroup<>("Who writes the DNS records?");
    private final Div state = new Div();
    private final Paragraph further = new Paragraph();
    private final Span refusal = new Span();
    private List<StoredConnection> fitting = List.of();
    private Optional<MailDomain> domain = Optional.empty();

    /// @param changed runs once somebody chose otherwise
    public WriterCard(DnsConnections connections, Domains.Actor actor, Runnable changed) {
        this.connections = connections;
        this.actor = actor;
        this.changed = changed;
        addClassName("dns-writer");
        state.addClassName("dns-state");
        refusal.addClassName("refusal");
        refusal.getElement().setAttribute("role", "alert");
        further.addClassName("secondary");
        choice.addThemeVariants(RadioGroupVariant.LUMO_VERTICAL);
        choice.setItemLabelGenerator(this::label);
        choice.addValueChangeListener(change -> {
            if (change.isFromClient()) {
                confirm(change.getOldValue(), change.getValue());
            }
        });
        add(choice, further, refusal, state);
    }

    public void show(MailDomain shown) {
        domain = Optional.of(shown);
        fitting = connections.list(actor.tenant()).stream().filter(each -> each.connection().serves(shown.name())).toList();
        Optional<StoredWriting> writing = connections.writing(actor.tenant(), shown.id());
        var offered = new ArrayList<Writer>();
        offered.add(new Writer.ByHand());
        Writer current = writing.map(StoredWriting::writer).<Writer>map(target -> switch (target) {
            case WritingTarget.Connection(var id) -> new Writer.Connection(id);
            case WritingTarget.Delegation _ -> new Writer.Delegated();
        }).orElseGet(Writer.ByHand::new);
        if (connections.ownZone().isPresent() || current instanceof Writer.Delegated) {
            offered.add(new Writer.Delegated());
        }
        fitting.forEach(connection -> offered.add(new Writer.Connection(connection.id())));
        choice.setItems(offered);
        choice.setValue(current);
        further.removeAll();
        if (fitting.isEmpty()) {
            further.add(new Span("Postern can also write them into your zone, at your own name server, Cloudflare or Amazon "
                    + "Route 53: "), new RouterLink("connect a DNS zone", DnsConnectionsView.class), new Span("."));
        }
        further.setVisible(fitting.isEmpty());
        state.removeAll();
        writing.ifPresent(this::showState);
    }

    private String label(Writer writer) {
        return switch (writer) {
            case Writer.ByHand _ -> "We do, by hand";
            case Writer.Delegated _ -> "Postern, behind CNAMEs that you publish once";
            case Writer.Connection(var id) -> connection(id).map(known -> "Postern, through " + known.connection().name()
                    + " (" + known.connection().kind().title() + ", zone " + known.connection().zone() + ")")
                    .orElse("Postern, through a connection that is gone");
        };
    }

    private Optional<StoredConnection> connection(UUID id) {
        return fitting.stream().filter(known -> known.id().equals(id)).findFirst();
    }

    private void confirm(Writer from, Writer to) {
        String name = domain.map(shown -> shown.name().unicode()).orElse("this domain");
        String title = switch (to) {
            case Writer.ByHand _ -> "Write the records of " + name + " by hand?";
            case Writer.Delegated _ -> "Delegate the records of " + name + " to Postern?";
            case Writer.Connection _ -> "Let Postern write the records of " + name + "?";
        };
        String text = switch (to) {
            case Writer.ByHand _ -> "What stands in the DNS stays until you change it, and Postern writes nothing more."
                    + (from instanceof Writer.Delegated ? " Put the records that are then shown in the place of the CNAMEs, soon: "
                    + "what they lead to is not kept up any more." : "");
            case Writer.Delegated _ -> "You publish the CNAMEs that are then shown, once. Behind them Postern tells senders "
                    + "where to report, and announces each policy once it is seen served.";
            case Writer.Connection(var id) -> "Within seconds Postern writes " + written() + " into the zone "
                    + connection(id).map(known -> known.connection().zone()).orElse("") + ", and changes them when the policy "
                    + "changes. Records that it did not write are left as they are, and report addresses of yours are kept.";
        };
        var sure = new ConfirmDialog();
        sure.setHeader(title);
        sure.setText(text);
        sure.setConfirmText(switch (to) {
            case Writer.ByHand _ -> "By hand";
            case Writer.Delegated _ -> "Delegate";
            case Writer.Connection _ -> "Begin";
        });
        sure.setCancelable(true);
        sure.addConfirmListener(_ -> choose(to));
        sure.addCancelListener(_ -> choice.setValue(from));
        sure.open();
    }

    private String written() {
        boolean hosted = domain.filter(shown -> shown.hosting() == PolicyHosting.POSTERN).isPresent();
        boolean proven = domain.filter(MailDomain::verified).isPresent();
        return (proven ? "" : "_postern-challenge, ") + "_smtp._tls" + (hosted ? ", mta-sts" : "")
                + " and, once the policy is seen served, _mta-sts";
    }

    private void choose(Writer writer) {
        domain.ifPresent(shown -> say(connections.choose(actor, shown.id(), writer)));
    }

    private void say(Outcome outcome) {
        refusal.setText(outcome instanceof Outcome.Refused(var reason) ? reason : "");
        changed.run();
    }

    private void showState(StoredWriting writing) {
        var line = new Div(badge(writing), new Span(writing.lastRunAt().map(at -> "looked at " + Words.time(at))
                .orElse("Postern begins within seconds.")));
        line.addClassName("dns-state-line");
        if (writing.lastRunAt().isPresent()) {
            var now = new Button(writing.failures() == 0 ? "Look again" : "Try again", VaadinIcon.REFRESH.create(), _ -> {
                domain.ifPresent(shown -> connections.writeNow(actor, shown.id()));
                changed.run();
            });
            now.addThemeVariants(ButtonVariant.LUMO_SMALL);
            line.add(now);
        }
        state.add(line);
        writing.lastError().ifPresent(error -> {
            var words = new Paragraph(error);
            words.addClassName("mailbox-error");
            state.add(words);
        });
        writing.records().forEach(known -> known.conflict().filter(found -> !found.isEmpty())
                .ifPresent(found -> state.add(conflict(known, found))));
    }

    private static Badge badge(StoredWriting writing) {
        if (writing.lastError().isPresent()) {
            return Badge.problem(writing.failures() == 1 ? "Not everything could be written"
                    : "Failed " + Words.count(writing.failures()) + " times");
        }
        return writing.lastSuccessAt().isPresent() ? Badge.good("Written by Postern")
                : Badge.neutral(VaadinIcon.HOURGLASS, "About to begin");
    }

    private Component conflict(StoredWriting.Known known, String found) {
        var replace = new Button("Let Postern replace it", _ -> {
            var sure = new ConfirmDialog("Replace the record at " + known.name() + "?", "Postern removes \"" + found
                    + "\" and writes its own record there. Senders act on the new one within minutes.", "Replace", _ ->
                    domain.ifPresent(shown -> say(connections.replace(actor, shown.id(), known.name(), found))));
            sure.setConfirmButtonTheme("error primary");
            sure.setCancelable(true);
            sure.open();
        });
        replace.addThemeVariants(ButtonVariant.LUMO_ERROR);
        var box = new Div(CopyRow.line("Name", known.name()), CopyRow.line("Now there", found),
                known.allowed().isPresent() ? new Span("Postern replaces it within seconds.") : replace);
        box.addClassName("dns-conflict");
        return box;
    }
}

package dev.postern.app.mxhost;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.H3;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.router.RouteParameters;
import com.vaadin.flow.router.RouterLink;
import dev.postern.setup.MailDomain;
import java.util.List;
import java.util.UUID;

/// On a domain's page: what is reported of the MX hosts that its mail goes to. The figures stand beside the domain's own
/// and are never added to them: they count the same sessions, of every domain that a host serves.
public final class MxHostReports extends Section {

    private final MxHosts hosts;
    private final UUID tenant;
    private final Div content = new Div();

    public MxHostReports(MxHosts hosts, UUID tenant) {
        this.hosts = hosts;
        this.tenant = tenant;
        addClassName("card");
        content.addClassName("stack");
        add(new H2("Its MX hosts' reports"), content);
    }

    /// @param days how many days back the figures go
    public void show(MailDomain domain, int days) {
        content.removeAll();
        List<HostStatus> serving = hosts.serving(tenant, domain, days);
        if (serving.isEmpty()) {
            content.add(new Paragraph("With DANE, senders report about the MX host. None that this domain's mail goes to "
                    + "is registered."), new RouterLink("MX hosts", MxHostsView.class));
            return;
        }
        content.add(new Paragraph("With DANE, senders report about the MX host. These figures are of every domain that a "
                + "host serves, and count sessions that may also stand in this domain's own: they are never added up."));
        serving.forEach(host -> content.add(host(host)));
    }

    private static Div host(HostStatus status) {
        var name = new RouterLink(status.host().name().unicode(), MxHostView.class,
                new RouteParameters("host", status.host().name().ascii()));
        var box = new Div(new H3(name));
        box.addClassName("record");
        if (!status.host().verified()) {
            box.add(new Paragraph("Its reports are shown once ownership is proven."));
        } else if (status.figures().isEmpty()) {
            box.add(new Paragraph("No reports in this period."));
        } else {
            box.add(PolicyTypeCards.table(status.figures()));
        }
        return box;
    }
}

package dev.postern.app.domain;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import dev.postern.app.base.Words;
import dev.postern.rollout.Fetcher;
import dev.postern.rollout.PolicyTrail;
import dev.postern.rollout.PolicyVersion;
import dev.postern.setup.PolicyHosting;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Who fetched a domain's policy, as the policy host saw it.
final class FetchersCard extends Section {

    private static final int SHOWN = 50;

    private final Exposures exposures;
    private final UUID tenant;
    private final Div content = new Div();

    FetchersCard(Exposures exposures, UUID tenant) {
        this.exposures = exposures;
        this.tenant = tenant;
        addClassName("card");
        content.addClassName("stack");
        add(new H2("Who fetched the policy"), content);
    }

    void show(DomainStatus status) {
        content.removeAll();
        List<Fetcher> fetchers = exposures.fetchers(tenant, status.domain().id());
        boolean hosted = status.domain().hosting() == PolicyHosting.POSTERN;
        if (!hosted) {
            content.add(new Paragraph("Your own web server serves the policy, so Postern does not see who fetches it. "
                    + "Its access log tells, under /.well-known/mta-sts.txt."));
        }
        if (fetchers.isEmpty()) {
            if (hosted) {
                content.add(new Paragraph("No sender has fetched it from Postern's policy host, within the time that a "
                        + "copy of it lasts."));
            }
            return;
        }
        content.add(new Paragraph("Senders that fetched the policy from Postern's policy host. Postern keeps networks, "
                + "not addresses, and only for as long as a copy may last; its own probes are left out."));
        content.add(new FetcherTable(fetchers.stream().limit(SHOWN).map(each -> new FetcherTable.Row(each,
                holds(each, status.facts().trail(), status.facts().now()))).toList()));
        if (fetchers.size() > SHOWN) {
            content.add(new Paragraph("And " + Words.count(fetchers.size() - SHOWN) + " more; the REST API lists all, "
                    + "at /api/v1/domains/" + status.domain().name().ascii() + "/policy-fetches."));
        }
    }

    private static String holds(Fetcher fetcher, PolicyTrail trail, Instant now) {
        Optional<Instant> until = fetcher.version().flatMap(version -> trail.versions().stream()
                .map(PolicyVersion::published).filter(each -> each.version() == version).findFirst())
                .map(each -> fetcher.lastAt().plusSeconds(each.policy().maxAgeSeconds()));
        return until.map(at -> at.isAfter(now) ? Words.time(at) : "no longer").orElse("not known");
    }
}

package dev.postern.app.timeline;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.OrderedList;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.icon.VaadinIcon;
import com.vaadin.flow.router.RouteParameters;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.Words;
import dev.postern.app.domain.DomainView;
import dev.postern.app.report.ReportView;
import dev.postern.name.DomainName;
import dev.postern.timeline.TimelineEntry;
import dev.postern.timeline.TimelineEvent;
import dev.postern.tlsrpt.ResultType;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// Events by day.
public final class EventList extends Div {

    private final boolean withDomain;

    /// @param withDomain whether each event names its domain
    public EventList(boolean withDomain) {
        this.withDomain = withDomain;
        addClassName("events");
        getElement().setAttribute("role", "region");
        getElement().setAttribute("aria-label", "Timeline");
    }

    /// @param entries newest first
    public void show(List<TimelineEntry> entries) {
        removeAll();
        if (entries.isEmpty()) {
            add(new Paragraph("Nothing has happened yet."));
            return;
        }
        LocalDate day = null;
        var list = new OrderedList();
        for (TimelineEntry entry : entries) {
            LocalDate its = LocalDate.ofInstant(entry.at(), ZoneOffset.UTC);
            if (!its.equals(day)) {
                day = its;
                var heading = new Div(Words.day(day));
                heading.addClassName("event-day");
                list = new OrderedList();
                add(heading, list);
            }
            list.add(event(entry));
        }
    }

    private ListItem event(TimelineEntry entry) {
        TimelineEvent event = entry.event();
        var sign = icon(event).create();
        sign.getElement().setAttribute("aria-hidden", "true");
        var mark = new Span(sign);
        mark.addClassName("event-mark");
        var time = new Span(entry.at().atOffset(ZoneOffset.UTC).toLocalTime().withNano(0).toString().substring(0, 5)
                + " UTC");
        time.addClassName("event-time");
        var text = new Div(headline(event));
        text.addClassName("event-text");
        if (withDomain && !event.domain().isEmpty()) {
            text.add(domain(entry));
        }
        details(event).forEach(text::add);
        var item = new ListItem(mark, text, time);
        item.addClassName(event.severity().name().toLowerCase(Locale.ROOT));
        return item;
    }

    private static Component headline(TimelineEvent event) {
        Optional<UUID> report = switch (event) {
            case TimelineEvent.ReportReceived received -> Optional.of(received.report());
            case TimelineEvent.WatchReset reset -> Optional.ofNullable(reset.report());
            default -> Optional.empty();
        };
        if (report.isPresent()) {
            var link = new RouterLink(event.headline(), ReportView.class,
                    new RouteParameters("report", report.get().toString()));
            link.addClassName("event-headline");
            return link;
        }
        var headline = new Span(event.headline());
        headline.addClassName("event-headline");
        return headline;
    }

    private static Component domain(TimelineEntry entry) {
        String name = DomainName.parse(entry.event().domain()).asOptional().map(DomainName::unicode)
                .orElse(entry.event().domain());
        var link = new RouterLink(name, DomainView.class, new RouteParameters("domain", entry.event().domain()));
        link.addClassName("event-domain");
        return link;
    }

    private static List<Component> details(TimelineEvent event) {
        return switch (event) {
            case TimelineEvent.ReportReceived report when !report.failures().isEmpty() -> List.of(line(
                    report.failures().entrySet().stream()
                            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                            .map(failure -> Words.count(failure.getValue()) + " × " + failure.getKey())
                            .collect(Collectors.joining(", "))),
                    line(report.failures().entrySet().stream().max(Map.Entry.comparingByValue())
                            .map(worst -> ResultType.byWire(worst.getKey()).remedy()).orElse("")));
            case TimelineEvent.PolicyPublished policy -> List.of(line("id " + policy.policyId() + ", max_age "
                    + policy.maxAgeSeconds() + " s, mx " + (policy.mx().isEmpty() ? "none"
                    : String.join(", ", policy.mx()))));
            case TimelineEvent.PlanAlarm alarm -> alarm.remedies().stream().<Component>map(EventList::line).toList();
            default -> List.of();
        };
    }

    private static Span line(String text) {
        var line = new Span(text);
        line.addClassName("secondary");
        return line;
    }

    private static VaadinIcon icon(TimelineEvent event) {
        return switch (event) {
            case TimelineEvent.DomainAdded _, TimelineEvent.MxHostAdded _ -> VaadinIcon.PLUS;
            case TimelineEvent.DomainRemoved _, TimelineEvent.MxHostRemoved _ -> VaadinIcon.TRASH;
            case TimelineEvent.OwnershipProven _ -> VaadinIcon.KEY_O;
            case TimelineEvent.PolicyPublished _ -> VaadinIcon.FILE_TEXT_O;
            case TimelineEvent.HostingChanged _ -> VaadinIcon.SERVER;
            case TimelineEvent.PhaseChanged _ -> VaadinIcon.FLAG_O;
            case TimelineEvent.PolicySeenServed _, TimelineEvent.PolicyAnnounced _ -> VaadinIcon.EYE;
            case TimelineEvent.WatchReset _ -> VaadinIcon.ROTATE_LEFT;
            case TimelineEvent.FailuresSetAside _, TimelineEvent.SetAsideEnded _ -> VaadinIcon.FILTER;
            case TimelineEvent.WatchRulesChanged _ -> VaadinIcon.SLIDERS;
            case TimelineEvent.GateOpened _ -> VaadinIcon.UNLOCK;
            case TimelineEvent.IncidentBegan _ -> VaadinIcon.BELL;
            case TimelineEvent.IncidentEnded _ -> VaadinIcon.BELL_SLASH_O;
            case TimelineEvent.CheckChanged _ -> VaadinIcon.SEARCH;
            case TimelineEvent.MxChanged _ -> VaadinIcon.EXCHANGE;
            case TimelineEvent.CertificateReplaced _ -> VaadinIcon.DIPLOMA;
            case TimelineEvent.PlanStarted _, TimelineEvent.PlanStepDone _ -> VaadinIcon.TASKS;
            case TimelineEvent.PlanCompleted _ -> VaadinIcon.FLAG_CHECKERED;
            case TimelineEvent.PlanAbandoned _ -> VaadinIcon.BAN;
            case TimelineEvent.PlanAlarm _ -> VaadinIcon.BELL;
            case TimelineEvent.ReportReceived _ -> VaadinIcon.ENVELOPE_O;
            case TimelineEvent.ReportRejected _, TimelineEvent.DnsWriteFailed _ -> VaadinIcon.EXCLAMATION_CIRCLE_O;
            case TimelineEvent.DnsWritingChosen _, TimelineEvent.DnsRecordWritten _ -> VaadinIcon.PENCIL;
        };
    }
}

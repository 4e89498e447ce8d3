package dev.postern.app.domain;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.details.Details;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.H3;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.OrderedList;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.html.UnorderedList;
import com.vaadin.flow.router.RouteParameters;
import com.vaadin.flow.router.RouterLink;
import dev.postern.app.base.EverySecond;
import dev.postern.app.base.Words;
import dev.postern.rollout.Exposure;
import dev.postern.rollout.Exposure.Effect;
import dev.postern.rollout.Exposure.Holding;
import dev.postern.rollout.Exposure.Refusal;
import dev.postern.rollout.Exposure.Way;
import dev.postern.rollout.Gate;
import dev.postern.rollout.Phase;
import dev.postern.rollout.Step;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How far a mistake reaches: what senders refuse, what helps and by when, who holds which policy until when, and the
/// button that takes it back. Once it was taken back, what is left of it runs down.
final class ExposureCard extends Section {

    private static final int HOLDERS_SHOWN = 50;
    private static final int REPORTS_SHOWN = 5;

    private record Countdown(Span words, Instant until) {
    }

    private final Exposures exposures;
    private final Domains domains;
    private final Domains.Actor actor;
    private final Clock clock;
    private final Runnable reload;
    private final List<Countdown> countdowns = new ArrayList<>();
    /// Policies whose fetchers a person has unfolded: they stay so when the card is shown anew.
    private final Set<String> unfolded = new HashSet<>();

    /// @param reload shows the page anew after something was done
    ExposureCard(Exposures exposures, Domains domains, Domains.Actor actor, Clock clock, Runnable reload) {
        this.exposures = exposures;
        this.domains = domains;
        this.actor = actor;
        this.clock = clock;
        this.reload = reload;
        addClassNames("card", "exposure");
        getElement().setAttribute("aria-label", "Exposure");
        EverySecond.whileAttached(this, () -> countdowns.forEach(this::tick));
    }

    /// The page's call to act, with this card where there is exposure: first while mail is refused, and in the place of
    /// a mere call to roll back; after it while nothing is.
    Component[] around(Component next, boolean nextIsRollback, DomainStatus status) {
        Exposure exposure = exposures.of(actor.tenant(), status);
        if (exposure.isEmpty()) {
            return new Component[]{next};
        }
        show(exposure, status);
        return !alarming(exposure) ? new Component[]{next, this} : nextIsRollback ? new Component[]{this}
                : new Component[]{this, next};
    }

    private static boolean alarming(Exposure exposure) {
        return exposure.effect().compareTo(Effect.HELD) > 0;
    }

    private void show(Exposure exposure, DomainStatus status) {
        removeAll();
        countdowns.clear();
        setClassName("alarm", exposure.effect().compareTo(Effect.AT_RISK) >= 0);
        setClassName("worry", exposure.effect() == Effect.REPORTED || exposure.effect() == Effect.DELAYED);
        var label = new Span(alarming(exposure) ? "Incident" : status.domain().phase() == Phase.TESTING
                ? "After the rollback" : "Until it is forgotten");
        label.addClassName("next-label");
        var head = new Div(label, new H2(exposure.headline()));
        head.addClassName("exposure-head");
        if (!exposure.outlook().isEmpty()) {
            head.add(new Paragraph(exposure.outlook()));
        }
        var advice = new Paragraph(exposure.advice());
        advice.addClassName("advice");
        add(head, advice);
        if (!exposure.refusals().isEmpty()) {
            add(part("What is refused", refusals(exposure)));
        }
        if (!exposure.reports().isEmpty()) {
            add(part("What senders reported", reports(exposure)));
        }
        add(ways(exposure, status));
        if (!exposure.holdings().isEmpty()) {
            add(part("Who holds what, and until when", holdings(exposure, status)));
        }
    }

    private static Div part(String title, Component content) {
        var part = new Div(new H3(title), content);
        part.addClassName("exposure-part");
        return part;
    }

    private static Component refusals(Exposure exposure) {
        var list = new UnorderedList();
        list.addClassName("refused");
        for (Refusal refusal : exposure.refusals()) {
            var name = new Span(refusal.mx() + (refusal.partly() ? " (some addresses)" : ""));
            name.addClassName("gate-title");
            var item = new ListItem(name);
            refusal.reasons().forEach(reason -> item.add(new Span(reason)));
            refusal.since().ifPresent(since -> {
                var seen = new Span("Seen since " + Words.time(since) + ".");
                seen.addClassName("secondary");
                item.add(seen);
            });
            list.add(item);
        }
        return list;
    }

    private static Component reports(Exposure exposure) {
        var list = new UnorderedList();
        list.addClassName("refused");
        exposure.reports().stream().limit(REPORTS_SHOWN).forEach(each -> {
            var name = new Span((each.organization().isEmpty() ? "A sender that gives no name"
                    : each.organization()) + ", "
                    + Words.day(each.day()));
            name.addClassName("gate-title");
            list.add(new ListItem(name, new Span(Words.count(each.sessions(), "session", "sessions") + " with "
                    + each.type().wire() + (each.mx().isEmpty() ? "" : " at " + each.mx()) + (each.counts() ? "."
                    : ". Not verified: anyone could have sent it."))));
        });
        if (exposure.reports().size() > REPORTS_SHOWN) {
            list.add(new ListItem(new Span("And " + (exposure.reports().size() - REPORTS_SHOWN) + " more.")));
        }
        return list;
    }

    /// Repair and rollback beside each other: what each gains and when.
    private Component ways(Exposure exposure, DomainStatus status) {
        var ways = new Div();
        ways.addClassName("ways");
        exposure.repair().ifPresent(way -> ways.add(way("Repair", way, false, new RouterLink("What the checks found",
                DomainView.class, new RouteParameters(Map.of("domain", status.domain().name().ascii(), "tab",
                        "checks"))))));
        exposure.rollback().ifPresent(way -> {
            Optional<Gate> gate = status.gate(Step.ROLL_BACK);
            ways.add(gate.isPresent() ? way("Roll back", way, true, button(exposure, way, status))
                    : way(status.domain().phase() == Phase.TESTING ? "Rolled back" : "Taken back", way, false));
        });
        return ways;
    }

    /// @param ifNow whether the moments are those of a rollback that has yet to be done
    private Component way(String title, Way way, boolean ifNow, Component... actions) {
        var box = new Div(new H3(title), new Paragraph(way.text()));
        box.addClassName("way");
        if (way.lookers().isPresent() || way.everyone().isPresent()) {
            var moments = new OrderedList();
            moments.addClassName("moments");
            String done = ifNow ? ", if you roll back now" : "";
            way.lookers().ifPresent(at -> moments.add(moment("Senders that look for a new id" + done, at)));
            way.everyone().ifPresent(at -> moments.add(moment("Every sender, at the latest" + done, at)));
            box.add(moments);
        }
        if (actions.length > 0) {
            var row = new Div(actions);
            row.addClassName("actions");
            box.add(row);
        }
        return box;
    }

    private ListItem moment(String who, Instant at) {
        var time = new Span(Words.time(at));
        time.addClassName("moment-time");
        return new ListItem(new Span(who), time, countdown(at));
    }

    private Button button(Exposure exposure, Way way, DomainStatus status) {
        var button = new Button(Step.ROLL_BACK.title(), _ -> new StepDialog(Steps.question(Step.ROLL_BACK,
                status.domain()),
                way.text() + " The watch begins anew.", Step.ROLL_BACK.title(), Steps.needsReason(Step.ROLL_BACK),
                reason -> domains.take(actor, status.domain().id(), Step.ROLL_BACK, reason), _ -> reload.run()).open());
        if (exposure.effect().compareTo(Effect.AT_RISK) >= 0) {
            button.addThemeVariants(ButtonVariant.LUMO_PRIMARY, ButtonVariant.LUMO_ERROR);
        }
        return button;
    }

    private Component holdings(Exposure exposure, DomainStatus status) {
        Instant now = status.facts().now();
        Duration longest = exposure.holdings().stream().map(holding -> Duration.between(now, holding.until()))
                .max(Comparator.naturalOrder()).orElseThrow();
        var box = new Div();
        box.addClassName("holdings");
        for (Holding holding : exposure.holdings()) {
            box.add(holding(holding, exposure, now, longest));
        }
        if (!exposure.logged()) {
            var unseen = new Paragraph("Your own web server serves the policy, so Postern does not see who fetched "
                    + "it.");
            unseen.addClassName("secondary");
            box.add(unseen);
        }
        return box;
    }

    private Component holding(Holding holding, Exposure exposure, Instant now, Duration longest) {
        String name = holding.policy().version().map(version -> "Version " + version).orElse("A policy from elsewhere");
        var title = new Span(name + " (enforce)");
        title.addClassName("gate-title");
        var until = new Span(holding.served() ? "Served now. Replaced now, it is held until " + Words.time(holding.until())
                + " at the latest" : "Held until " + Words.time(holding.until()) + " at the latest");
        until.addClassName("secondary");
        var bar = new Div(new Div());
        bar.addClassName("holding-bar");
        bar.getElement().setAttribute("aria-hidden", "true");
        double share = longest.isZero() ? 1
                : (double) Duration.between(now, holding.until()).toMillis() / longest.toMillis();
        ((Div) bar.getChildren().findFirst().orElseThrow()).setWidth(Math.max(1, Math.round(100 * share)) + "%");
        var line = new Div(title, countdown(holding.until()));
        line.addClassName("holding-line");
        var box = new Div(line, bar, until);
        box.addClassName("holding");
        if (exposure.effect().compareTo(Effect.DELAYED) >= 0) {
            box.add(new Span(switch (holding.effect()) {
                case NONE, HELD, REPORTED -> "Senders that hold this one deliver.";
                case DELAYED -> "Senders that hold this one still deliver, perhaps later.";
                case AT_RISK -> "Senders that hold this one may not be able to deliver.";
                case REFUSED -> "Senders that hold this one refuse all mail servers.";
            }));
        }
        if (exposure.logged() && holding.policy().version().isPresent()) {
            box.add(fetchers(holding));
        }
        return box;
    }

    private Component fetchers(Holding holding) {
        if (holding.holders().isEmpty()) {
            return new Span("No sender was seen to fetch it in that time.");
        }
        int all = holding.holders().size();
        String renewed = holding.renewed() == 0 ? "" : "; " + Words.count(holding.renewed())
                + " of them fetched a newer version since";
        var rows = holding.holders().stream().limit(HOLDERS_SHOWN).map(each -> new FetcherTable.Row(each.fetcher(),
                each.renewed() ? "has a newer version" : Words.time(each.until()))).toList();
        var table = new Div(new FetcherTable(rows));
        if (all > HOLDERS_SHOWN) {
            table.add(new Paragraph("And " + Words.count(all - HOLDERS_SHOWN) + " more."));
        }
        var details = new Details("Fetched by " + Words.count(all, "client", "clients") + renewed
                + holding.seenUntil().map(at -> ". The last copy seen runs out " + Words.time(at)).orElse(""), table);
        details.setOpened(unfolded.contains(holding.policy().name()));
        details.addOpenedChangeListener(changed -> {
            if (changed.isOpened()) {
                unfolded.add(holding.policy().name());
            } else {
                unfolded.remove(holding.policy().name());
            }
        });
        return details;
    }

    private Span countdown(Instant until) {
        var words = new Span();
        words.addClassName("countdown");
        var countdown = new Countdown(words, until);
        countdowns.add(countdown);
        tick(countdown);
        return words;
    }

    /// Says nothing new within the same minute, so that nothing is sent.
    private void tick(Countdown countdown) {
        Duration left = Duration.between(clock.instant(), countdown.until());
        String words = left.isNegative() || left.isZero() ? "over" : "in " + words(left);
        if (!words.equals(countdown.words().getText())) {
            countdown.words().setText(words);
        }
    }

    private static String words(Duration left) {
        if (left.toDays() > 0) {
            return Words.count(left.toDays(), "day", "days") + (left.toHoursPart() == 0 ? ""
                    : " " + Words.count(left.toHoursPart(), "hour", "hours"));
        }
        return left.toHours() > 0 ? Words.count(left.toHours(), "hour", "hours") + " "
                + Words.count(left.toMinutesPart(), "minute", "minutes")
                : left.toMinutes() > 0 ? Words.count(left.toMinutes(), "minute", "minutes") : "less than a minute";
    }
}

package dev.postern.app.plan;

import dev.postern.rollout.plan.ChangePlan;
import dev.postern.rollout.plan.PlanProgress.Entry;
import dev.postern.rollout.plan.PlanProgress.State;
import dev.postern.rollout.plan.PlanStep;
import dev.postern.setup.Installation;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import net.fortuna.ical4j.data.CalendarOutputter;
import net.fortuna.ical4j.model.Calendar;
import net.fortuna.ical4j.model.Property;
import net.fortuna.ical4j.model.component.VAlarm;
import net.fortuna.ical4j.model.component.VEvent;
import net.fortuna.ical4j.model.property.Description;
import net.fortuna.ical4j.model.property.DtStamp;
import net.fortuna.ical4j.model.property.DtStart;
import net.fortuna.ical4j.model.property.LastModified;
import net.fortuna.ical4j.model.property.ProdId;
import net.fortuna.ical4j.model.property.Sequence;
import net.fortuna.ical4j.model.property.Summary;
import net.fortuna.ical4j.model.property.Uid;
import net.fortuna.ical4j.model.property.Url;
import net.fortuna.ical4j.model.property.XProperty;
import net.fortuna.ical4j.model.property.immutable.ImmutableAction;
import net.fortuna.ical4j.model.property.immutable.ImmutableCalScale;
import net.fortuna.ical4j.model.property.immutable.ImmutableStatus;
import net.fortuna.ical4j.model.property.immutable.ImmutableTransp;
import net.fortuna.ical4j.model.property.immutable.ImmutableVersion;

/// A plan as a calendar file (RFC 5545): an event for each step, with a reminder for those that are still to come.
///
/// The UID of a step's event stays the same, and its SEQUENCE grows with time, so a calendar that takes the file again
/// moves what it has instead of adding to it.
public final class PlanCalendar {

    private static final Duration LENGTH = Duration.ofMinutes(30);
    private static final Duration REMIND_BEFORE = Duration.ofHours(-1);

    private final Installation installation;

    public PlanCalendar(Installation installation) {
        this.installation = installation;
    }

    /// @param now when it was asked for
    public String render(PlanView view, Instant now) {
        var calendar = new Calendar();
        calendar.add(new ProdId("-//Postern//Change plans//EN"));
        calendar.add(ImmutableVersion.VERSION_2_0);
        calendar.add(ImmutableCalScale.GREGORIAN);
        calendar.add(new XProperty("X-WR-CALNAME", view.domain().unicode() + ": " + view.plan().change().title()));
        view.progress().steps().forEach(entry -> calendar.add(event(view, entry, now)));
        try (var text = new StringWriter()) {
            new CalendarOutputter(true).output(calendar, text);
            return text.toString();
        } catch (IOException impossible) {
            throw new UncheckedIOException("a string takes everything", impossible);
        }
    }

    private VEvent event(PlanView view, Entry entry, Instant now) {
        ChangePlan plan = view.plan();
        boolean done = entry.state() instanceof State.Done;
        boolean cancelled = !done && plan.ended().isPresent();
        var properties = new ArrayList<Property>();
        properties.add(new Uid(plan.id() + "-" + entry.step().id() + "@" + installation.publicHost()));
        properties.add(new DtStamp(now));
        properties.add(new DtStart<>(entry.planned()));
        properties.add(new net.fortuna.ical4j.model.property.Duration(LENGTH));
        properties.add(new Summary((done ? "Done: " : entry.estimate() ? "At the earliest: " : "") + entry.step().title()
                + " (" + view.domain().unicode() + ")"));
        properties.add(new Description(description(entry)));
        properties.add(new LastModified(now));
        properties.add(new Sequence(Math.clamp(Duration.between(plan.startedAt(), now).toMinutes(), 0, Integer.MAX_VALUE)));
        properties.add(new Url(java.net.URI.create("https://" + installation.publicHost() + "/domains/"
                + view.domain().ascii() + "/changes")));
        properties.add(cancelled ? ImmutableStatus.VEVENT_CANCELLED : entry.estimate() ? ImmutableStatus.VEVENT_TENTATIVE
                : ImmutableStatus.VEVENT_CONFIRMED);
        properties.add(ImmutableTransp.TRANSPARENT);
        var event = new VEvent(new net.fortuna.ical4j.model.PropertyList(properties));
        if (!done && !cancelled) {
            var alarm = new VAlarm(REMIND_BEFORE);
            alarm.add(ImmutableAction.DISPLAY);
            alarm.add(new Description(entry.step().title() + " (" + view.domain().unicode() + ")"));
            event.add(alarm);
        }
        return event;
    }

    private static String description(Entry entry) {
        PlanStep step = entry.step();
        String lines = step.lines().stream().map(line -> line.label() + ": " + line.value().replace("\r\n", "\n"))
                .collect(Collectors.joining("\n"));
        String state = switch (entry.state()) {
            case State.Done(var _, var evidence) -> evidence;
            case State.Open _ -> "";
            case State.Waiting(var _, var why) -> why;
            case State.Later _ -> "The date rests on steps that are not done yet; take the file again when they are.";
        };
        return List.of(step.what(), lines, step.why(), state).stream().filter(text -> !text.isEmpty())
                .collect(Collectors.joining("\n\n"));
    }
}

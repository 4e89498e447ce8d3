package dev.postern.rollout;

import dev.postern.check.Check;
import dev.postern.check.Finding;
import dev.postern.check.Stage;
import dev.postern.check.Verdict;
import dev.postern.timeline.TimelineEvent;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What has changed in a domain's rollout since the timeline was told last, and what comes of it by itself. Told again
/// with the standing that it leads to, it is nothing: a crash between the two repeats it, and no event is lost.
///
/// @param standing what will have been told
/// @param retired  whether no sender holds the policy any more, so that the retirement is over (RFC 8461 §8.3)
public record News(Standing standing, List<TimelineEvent> events, boolean retired) {

    /// Steps whose opening a person waits for.
    private static final Set<Step> AWAITED = Set.of(Step.ENFORCE, Step.LENGTHEN);

    public News {
        events = List.copyOf(events);
    }

    public static News since(Standing told, Facts facts) {
        String name = facts.domain().name().ascii();
        String began = facts.domain().phaseSince().toString();
        boolean samePhase = told.phaseBegan().equals(began);
        var events = new ArrayList<TimelineEvent>();

        int served = told.served();
        int announced = told.announced();
        Optional<PolicyVersion> newest = facts.trail().newest();
        if (newest.filter(PolicyVersion::served).isPresent() && newest.get().published().version() > served) {
            served = newest.get().published().version();
            events.add(new TimelineEvent.PolicySeenServed(name, served));
        }
        if (newest.filter(PolicyVersion::announced).isPresent() && newest.get().published().version() > announced) {
            announced = newest.get().published().version();
            events.add(new TimelineEvent.PolicyAnnounced(name, announced, newest.get().published().id()));
        }

        Optional<Watch.Reset> reset = facts.watch().reset();
        Optional<LocalDate> toldReset = samePhase ? told.reset() : Optional.empty();
        boolean watching = facts.domain().phase() == Phase.TESTING || facts.domain().phase() == Phase.ENFORCE;
        if (watching && reset.isPresent() && toldReset.map(day -> reset.get().day().isAfter(day)).orElse(true)) {
            Watch.Reset cause = reset.get();
            events.add(new TimelineEvent.WatchReset(name, cause.day(), cause.organization(), cause.type().wire(),
                    cause.mx(), cause.sessions(), cause.type().remedy(), facts.domain().phase() == Phase.ENFORCE, null));
        }

        Set<Step> open = Rollout.gates(facts).stream().filter(gate -> AWAITED.contains(gate.step()) && gate.open())
                .map(Gate::step).collect(Collectors.toSet());
        open.stream().filter(step -> !samePhase || !told.openGates().contains(step)).sorted()
                .forEach(step -> events.add(new TimelineEvent.GateOpened(name, step)));

        Set<String> faults = faults(facts);
        if (!faults.isEmpty() && told.faults().isEmpty()) {
            events.add(new TimelineEvent.IncidentBegan(name, List.copyOf(faults), messages(facts)));
        } else if (faults.isEmpty() && !told.faults().isEmpty()) {
            events.add(new TimelineEvent.IncidentEnded(name, List.copyOf(told.faults())));
        }
        boolean retired = facts.domain().phase() == Phase.RETIRING
                && facts.trail().forgottenAt().filter(at -> !at.isAfter(facts.now())).isPresent();
        return new News(new Standing(began, reset.map(Watch.Reset::day).orElse(null), open, served, announced, faults),
                events, retired);
    }

    /// Checks that fail while a sender may hold a policy in `enforce`: it refuses mail because of them (RFC 8461 §5).
    public static Set<String> faults(Facts facts) {
        if (!facts.trail().enforced(facts.now())) {
            return Set.of();
        }
        return failing(facts).stream().map(finding -> finding.check().id()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Finding> failing(Facts facts) {
        return facts.findings().stream().filter(finding -> finding.verdict() == Verdict.FAIL
                && finding.check().stage() == Stage.ENFORCEMENT && finding.check().need() == Check.Need.REQUIRED)
                .toList();
    }

    private static String messages(Facts facts) {
        return failing(facts).stream().map(Finding::message).collect(Collectors.joining(" "));
    }
}

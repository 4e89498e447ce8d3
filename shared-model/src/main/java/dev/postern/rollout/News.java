package dev.postern.rollout;

import dev.postern.check.Check;
import dev.postern.check.Finding;
import dev.postern.check.Stage;
import dev.postern.check.Verdict;
import dev.postern.name.HostName;
import dev.postern.parse.Parsed;
import dev.postern.timeline.TimelineEvent;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

        Set<String> faults = faults(told, facts);
        var added = faults.stream().filter(fault -> !told.faults().contains(fault)).toList();
        if (!added.isEmpty()) {
            events.add(new TimelineEvent.IncidentBegan(name, added, messages(facts, added)));
        } else if (faults.isEmpty() && !told.faults().isEmpty()) {
            events.add(new TimelineEvent.IncidentEnded(name, List.copyOf(told.faults())));
        }
        boolean retired = facts.domain().phase() == Phase.RETIRING
                && facts.trail().forgottenAt().filter(at -> !at.isAfter(facts.now())).isPresent();
        return new News(new Standing(began, reset.map(Watch.Reset::day).orElse(null), open, served, announced, faults,
                Set.copyOf(facts.domain().observedMx()), facts.departedMx()), events, retired);
    }

    /// Ids of the checks whose failure lets a sender refuse mail now.
    public static Set<String> faults(Facts facts) {
        return faults(Standing.NOTHING, facts);
    }

    /// Ids of the checks whose failure lets a sender that holds a policy in `enforce` refuse mail (RFC 8461 §5). One that
    /// can't be told now goes on: silence does not mend anything.
    private static Set<String> faults(Standing told, Facts facts) {
        if (!facts.trail().enforced(facts.now())) {
            return Set.of();
        }
        var faults = new TreeSet<String>();
        for (Finding finding : facts.findings()) {
            if (refusesMail(finding.check()) && (finding.verdict() == Verdict.FAIL
                    || finding.verdict() == Verdict.UNKNOWN && told.faults().contains(finding.check().id()))) {
                faults.add(finding.check().id());
            }
        }
        if (!refused(facts).isEmpty()) {
            faults.add(Check.POLICY_COVERS_MX.id());
        }
        return faults;
    }

    static List<Finding> failing(Facts facts) {
        return facts.findings().stream().filter(finding -> finding.verdict() == Verdict.FAIL
                && finding.check().stage() == Stage.ENFORCEMENT && finding.check().need() == Check.Need.REQUIRED)
                .toList();
    }

    /// The finding on coverage is about the policy that is served now; senders may hold others, for longer.
    private static boolean refusesMail(Check check) {
        return check.stage() == Stage.ENFORCEMENT && check.need() == Check.Need.REQUIRED
                && check != Check.POLICY_COVERS_MX;
    }

    /// MXs that some sender may refuse, each with the policies under which it does.
    private static Map<HostName, List<HeldPolicy>> refused(Facts facts) {
        var refused = new LinkedHashMap<HostName, List<HeldPolicy>>();
        facts.domain().observedMx().stream().map(HostName::parse).map(Parsed::asOptional).flatMap(Optional::stream)
                .forEach(mx -> {
                    List<HeldPolicy> by = facts.trail().refusing(mx, facts.now());
                    if (!by.isEmpty()) {
                        refused.put(mx, by);
                    }
                });
        return refused;
    }

    private static String messages(Facts facts, List<String> faults) {
        return Stream.concat(facts.findings().stream().filter(finding -> refusesMail(finding.check())
                                && faults.contains(finding.check().id())).map(Finding::message),
                faults.contains(Check.POLICY_COVERS_MX.id()) ? refused(facts).entrySet().stream()
                        .map(each -> message(each.getKey(), each.getValue())) : Stream.empty())
                .collect(Collectors.joining(" "));
    }

    private static String message(HostName mx, List<HeldPolicy> by) {
        return "The MX " + mx.ascii() + " is refused by senders that hold " + by.stream().map(held -> held.name()
                + held.until().map(until -> ", which they may until " + until).orElse("")).collect(Collectors.joining("; "))
                + ".";
    }
}

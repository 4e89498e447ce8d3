package dev.postern.rollout;

import dev.postern.check.Check;
import dev.postern.check.Finding;
import dev.postern.check.Verdict;
import dev.postern.mtasts.Mode;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.StsPolicy;
import dev.postern.name.HostName;
import dev.postern.parse.Parsed;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The rules of the rollout: which steps there are, what each needs, and what it does.
///
/// Steps that let senders refuse mail, or let them hold a policy for longer, have a gate. Steps that take that back have
/// none: the way to safety is always open.
public final class Rollout {

    /// A look older than that is not what a switch may rest on.
    static final Duration FRESH = Duration.ofHours(6);
    /// Reports come once a day and may be a day late (RFC 8460 §4.1); after so many days without one, nobody watches.
    static final int SILENT_DAYS = 4;
    /// Enforced for so long at least before senders are asked to hold a policy for longer.
    static final Duration SETTLING = Duration.ofDays(14);
    /// A warning is worth a look, and refuses no mail.
    private static final Set<Verdict> SUFFICIENT = Set.of(Verdict.PASS, Verdict.WARN);

    private Rollout() {
    }

    /// The steps that a domain's phase has, with what each still needs.
    public static List<Gate> gates(Facts facts) {
        return steps(facts).stream().map(step -> new Gate(step, requirements(step, facts))).toList();
    }

    private static List<Step> steps(Facts facts) {
        return switch (facts.domain().phase()) {
            case SETUP -> List.of(Step.BEGIN_TESTING);
            case TESTING -> List.of(Step.ENFORCE, Step.RETIRE);
            case ENFORCE -> {
                var steps = new ArrayList<Step>();
                long maxAge = maxAge(facts);
                if (MaxAge.atMost(maxAge).longer().isPresent()) {
                    steps.add(Step.LENGTHEN);
                }
                if (maxAge > MaxAge.DAY.seconds()) {
                    steps.add(Step.SHORTEN);
                }
                steps.add(Step.ROLL_BACK);
                steps.add(Step.RETIRE);
                yield steps;
            }
            case RETIRING, NONE -> List.of(Step.RESUME);
        };
    }

    private static List<Requirement> requirements(Step step, Facts facts) {
        return switch (step) {
            case BEGIN_TESTING -> List.of(check(facts, Check.DOMAIN_OWNERSHIP), check(facts, Check.MX_RECORDS),
                    Requirement.of("Mail servers to name", patterns(facts).isEmpty() ? "No MX has been seen yet."
                            : joined(patterns(facts)), !patterns(facts).isEmpty()));
            case RESUME -> List.of(check(facts, Check.DOMAIN_OWNERSHIP), Requirement.of("Mail servers to name",
                    patterns(facts).isEmpty() ? "No policy has named any." : joined(patterns(facts)),
                    !patterns(facts).isEmpty()));
            case ENFORCE -> enforce(facts);
            case LENGTHEN -> lengthen(facts);
            case SHORTEN, ROLL_BACK, RETIRE -> List.of();
        };
    }

    /// What taking a step does.
    public static Decision decide(Facts facts, Step step) {
        Optional<Gate> gate = gates(facts).stream().filter(each -> each.step() == step).findFirst();
        if (gate.isEmpty()) {
            return new Decision.Refused(List.of(Requirement.of("Another phase", facts.domain().name().unicode()
                    + " is in " + facts.domain().phase().title() + "; from there this step does not lead on.", false)));
        }
        if (!gate.get().open()) {
            return new Decision.Refused(gate.get().missing());
        }
        return switch (step) {
            case BEGIN_TESTING, ROLL_BACK, RESUME -> publish(facts, Phase.TESTING, Mode.TESTING, MaxAge.DAY);
            case ENFORCE -> publish(facts, Phase.ENFORCE, Mode.ENFORCE, MaxAge.WEEK);
            case LENGTHEN -> publish(facts, Phase.ENFORCE, Mode.ENFORCE,
                    MaxAge.atMost(maxAge(facts)).longer().orElseThrow());
            case SHORTEN -> publish(facts, Phase.ENFORCE, Mode.ENFORCE, MaxAge.DAY);
            case RETIRE -> new Decision.Publish(Phase.RETIRING,
                    new StsPolicy(Mode.NONE, MaxAge.DAY.seconds(), List.of(), Map.of()));
        };
    }

    private static Decision publish(Facts facts, Phase phase, Mode mode, MaxAge maxAge) {
        return new Decision.Publish(phase, new StsPolicy(mode, maxAge.seconds(), patterns(facts), Map.of()));
    }

    /// What naming other MXs in the policy does, in the phase that the domain is in.
    ///
    /// @param mx at least one
    public static Decision decide(Facts facts, List<MxPattern> mx) {
        return switch (facts.domain().phase()) {
            case SETUP -> {
                Requirement owned = check(facts, Check.DOMAIN_OWNERSHIP);
                yield owned.met() || facts.domain().verified() ? new Decision.Publish(Phase.TESTING,
                        new StsPolicy(Mode.TESTING, MaxAge.DAY.seconds(), mx, Map.of()))
                        : new Decision.Refused(List.of(owned));
            }
            case TESTING -> new Decision.Publish(Phase.TESTING,
                    new StsPolicy(Mode.TESTING, MaxAge.DAY.seconds(), mx, Map.of()));
            case ENFORCE -> {
                var enforced = new StsPolicy(Mode.ENFORCE, maxAge(facts), mx, Map.of());
                var refused = facts.domain().observedMx().stream().map(HostName::parse).map(Parsed::asOptional)
                        .flatMap(Optional::stream).filter(host -> !enforced.covers(host)).map(HostName::ascii).toList();
                yield refused.isEmpty() ? new Decision.Publish(Phase.ENFORCE, enforced)
                        : new Decision.Refused(List.of(Requirement.of("Every MX named", "Senders would refuse "
                        + String.join(", ", refused) + ": it is an MX of " + facts.domain().name().unicode()
                        + ", and this policy does not name it. Take it out of DNS first, or name it.", false)));
            }
            case RETIRING, NONE -> new Decision.Refused(List.of(Requirement.of("A policy in use",
                    facts.domain().name().unicode() + " is retired. Go back to testing first.", false)));
        };
    }

    private static List<Requirement> enforce(Facts facts) {
        var requirements = new ArrayList<>(checks(facts));
        requirements.add(fresh(facts));
        requirements.add(out(facts));
        requirements.add(days(facts));
        requirements.add(organizations(facts));
        requirements.add(sessions(facts));
        requirements.add(reporting(facts));
        requirements.add(certificates(facts, MaxAge.WEEK));
        return requirements;
    }

    private static List<Requirement> lengthen(Facts facts) {
        MaxAge next = MaxAge.atMost(maxAge(facts)).longer().orElse(MaxAge.HALF_YEAR);
        Duration least = Duration.ofSeconds(Math.max(maxAge(facts), SETTLING.toSeconds()));
        Instant since = facts.trail().newest().flatMap(PolicyVersion::servedAt)
                .filter(served -> served.isAfter(facts.domain().phaseSince())).orElse(facts.domain().phaseSince());
        LocalDate from = day(facts.now().minus(least));
        var requirements = new ArrayList<>(checks(facts));
        requirements.add(fresh(facts));
        requirements.add(out(facts));
        requirements.add(Requirement.of("Enforced as it is for " + least.toDays() + " days", "Since " + day(since) + ".",
                !since.plus(least).isAfter(facts.now())));
        requirements.add(Requirement.of("No failure meanwhile that was refused", facts.watch().reset()
                .map(reset -> Rollout.words(reset) + ".").orElse("None was reported."),
                facts.watch().resetOn().map(reset -> reset.isBefore(from)).orElse(true)));
        requirements.add(reporting(facts));
        requirements.add(certificates(facts, next));
        return requirements;
    }

    private static List<Requirement> checks(Facts facts) {
        Map<Check, Finding> byCheck = byCheck(facts);
        var requirements = new ArrayList<Requirement>();
        for (Check check : Check.values()) {
            Finding finding = byCheck.get(check);
            if (check.need() == Check.Need.REQUIRED) {
                requirements.add(check(facts, check));
            } else if (check.need() == Check.Need.NO_FAILURE && finding != null) {
                requirements.add(new Requirement(check.title(), finding.message(), finding.verdict() != Verdict.FAIL,
                        Optional.of(check)));
            }
        }
        return requirements;
    }

    private static Requirement check(Facts facts, Check check) {
        Optional<Finding> finding = Optional.ofNullable(byCheck(facts).get(check));
        return new Requirement(check.title(), finding.map(Finding::message).orElse("Not checked yet."),
                finding.filter(seen -> SUFFICIENT.contains(seen.verdict())).isPresent(), Optional.of(check));
    }

    private static Map<Check, Finding> byCheck(Facts facts) {
        return facts.findings().stream().collect(Collectors.toMap(Finding::check, finding -> finding));
    }

    private static Requirement fresh(Facts facts) {
        boolean fresh = facts.domain().lastProbeAt()
                .filter(at -> at.plus(FRESH).isAfter(facts.now())).isPresent();
        return Requirement.of("Looked at within " + FRESH.toHours() + " hours", facts.domain().lastProbeAt()
                .map(at -> fresh ? "Postern looks regularly." : "The last look was at " + minute(at) + ". Have it checked again.")
                .orElse("There was no look yet."), fresh);
    }

    private static Requirement out(Facts facts) {
        PolicyTrail.Progress progress = facts.trail().progress();
        return Requirement.of("Policy and id seen from outside", facts.trail().newest().map(version -> {
            String name = "Version " + version.published().version();
            return switch (progress) {
                case NOTHING, POLICY_AWAITED -> name + " has not been seen served yet.";
                case ID_AWAITED -> name + " is served; its id " + version.published().id()
                        + " has not been seen in the DNS yet.";
                case OUT -> name + " is served since " + minute(version.servedAt().orElseThrow())
                        + ", and announced since " + minute(version.announcedAt().orElseThrow()) + ".";
            };
        }).orElse("Nothing is published yet."), progress == PolicyTrail.Progress.OUT);
    }

    private static Requirement days(Facts facts) {
        Watch watch = facts.watch();
        String days = watch.cleanDays() + (watch.cleanDays() == 1 ? " day" : " days")
                + " with reports and no failure that enforce would have refused";
        String since = watch.reset().map(reset -> days + " since " + words(reset) + ".").orElse(days + ".");
        String unconfirmed = watch.unconfirmed() == 0 ? "" : " Reports that are not verified tell of "
                + watch.unconfirmed() + " such failures more; they hold nothing up, but look at them before you switch.";
        String aside = watch.setAside() == 0 ? "" : " Set aside: " + watch.setAside() + " failed sessions.";
        return Requirement.of(facts.rules().days() + " clean days in testing", since + unconfirmed + aside,
                watch.cleanDays() >= facts.rules().days());
    }

    /// For "… since": what set the clock back.
    private static String words(Watch.Reset reset) {
        return "the failures of " + reset.day() + ": " + reset.sessions() + " × " + reset.type().wire()
                + (reset.mx().isEmpty() ? "" : " at " + reset.mx()) + ", reported by "
                + (reset.organization().isEmpty() ? "an unnamed sender" : reset.organization());
    }

    private static Requirement organizations(Facts facts) {
        int have = facts.watch().organizations().size();
        return Requirement.of("Reports from " + facts.rules().organizations() + (facts.rules().organizations() == 1
                ? " organization" : " organizations"), have == 0 ? "None has sent a verified report on those days."
                : facts.watch().organizations().stream().sorted().limit(5).collect(Collectors.joining(", "))
                + (have > 5 ? " and " + (have - 5) + " more" : "") + ".", have >= facts.rules().organizations());
    }

    private static Requirement sessions(Facts facts) {
        return Requirement.of(facts.rules().sessions() + " sessions reported", facts.watch().sessions()
                + " on the clean days, in verified reports.", facts.watch().sessions() >= facts.rules().sessions());
    }

    private static Requirement reporting(Facts facts) {
        LocalDate oldest = day(facts.now()).minusDays(SILENT_DAYS);
        Optional<LocalDate> last = facts.watch().lastReported();
        return Requirement.of("Reports keep coming", last.map(day -> "The last verified report is about " + day + ".")
                .orElse("There is no verified report yet."), last.filter(day -> !day.isBefore(oldest)).isPresent());
    }

    /// A sender that holds the policy for so long must meet a valid certificate until then.
    private static Requirement certificates(Facts facts, MaxAge next) {
        String title = "Certificates last longer than " + next.words();
        if (facts.certificates().isEmpty()) {
            return Requirement.of(title, "No MX has been seen yet.", false);
        }
        var without = facts.certificates().stream().filter(each -> each.until().isEmpty()).map(MxCertificate::mx).toList();
        if (!without.isEmpty()) {
            return Requirement.of(title, "No trusted certificate was seen of " + String.join(", ", without) + ".", false);
        }
        MxCertificate first = facts.certificates().stream()
                .min(Comparator.comparing(each -> each.until().orElseThrow())).orElseThrow();
        Instant until = first.until().orElseThrow();
        return Requirement.of(title, "The first to end is that of " + first.mx() + ", on " + day(until) + ".",
                until.isAfter(facts.now().plus(next.duration())));
    }

    /// The MXs to name: those of the newest policy that names any, else those in the DNS.
    private static List<MxPattern> patterns(Facts facts) {
        return facts.trail().versions().stream().map(version -> version.published().policy().mx())
                .filter(mx -> !mx.isEmpty()).findFirst().orElseGet(() -> facts.domain().observedMx().stream()
                        .map(MxPattern::parse).map(Parsed::asOptional).flatMap(Optional::stream).toList());
    }

    private static String joined(List<MxPattern> patterns) {
        return patterns.stream().map(MxPattern::pattern).collect(Collectors.joining(", ")) + ".";
    }

    /// Of the newest version, in seconds.
    static long maxAge(Facts facts) {
        return facts.trail().newest().map(version -> version.published().policy().maxAgeSeconds())
                .orElse(MaxAge.DAY.seconds());
    }

    private static String minute(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MINUTES).toString().replace('T', ' ').replace(":00Z", " UTC");
    }

    private static LocalDate day(Instant instant) {
        return LocalDate.ofInstant(instant, ZoneOffset.UTC);
    }
}

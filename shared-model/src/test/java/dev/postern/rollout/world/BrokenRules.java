package dev.postern.rollout.world;

import dev.postern.check.Check;
import dev.postern.check.Finding;
import dev.postern.check.Verdict;
import dev.postern.mtasts.MxPattern;
import dev.postern.name.HostName;
import dev.postern.rollout.Decision;
import dev.postern.rollout.Facts;
import dev.postern.rollout.Gate;
import dev.postern.rollout.HeldPolicy;
import dev.postern.rollout.MxCertificate;
import dev.postern.rollout.News;
import dev.postern.rollout.Phase;
import dev.postern.rollout.PolicyTrail;
import dev.postern.rollout.PolicyVersion;
import dev.postern.rollout.Rollout;
import dev.postern.rollout.SenderDay;
import dev.postern.rollout.SetAside;
import dev.postern.rollout.Standing;
import dev.postern.rollout.Step;
import dev.postern.rollout.Watch;
import dev.postern.rollout.WatchRules;
import dev.postern.setup.MailDomain;
import dev.postern.timeline.TimelineEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// Mistakes that rules like these are prone to. Each must be found out.
enum BrokenRules {

    /// The id is announced as soon as the policy is published, whether it is served or not.
    ID_BEFORE_POLICY(History.Kind.TROUBLED, Judge.Wrong.ID_BEFORE_POLICY, new Rules() {
        @Override
        boolean idReady(PolicyTrail trail) {
            return true;
        }
    }),
    /// Reported failures do not set the clock back.
    NO_RESET(History.Kind.TROUBLED, Judge.Wrong.ENFORCED_UNWATCHED, new Rules() {
        @Override
        Watch watch(List<SenderDay> days, List<SetAside> asides, WatchRules needed, LocalDate since, Instant now) {
            return super.watch(days.stream().map(day -> new SenderDay(day.day(), day.organization(), day.authentic(),
                    day.knownSince(), day.reports(), day.sessions(), List.of())).toList(), asides, needed, since, now);
        }
    }),
    /// Reports count whoever sent them.
    FORGERIES_COUNT(History.Kind.FORGED, Judge.Wrong.ENFORCED_UNWATCHED, new Rules() {
        @Override
        Watch watch(List<SenderDay> days, List<SetAside> asides, WatchRules needed, LocalDate since, Instant now) {
            return super.watch(days.stream().map(day -> new SenderDay(day.day(), day.organization(), true,
                    Optional.empty(), day.reports(), day.sessions(), day.failures())).toList(), asides, needed, since, now);
        }
    }),
    /// The retirement is over when the policy that says `none` has run out, whatever was held before.
    RETIRED_BY_THE_NEWEST(History.Kind.TROUBLED, Judge.Wrong.RETIRED_EARLY, new Rules() {
        @Override
        News news(Standing told, Facts facts) {
            News news = super.news(told, facts);
            boolean over = facts.domain().phase() == Phase.RETIRING && facts.trail().newest()
                    .filter(PolicyVersion::announced).flatMap(newest -> newest.servedAt().map(at ->
                            at.plusSeconds(newest.published().policy().maxAgeSeconds()).isBefore(facts.now())))
                    .orElse(false);
            return new News(news.standing(), news.events(), news.retired() || over);
        }
    }),
    /// Nobody asks whether the policy names every MX.
    MX_NOT_NAMED(History.Kind.CARELESS, Judge.Wrong.ENFORCED_WITHOUT_AN_MX,
            before(facts -> unseenMx(passing(facts, check -> check == Check.POLICY_COVERS_MX)))),
    /// Nobody asks whether the MXs pass; nor for their certificates, which by themselves would shut the gate.
    MX_NOT_CHECKED(History.Kind.TROUBLED, Judge.Wrong.ENFORCED_OVER_A_FAULT,
            before(facts -> lasting(passing(facts, _ -> true)))),
    /// Senders are asked to hold a policy for longer than the certificates last.
    CERTIFICATES_NOT_CHECKED(History.Kind.CARELESS, Judge.Wrong.HELD_PAST_A_CERTIFICATE, before(BrokenRules::lasting)),
    /// An MX is named no longer once it has left the DNS, whatever resolvers hold.
    MX_DROPPED_AT_ONCE(History.Kind.TROUBLED, Judge.Wrong.REFUSED_BY_ADVICE, before(facts -> new Facts(facts.domain(),
            facts.trail(), facts.findings(), facts.watch(), facts.rules(), facts.certificates(), Map.of(), facts.now()))),
    /// A new MX goes into the DNS as soon as the newest policy names it.
    MX_BEFORE_CACHES(History.Kind.TROUBLED, Judge.Wrong.REFUSED_BY_ADVICE, new Rules() {
        @Override
        List<HeldPolicy> inTheWay(PolicyTrail trail, HostName mx, Instant now) {
            return super.inTheWay(newestOnly(trail), mx, now);
        }
    }),
    /// Only the newest policy is thought of when something fails.
    HELD_POLICIES_FORGOTTEN(History.Kind.TROUBLED, Judge.Wrong.FAULT_NOT_TOLD, new Rules() {
        @Override
        News news(Standing told, Facts facts) {
            return super.news(told, new Facts(facts.domain(), newestOnly(facts.trail()), facts.findings(), facts.watch(),
                    facts.rules(), facts.certificates(), facts.departedMx(), facts.now()));
        }
    }),
    /// While one incident goes on, another is not told of.
    ONE_INCIDENT_AT_A_TIME(History.Kind.TROUBLED, Judge.Wrong.FAULT_NOT_TOLD, new Rules() {
        @Override
        News news(Standing told, Facts facts) {
            News news = super.news(told, facts);
            return new News(news.standing(), news.events().stream().filter(event -> told.faults().isEmpty()
                    || !(event instanceof TimelineEvent.IncidentBegan)).toList(), news.retired());
        }
    }),
    /// That something was told is written down first, and told afterwards, if there is an afterwards.
    TORN_WRITES(History.Kind.TROUBLED, Judge.Wrong.REPORT_NOT_TOLD, new Rules() {
        @Override
        boolean tornWrites() {
            return true;
        }
    });

    final History.Kind kind;
    final Judge.Wrong found;
    final Rules rules;

    BrokenRules(History.Kind kind, Judge.Wrong found, Rules rules) {
        this.kind = kind;
        this.found = found;
        this.rules = rules;
    }

    /// Decisions that rest on something else than what is so.
    private static Rules before(UnaryOperator<Facts> bend) {
        return new Rules() {
            @Override
            List<Gate> gates(Facts facts) {
                return Rollout.gates(bend.apply(facts));
            }

            @Override
            Decision decide(Facts facts, Step step) {
                return Rollout.decide(bend.apply(facts), step);
            }

            @Override
            Decision decide(Facts facts, List<MxPattern> mx) {
                return Rollout.decide(bend.apply(facts), mx);
            }
        };
    }

    private static Facts passing(Facts facts, Predicate<Check> which) {
        return new Facts(facts.domain(), facts.trail(), facts.findings().stream().map(finding ->
                which.test(finding.check()) ? new Finding(finding.check(), Verdict.PASS, "", "", List.of()) : finding)
                .toList(), facts.watch(), facts.rules(), facts.certificates(), facts.departedMx(), facts.now());
    }

    private static Facts lasting(Facts facts) {
        return new Facts(facts.domain(), facts.trail(), facts.findings(), facts.watch(), facts.rules(),
                facts.certificates().stream().map(each -> new MxCertificate(each.mx(),
                        Optional.of(facts.now().plus(Duration.ofDays(365))))).toList(), facts.departedMx(), facts.now());
    }

    private static Facts unseenMx(Facts facts) {
        MailDomain domain = facts.domain();
        return domain.phase() == Phase.SETUP ? facts : new Facts(new MailDomain(domain.id(), domain.name(), domain.phase(), domain.phaseSince(), domain.hosting(),
                domain.ownershipToken(), domain.reportToken(), domain.additionalRua(), domain.verifiedAt(),
                domain.verifiedBy(), domain.createdAt(), List.of(), domain.lastProbeAt(), domain.dkimSelectors()),
                facts.trail(), facts.findings(), facts.watch(), facts.rules(), facts.certificates(), facts.departedMx(),
                facts.now());
    }

    private static PolicyTrail newestOnly(PolicyTrail trail) {
        return new PolicyTrail(trail.newest().map(List::of).orElse(List.of()), List.of());
    }
}

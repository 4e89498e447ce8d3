package dev.postern.rollout.world;

import dev.postern.mtasts.MxPattern;
import dev.postern.name.HostName;
import dev.postern.rollout.Decision;
import dev.postern.rollout.Facts;
import dev.postern.rollout.Gate;
import dev.postern.rollout.HeldPolicy;
import dev.postern.rollout.News;
import dev.postern.rollout.PolicyTrail;
import dev.postern.rollout.PolicyVersion;
import dev.postern.rollout.Rollout;
import dev.postern.rollout.SenderDay;
import dev.postern.rollout.SetAside;
import dev.postern.rollout.Standing;
import dev.postern.rollout.Step;
import dev.postern.rollout.Watch;
import dev.postern.rollout.WatchRules;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/// What Postern concludes from what it knows. As it stands, these are the rules that ship; a broken variant overrides one
/// of them, to prove that the world would notice.
class Rules {

    /// Whether the newest policy was seen served, so that its id may go out.
    boolean idReady(PolicyTrail trail) {
        return trail.newest().filter(PolicyVersion::served).isPresent();
    }

    Watch watch(List<SenderDay> days, List<SetAside> asides, WatchRules needed, LocalDate since, Instant now) {
        return Watch.over(days, asides, needed, since, now);
    }

    List<Gate> gates(Facts facts) {
        return Rollout.gates(facts);
    }

    Decision decide(Facts facts, Step step) {
        return Rollout.decide(facts, step);
    }

    Decision decide(Facts facts, List<MxPattern> mx) {
        return Rollout.decide(facts, mx);
    }

    News news(Standing told, Facts facts) {
        return News.since(told, facts);
    }

    /// Policies because of which an MX must not go into the DNS yet.
    List<HeldPolicy> inTheWay(PolicyTrail trail, HostName mx, Instant now) {
        return trail.refusing(mx, now);
    }

    /// Whether what was told is written down apart from the telling.
    boolean tornWrites() {
        return false;
    }
}

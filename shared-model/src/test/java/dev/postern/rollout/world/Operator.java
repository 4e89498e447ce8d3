package dev.postern.rollout.world;

import static dev.postern.rollout.world.Clockwork.DAY;
import static dev.postern.rollout.world.Clockwork.HOUR;
import static dev.postern.rollout.world.Clockwork.MINUTE;

import dev.postern.check.Check;
import dev.postern.check.Finding;
import dev.postern.check.Verdict;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.StsPolicy;
import dev.postern.mtasts.StsRecord;
import dev.postern.name.HostName;
import dev.postern.rollout.Facts;
import dev.postern.rollout.Gate;
import dev.postern.rollout.Phase;
import dev.postern.rollout.PolicyVersion;
import dev.postern.rollout.SenderDay;
import dev.postern.rollout.Step;
import dev.postern.rollout.Watch;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.RecordToPublish;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Who runs the domain: looks into Postern now and then, does what it advises, late at times, and mends what it tells of.
final class Operator {

    /// A change of MXs the way Postern advises it: the policy names the new one, nobody holds one that does not, then DNS;
    /// and the old one leaves DNS first and the policy later.
    private static final class Change {
        final String comes;
        final Optional<String> goes;
        int stage;
        long reached;

        Change(String comes, Optional<String> goes) {
            this.comes = comes;
            this.goes = goes;
        }
    }

    private final Internet internet;
    private final Clockwork clock;
    private final Dice dice;
    private final Rules rules;
    private final Postern postern;
    private final boolean tidy;
    private Optional<Change> change = Optional.empty();
    private boolean copying;
    private boolean announcing;
    private Optional<Long> retireFrom = Optional.empty();
    private boolean resumes;

    /// @param tidy whether nothing is ever left lying
    Operator(Internet internet, Clockwork clock, Dice dice, Rules rules, Postern postern, boolean tidy) {
        this.internet = internet;
        this.clock = clock;
        this.dice = dice;
        this.rules = rules;
        this.postern = postern;
        this.tidy = tidy;
        clock.in(dice.between(10 * MINUTE, 3 * HOUR), this::visit);
    }

    void retireFrom(long at, boolean resumes) {
        this.retireFrom = Optional.of(at);
        this.resumes = resumes;
    }

    void plan(String comes, Optional<String> goes) {
        if (change.isEmpty() && phase() != Phase.SETUP) {
            change = Optional.of(new Change(comes, goes.filter(internet.mx()::contains)));
        }
    }

    private Phase phase() {
        return postern.stored().domain().phase();
    }

    private Optional<PolicyVersion> newest() {
        return postern.stored().trail().newest();
    }

    private void visit() {
        clock.in(dice.between(2 * HOUR, tidy ? 8 * HOUR : 14 * HOUR), this::visit);
        records();
        file();
        mend();
        change();
        steps();
    }

    private void records() {
        for (RecordToPublish record : postern.plan().records()) {
            if (!record.ready()) {
                continue;
            }
            switch (record.check()) {
                case DOMAIN_OWNERSHIP -> internet.ownership = Optional.of(record.value());
                case TLSRPT_RECORD -> internet.tlsRpt = Optional.of(record.value());
                case POLICY_HOST_ADDRESS -> {
                    if (internet.cname.isEmpty()) {
                        internet.cname = Optional.of(record.value().toLowerCase(java.util.Locale.ROOT));
                        internet.serve(Optional.empty());
                    }
                }
                case STS_RECORD_SYNTAX -> announce(StsRecord.parse(List.of(record.value())).orThrow().id());
                default -> throw new IllegalStateException("a record for " + record.check());
            }
        }
        if (phase() == Phase.NONE) {
            internet.stsId = Optional.empty();
            internet.serve(Optional.empty());
        }
    }

    private void announce(String id) {
        if (phase() == Phase.NONE || announcing || internet.stsId.equals(Optional.of(id))) {
            return;
        }
        announcing = true;
        clock.in(dice.between(2 * MINUTE, 20 * MINUTE), () -> {
            internet.stsId = Optional.of(id);
            announcing = false;
        });
    }

    /// With a policy host of their own, the file is copied by hand.
    private void file() {
        if (postern.stored().domain().hosting() != PolicyHosting.CUSTOMER || copying || internet.ownFile
                || phase() == Phase.NONE || newest().isEmpty()
                || internet.served.getFirst().equals(newest().map(each -> each.published().policy()))) {
            return;
        }
        copying = true;
        long late = dice.chance(tidy ? 0 : 0.1) ? dice.between(2 * DAY, 8 * DAY) : dice.between(MINUTE, 30 * HOUR);
        clock.in(late, () -> {
            copying = false;
            if (!internet.ownFile && phase() != Phase.NONE) {
                internet.serve(newest().map(each -> each.published().policy()));
            }
        });
    }

    private void mend() {
        boolean told = !postern.stored().standing().faults().isEmpty();
        boolean failing = postern.stored().findings().stream().map(Finding::verdict).anyMatch(Verdict.FAIL::equals);
        if ((told || failing) && dice.chance(0.3)) {
            for (Fault fault : internet.faults) {
                if (fault.active(clock.now()) && !fault.repairPlanned && fault.seen <= clock.now()) {
                    repair(fault, dice.between(20 * MINUTE, 60 * HOUR));
                }
            }
        }
        Facts facts = postern.facts();
        facts.watch().reset().filter(reset -> !reset.day().isBefore(Clockwork.day(clock.now() - 4 * DAY)))
                .ifPresent(this::lookInto);
        if (told && phase() == Phase.ENFORCE && dice.chance(0.07)) {
            postern.take(Step.ROLL_BACK);
        }
        var unnamed = newest().map(each -> each.published().policy()).filter(policy -> !policy.mx().isEmpty())
                .map(policy -> postern.stored().domain().observedMx().stream()
                        .filter(mx -> !policy.covers(new HostName(mx))).toList()).orElse(List.of());
        if (!unnamed.isEmpty() && dice.chance(0.5) && (phase() == Phase.TESTING || phase() == Phase.ENFORCE)) {
            var named = new ArrayList<>(newest().get().published().policy().mx());
            unnamed.forEach(mx -> named.add(new MxPattern(mx)));
            postern.name(named);
        }
    }

    private void lookInto(Watch.Reset reset) {
        for (Fault fault : internet.faults) {
            if (fault.active(clock.now()) && !fault.repairPlanned && fault.mx.equals(reset.mx())
                    && fault.kind.result == reset.type()) {
                if (fault.path.isPresent() && dice.chance(0.1)) {
                    postern.setAside(reset.organization(), new SenderDay.Failure(reset.type(), reset.mx(), 1));
                }
                repair(fault, dice.between(2 * HOUR, 4 * DAY));
            }
        }
    }

    private void repair(Fault fault, long in) {
        fault.repairPlanned = true;
        clock.in(in, () -> {
            fault.until = Math.min(fault.until, clock.now());
            if (fault.kind == Fault.Kind.EXPIRED) {
                Internet.MailServer server = internet.servers.get(fault.mx);
                server.certifiedFrom = clock.now();
                server.certifiedUntil = clock.now() + 90 * DAY;
            }
        });
    }

    private void change() {
        if (change.isEmpty()) {
            return;
        }
        Change now = change.get();
        boolean named = phase() == Phase.TESTING || phase() == Phase.ENFORCE;
        switch (now.stage) {
            case 0 -> {
                if (phase() == Phase.ENFORCE && dice.chance(0.3)) {
                    // Ahead of a change: held for a day only.
                    postern.take(Step.SHORTEN);
                }
                if (!named || name(now.comes, true)) {
                    reached(now, 1);
                }
            }
            case 1 -> {
                if (rules.inTheWay(postern.stored().trail(), new HostName(now.comes), clock.instant()).isEmpty()) {
                    var mx = new ArrayList<>(internet.mx());
                    if (!mx.contains(now.comes)) {
                        mx.add(dice.chance(0.5) ? 0 : mx.size(), now.comes);
                    }
                    boolean atOnce = now.goes.isPresent() && dice.chance(0.6);
                    if (atOnce) {
                        mx.remove(now.goes.get());
                    }
                    internet.mx(mx, true);
                    reached(now, atOnce ? 3 : 2);
                }
            }
            case 2 -> {
                if (now.goes.isEmpty()) {
                    change = Optional.empty();
                } else if (clock.now() - now.reached > DAY && internet.mx().contains(now.comes)) {
                    internet.mx(internet.mx().stream().filter(mx -> !mx.equals(now.goes.get())).toList(), true);
                    reached(now, 3);
                }
            }
            default -> {
                if (!named || internet.mx().contains(now.goes.get()) || name(now.goes.get(), false)) {
                    change = Optional.empty();
                } else if (clock.now() - now.reached > 20 * DAY) {
                    change = Optional.empty();
                }
            }
        }
    }

    private void reached(Change now, int stage) {
        now.stage = stage;
        now.reached = clock.now();
    }

    /// Has the policy name an MX, or no longer.
    private boolean name(String mx, boolean with) {
        Optional<StsPolicy> policy = newest().map(each -> each.published().policy());
        var named = new ArrayList<>(policy.map(StsPolicy::mx).orElse(List.of()));
        named.remove(new MxPattern(mx));
        if (with) {
            named.add(new MxPattern(mx));
        }
        return named.isEmpty() || postern.name(named);
    }

    private void steps() {
        if (retireFrom.filter(at -> at <= clock.now()).isPresent()) {
            if (phase() == Phase.TESTING || phase() == Phase.ENFORCE) {
                postern.take(Step.RETIRE);
                retireFrom = Optional.empty();
                return;
            }
        }
        if ((phase() == Phase.RETIRING || phase() == Phase.NONE) && resumes && dice.chance(0.02)) {
            if (internet.cname.isPresent() || postern.stored().domain().hosting() == PolicyHosting.CUSTOMER) {
                resumes = false;
                postern.take(Step.RESUME);
            }
            return;
        }
        for (Gate gate : rules.gates(postern.facts())) {
            boolean wanted = switch (gate.step()) {
                case BEGIN_TESTING -> internet.ownership.isPresent() && internet.tlsRpt.isPresent();
                case ENFORCE -> true;
                case LENGTHEN -> tidy || dice.chance(0.5);
                default -> false;
            };
            if (wanted && gate.open()) {
                postern.take(gate.step());
                // Somebody else clicks, too.
                postern.take(gate.step());
                return;
            }
        }
    }
}

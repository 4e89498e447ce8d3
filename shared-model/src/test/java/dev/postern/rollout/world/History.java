package dev.postern.rollout.world;

import static dev.postern.rollout.world.Clockwork.DAY;
import static dev.postern.rollout.world.Clockwork.HOUR;
import static dev.postern.rollout.world.Clockwork.MINUTE;

import dev.postern.mtasts.Mode;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.StsPolicy;
import dev.postern.rollout.Phase;
import dev.postern.rollout.PolicyVersion;
import dev.postern.rollout.SenderDay;
import dev.postern.rollout.Step;
import dev.postern.setup.PolicyHosting;
import dev.postern.tlsrpt.ResultType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What befalls one domain in some months, made up from a seed.
final class History {

    static final long DAYS = 120;
    /// Of each transaction, before it and after it; there are some five thousand.
    private static final double CRASH = 0.0015;

    enum Kind {
        /// Nothing breaks and senders report.
        HEALTHY,
        /// Nothing breaks and nobody reports.
        SILENT,
        /// Nothing breaks; all reports are made up, by who can sign for nobody.
        FORGED,
        /// Things break, senders fall silent, strangers tell tales; the operator keeps to what Postern advises.
        TROUBLED,
        /// The same, and the operator also does what nobody advised.
        CARELESS
    }

    private final long seed;
    private final Kind kind;
    private final Dice dice;
    private final Clockwork clock = new Clockwork();
    private final Internet internet;
    private final List<Sender> senders = new ArrayList<>();
    private final Judge judge;
    private final Postern postern;
    private final Operator operator;
    private final PolicyHosting hosting;
    private int named;

    History(long seed, Kind kind, Rules rules) {
        this.seed = seed;
        this.kind = kind;
        this.dice = new Dice(seed * 31 + kind.ordinal());
        var mx = new ArrayList<String>();
        long count = dice.between(1, 3);
        for (int i = 0; i < count; i++) {
            mx.add("mx%d.example.test".formatted(++named));
        }
        this.internet = new Internet("example.test", clock, dice.pick(List.of(5 * MINUTE, HOUR, 4 * HOUR, DAY, DAY)),
                dice.pick(List.of(5 * MINUTE, HOUR, DAY)), mx);
        mx.forEach(this::server);
        this.judge = new Judge(internet, clock, senders);
        this.hosting = dice.chance(0.3) ? PolicyHosting.CUSTOMER : PolicyHosting.POSTERN;
        this.postern = new Postern(internet, hosting, clock, dice.split(), rules, CRASH, judge);
        judge.watch(postern);
        boolean calm = kind == Kind.HEALTHY || kind == Kind.SILENT || kind == Kind.FORGED;
        this.operator = new Operator(internet, clock, dice.split(), rules, postern, calm);
        boolean silent = kind == Kind.SILENT || kind == Kind.FORGED;
        for (int i = 0; i < 36; i++) {
            senders.add(new Sender("sender%d.example".formatted(i), !silent && i < 9, internet, clock, dice.split(), judge));
        }
        if (kind == Kind.FORGED) {
            clock.in(DAY, this::forge);
        }
        if (!calm) {
            trouble();
        }
        if (kind == Kind.CARELESS) {
            clock.in(dice.between(20, 60) * DAY, this::carelessness);
            internet.servers.get(dice.pick(internet.mx())).renews = dice.chance(0.4);
        }
    }

    /// How it went.
    record Outcome(long seed, Kind kind, Judge judge, Phase phase) {
        @Override
        public String toString() {
            return kind + " " + seed + " (" + phase + "): " + judge.violations;
        }
    }

    Outcome run() {
        clock.run(DAYS * DAY);
        return new Outcome(seed, kind, judge, postern.stored().domain().phase());
    }

    private String server(String host) {
        long age = dice.between(0, 55) * DAY;
        var server = new Internet.MailServer(host, clock.now() - age, clock.now() - age + 90 * DAY);
        internet.servers.put(host, server);
        clock.in(DAY, () -> renew(server));
        return host;
    }

    private void renew(Internet.MailServer server) {
        clock.in(DAY, () -> renew(server));
        long left = server.certifiedUntil - clock.now();
        if (server.renews && left < 31 * DAY) {
            server.certifiedFrom = clock.now();
            server.certifiedUntil = clock.now() + 90 * DAY;
        } else if (!server.renews && left <= DAY && left > 0) {
            clock.in(left + 1, () -> {
                if (server.certifiedUntil < clock.now()) {
                    internet.faults.add(new Fault(Fault.Kind.EXPIRED, server.host, clock.now(), Optional.empty()));
                }
            });
        }
    }

    private boolean enforced() {
        return postern.stored().domain().phase() == Phase.ENFORCE;
    }

    // --- what happens to anybody

    private void trouble() {
        if (dice.chance(0.3)) {
            foreign();
        }
        clock.in(dice.gap(15 * DAY), this::breakServer);
        clock.in(dice.gap(25 * DAY), this::breakPath);
        clock.in(dice.gap(20 * DAY), this::outage);
        clock.in(dice.gap(20 * DAY), this::slander);
        clock.in(dice.between(5, 60) * DAY, this::changeServers);
        if (dice.chance(0.35)) {
            operator.retireFrom(dice.between(45, 110) * DAY, dice.chance(0.5));
        }
        if (dice.chance(0.25)) {
            clock.in(dice.between(35, 90) * DAY, () -> {
                if (enforced()) {
                    postern.take(Step.ROLL_BACK);
                }
            });
        }
    }

    /// The domain comes with a policy of its own.
    private void foreign() {
        var patterns = internet.mx().stream().map(MxPattern::new).toList();
        internet.serve(Optional.of(new StsPolicy(dice.chance(0.5) ? Mode.ENFORCE : Mode.TESTING,
                dice.between(1, 60) * DAY, patterns, Map.of())));
        internet.stsId = Optional.of("own1");
    }

    private void breakServer() {
        clock.in(dice.gap((enforced() ? 12 : 25) * DAY), this::breakServer);
        Fault.Kind what = dice.pick(List.of(Fault.Kind.NO_STARTTLS, Fault.Kind.WRONG_NAME, Fault.Kind.UNTRUSTED,
                Fault.Kind.OLD_TLS));
        var fault = new Fault(what, dice.pick(internet.mx()), clock.now(), Optional.empty());
        fault.until = clock.now() + (dice.chance(0.3) ? dice.between(5 * MINUTE, 2 * HOUR) : dice.between(1, 12) * DAY);
        internet.faults.add(fault);
    }

    /// On the way of some senders, where no probe goes.
    private void breakPath() {
        clock.in(dice.gap((enforced() ? 18 : 45) * DAY), this::breakPath);
        Set<String> those = new HashSet<>();
        long count = dice.between(1, 4);
        for (int i = 0; i < count; i++) {
            those.add(dice.pick(senders).name);
        }
        var fault = new Fault(dice.pick(List.of(Fault.Kind.NO_STARTTLS, Fault.Kind.UNTRUSTED)), dice.pick(internet.mx()),
                clock.now(), Optional.of(those));
        fault.until = clock.now() + dice.between(1, 20) * DAY;
        internet.faults.add(fault);
    }

    private void outage() {
        clock.in(dice.gap(20 * DAY), this::outage);
        long hours = dice.between(1, 20);
        switch ((int) dice.between(0, 2)) {
            case 0 -> {
                internet.policyHostDown = true;
                clock.in(hours * HOUR, () -> internet.policyHostDown = false);
            }
            case 1 -> {
                internet.probesBlind = true;
                clock.in(hours * HOUR, () -> internet.probesBlind = false);
            }
            default -> {
                var server = internet.servers.get(dice.pick(internet.mx()));
                server.down = true;
                clock.in(hours * HOUR, () -> server.down = false);
            }
        }
    }

    /// A stranger with a domain of its own signs a report of failures that never were.
    private void slander() {
        clock.in(dice.gap(25 * DAY), this::slander);
        String stranger = "stranger" + clock.now() + ".example";
        postern.report(new SenderDay(Clockwork.day(clock.now()), "sender1.example", true, Optional.empty(), 1, 1_000_000,
                List.of(new SenderDay.Failure(ResultType.CERTIFICATE_EXPIRED, dice.pick(internet.mx()), 1_000_000))),
                stranger, true, stranger, () -> { });
    }

    /// Clean reports in the names of others, without a signature that holds.
    private void forge() {
        clock.in(DAY, this::forge);
        for (String victim : List.of("sender1.example", "sender2.example", "sender3.example")) {
            postern.report(new SenderDay(Clockwork.day(clock.now() - DAY), victim, false, Optional.empty(), 1, 10_000,
                    List.of()), victim, false, victim + clock.now(), () -> { });
        }
    }

    private void changeServers() {
        clock.in(dice.between(10, 45) * DAY, this::changeServers);
        String comes = server("mx%d.example.test".formatted(++named));
        Optional<String> goes = dice.chance(0.6) ? Optional.of(dice.pick(internet.mx())) : Optional.empty();
        operator.plan(comes, goes);
    }

    // --- what only the careless do

    private void carelessness() {
        clock.in(dice.between(3, 25) * DAY, this::carelessness);
        switch ((int) dice.between(0, 4)) {
            case 4 -> tidyUp();
            case 0 -> surprise(false);
            case 1 -> surprise(true);
            case 2 -> internet.servers.get(dice.pick(internet.mx())).renews = false;
            default -> oldFile();
        }
    }

    /// Another MX in the DNS, and nobody asked Postern.
    private void surprise(boolean instead) {
        String comes = server("mx%d.example.test".formatted(++named));
        var mx = new ArrayList<>(internet.mx());
        if (instead) {
            mx.remove(dice.pick(internet.mx()));
        }
        mx.add(0, comes);
        internet.mx(mx, false);
    }

    /// Asks for a policy that no longer names an MX which is still in the DNS.
    private void tidyUp() {
        var mx = new ArrayList<>(postern.stored().trail().newest().map(each -> each.published().policy().mx())
                .orElse(List.of()));
        if (mx.size() > 1) {
            mx.remove(dice.pick(mx));
            postern.name(mx);
        }
    }

    /// An older file is put back, and found out some time later.
    private void oldFile() {
        var versions = postern.stored().trail().versions();
        if (hosting != PolicyHosting.CUSTOMER || versions.size() < 2 || internet.ownFile
                || postern.stored().domain().phase() == Phase.NONE) {
            return;
        }
        internet.ownFile = true;
        internet.serve(Optional.of(dice.pick(versions.subList(1, versions.size())).published().policy()));
        clock.in(dice.between(3, 30) * HOUR, () -> {
            internet.ownFile = false;
            internet.serve(postern.stored().trail().newest().map(PolicyVersion::published).map(each -> each.policy()));
        });
    }
}

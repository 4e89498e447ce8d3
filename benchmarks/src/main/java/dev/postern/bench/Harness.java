package dev.postern.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.postern.check.Check;
import dev.postern.check.DomainChecks;
import dev.postern.check.Seen;
import dev.postern.check.Verdict;
import dev.postern.name.DomainName;
import dev.postern.probe.DomainProbe;
import dev.postern.probe.Instruments;
import dev.postern.probe.ProbeSettings;
import dev.postern.probe.Progress;
import dev.postern.settings.Settings;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Measures looks at many domains.
final class Harness {

    private static final int UNLOADED_LOOKS = 9;
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final Plan plan;
    private final InternetProcess internet;

    /// @param internet with at least as many domains as the plan has
    Harness(Plan plan, InternetProcess internet) {
        this.plan = plan;
        this.internet = internet;
    }

    Result measure() {
        internet.distance(Duration.ZERO);
        // Every domain once: the JVM compiles what is used, and the servers make their certificates.
        lookAt(probe(), 0, plan.domains());
        var unloadedNear = unloaded();
        internet.distance(plan.roundTrip());
        var unloadedFar = unloaded();
        var small = run(0, plan.small());
        var large = run(plan.small(), plan.large());
        return new Result(plan, Runtime.getRuntime().availableProcessors(), unloadedNear, unloadedFar, small, large);
    }

    private DomainProbe probe() {
        return Instruments.domainProbe(ProbeSettings.from(new Settings(internet.environment())), new LooksElsewhere(),
                Clock.systemUTC());
    }

    /// The shortest of several: whatever made another longer was not the look.
    private Duration unloaded() {
        var probe = probe();
        // What a worker that runs has long learnt, such as the keys of the top-level domain.
        look(probe, 0);
        return IntStream.range(0, UNLOADED_LOOKS).mapToObj(i -> {
            long began = System.nanoTime();
            look(probe, i % plan.domains());
            return Duration.ofNanos(System.nanoTime() - began);
        }).min(Duration::compareTo).orElseThrow();
    }

    private Run run(int first, int domains) {
        var probe = probe();
        look(probe, first);
        long heapBefore = heap();
        var serversBefore = internet.cpu();
        // It tells of the time since it was last asked.
        SYSTEM.getCpuLoad();
        long cpuBefore = SYSTEM.getProcessCpuTime();
        long began = System.nanoTime();
        int healthy = lookAt(probe, first, domains);
        var took = Duration.ofNanos(System.nanoTime() - began);
        var cpu = Duration.ofNanos(SYSTEM.getProcessCpuTime() - cpuBefore);
        double machine = SYSTEM.getCpuLoad();
        var serversCpu = internet.cpu().minus(serversBefore);
        long heapAfter = heap();
        // Still in use, so that whatever it keeps of the domains is in the heap.
        look(probe, first);
        return new Run(domains, healthy, took, cpu, serversCpu, machine, heapBefore, heapAfter);
    }

    /// @return how many of them were healthy
    private int lookAt(DomainProbe probe, int first, int domains) {
        var places = new Semaphore(plan.atOnce());
        var healthy = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = first; i < first + domains; i++) {
                int number = i;
                places.acquireUninterruptibly();
                threads.execute(() -> {
                    try {
                        if (look(probe, number)) {
                            healthy.incrementAndGet();
                        }
                    } finally {
                        places.release();
                    }
                });
            }
        }
        return healthy.get();
    }

    /// @return whether all that enforce needs was seen, and is well
    private static boolean look(DomainProbe probe, int number) {
        var domain = DomainName.parse(FarInternet.name(number)).orThrow();
        var seen = probe.observe(domain, new DomainProbe.Wish(Set.of(), Duration.ZERO, Progress.NOBODY));
        return DomainChecks.judge(domain, Set.of(), Seen.once(seen)).stream()
                .filter(finding -> finding.check().need() == Check.Need.REQUIRED)
                .allMatch(finding -> finding.verdict() == Verdict.PASS || finding.verdict() == Verdict.WARN);
    }

    private static long heap() {
        // Once is not enough for what is freed only after its cleaner has run.
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}

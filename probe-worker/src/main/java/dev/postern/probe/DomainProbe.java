package dev.postern.probe;

import dev.postern.check.DnsAnswer;
import dev.postern.check.Observation;
import dev.postern.check.PolicyFetch;
import dev.postern.name.DomainName;
import dev.postern.probe.dns.Dns;
import dev.postern.probe.policy.PolicyFetcher;
import dev.postern.setup.Installation;
import dev.postern.setup.SetupPlan;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Asks everything about one domain at once. It holds no state: any number of domains may be probed at a time.
public final class DomainProbe {

    private static final Executor THREADS = task -> Thread.ofVirtual().name("probe").start(task);

    private final Dns dns;
    private final PolicyFetcher fetcher;
    private final Installation installation;
    private final InstantSource clock;
    private final Duration deadline;

    /// @param deadline for all questions together; what is not answered then counts as no answer
    public DomainProbe(Dns dns, PolicyFetcher fetcher, Installation installation, InstantSource clock,
                       Duration deadline) {
        this.dns = dns;
        this.fetcher = fetcher;
        this.installation = installation;
        this.clock = clock;
        this.deadline = deadline;
    }

    /// What there is to see of a domain now. It does not throw: what could not be seen is in the observation.
    public Observation observe(DomainName domain) {
        // PostgreSQL keeps microseconds; with more, what was written would not equal what is read.
        var at = clock.instant().truncatedTo(ChronoUnit.MICROS);
        var ownership = ask(() -> dns.txt(installation.ownershipName(domain)));
        var stsRecord = ask(() -> dns.txt(domain.child("_mta-sts")));
        var tlsRptRecord = ask(() -> dns.txt(domain.child("_smtp._tls")));
        var cname = ask(() -> dns.cname(SetupPlan.policyHost(domain)));
        var mx = ask(() -> dns.mx(domain.ascii()));
        var policy = within(() -> fetcher.fetch(SetupPlan.policyHost(domain)), (PolicyFetch) new PolicyFetch.Failed(
                PolicyFetch.Fault.TIMEOUT, "not complete after " + deadline.toSeconds() + " s"));
        return new Observation(at, ownership.join(), stsRecord.join(), tlsRptRecord.join(), cname.join(), mx.join(),
                policy.join());
    }

    private CompletableFuture<DnsAnswer> ask(Supplier<DnsAnswer> question) {
        return within(question, new DnsAnswer.Unknown("no answer within " + deadline.toSeconds() + " s"));
    }

    private <T> CompletableFuture<T> within(Supplier<T> question, T tooLate) {
        return CompletableFuture.supplyAsync(question, THREADS)
                .completeOnTimeout(tooLate, deadline.toMillis(), TimeUnit.MILLISECONDS);
    }
}

package dev.postern.probe;

import dev.postern.check.DomainChecks;
import dev.postern.name.DomainName;
import dev.postern.name.HostName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.Dnssec;
import dev.postern.observation.FoundationAnswers;
import dev.postern.observation.MxHost;
import dev.postern.observation.Observation;
import dev.postern.observation.PolicyFetch;
import dev.postern.observation.PublishedRecords;
import dev.postern.observation.ReportDestination;
import dev.postern.observation.Tlsa;
import dev.postern.observation.Vantage;
import dev.postern.probe.dns.Dns;
import dev.postern.probe.dns.SecureDns;
import dev.postern.probe.foundation.FoundationProbe;
import dev.postern.probe.mx.MxHosts;
import dev.postern.probe.policy.PolicyFetcher;
import dev.postern.rollout.plan.Preflight;
import dev.postern.rollout.plan.PreflightLook;
import dev.postern.setup.Installation;
import dev.postern.setup.SetupPlan;
import dev.postern.tlsrpt.ReportUri;
import dev.postern.tlsrpt.TlsRptRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.xbill.DNS.Type;

/// Asks everything about one domain at once. It holds no state: any number of domains may be probed at a time.
public final class DomainProbe {

    /// What a look asks, and how long it may take.
    ///
    /// @param dkimSelectors given by who asks
    /// @param freshMx       how old a look at an MX host may be that another domain caused
    /// @param progress      is told of each step done
    public record Wish(Set<String> dkimSelectors, Duration freshMx, Progress progress) {
    }

    private static final Executor THREADS = task -> Thread.ofVirtual().name("probe").start(task);
    /// A domain with more is asked about the most preferred of them.
    private static final int MAX_MX_HOSTS = 12;
    private static final int MAX_DESTINATIONS = 6;
    private static final int FIRST_STEPS = 4;

    private final Dns dns;
    private final SecureDns secureDns;
    private final PolicyFetcher fetcher;
    private final MxHosts mxHosts;
    private final FoundationProbe foundation;
    private final ReportDestinations destinations;
    private final Installation installation;
    private final Vantage vantage;
    private final InstantSource clock;
    private final Duration deadline;

    /// @param deadline for all questions together; what is not answered then counts as no answer
    public DomainProbe(Dns dns, SecureDns secureDns, PolicyFetcher fetcher, MxHosts mxHosts, Installation installation,
                       Vantage vantage, InstantSource clock, Duration deadline) {
        this.dns = dns;
        this.secureDns = secureDns;
        this.fetcher = fetcher;
        this.mxHosts = mxHosts;
        this.foundation = new FoundationProbe(dns);
        this.destinations = new ReportDestinations(dns, fetcher, mxHosts);
        this.installation = installation;
        this.vantage = vantage;
        this.clock = clock;
        this.deadline = deadline;
    }

    public Vantage vantage() {
        return vantage;
    }

    /// What there is to see of a domain now. It does not throw: what could not be seen is in the observation.
    public Observation observe(DomainName domain, Wish wish) {
        // PostgreSQL keeps microseconds; with more, what was written would not equal what is read.
        Instant at = clock.instant().truncatedTo(ChronoUnit.MICROS);
        var look = new Look(System.nanoTime() + deadline.toNanos(), wish.progress());
        look.expect(FIRST_STEPS);
        var ownership = look.ask(() -> dns.txt(installation.ownershipName(domain)));
        var stsRecord = look.ask(() -> dns.txt(domain.child("_mta-sts")));
        var tlsRptRecord = look.ask(() -> dns.txt(domain.child("_smtp._tls")));
        var cname = look.ask(() -> dns.cname(SetupPlan.policyHost(domain)));
        var mx = look.ask(() -> dns.mx(domain.ascii()));
        var addresses = look.ask(() -> dns.addressAnswer(domain.ascii()));
        var dnssec = look.within("DNSSEC", () -> secureDns.state(domain.ascii(), Type.MX),
                Dnssec.unknown(look.tooLate()));
        var policy = look.within("policy host", () -> fetcher.fetch(SetupPlan.policyHost(domain)),
                (PolicyFetch) new PolicyFetch.Failed(PolicyFetch.Fault.TIMEOUT, look.tooLate()));
        var layers = look.within("SPF, DKIM, DMARC, BIMI", () -> foundation.ask(domain, wish.dkimSelectors()),
                FoundationAnswers.unknown(look.tooLate()));

        var hosts = mxHosts(domain, mx.join(), addresses).stream().limit(MAX_MX_HOSTS).toList();
        look.expect(hosts.size());
        var mxLooks = hosts.stream().map(host -> look.within("MX " + host, () -> mxHosts.look(host, wish.freshMx()),
                notSeen(host, at, look.tooLate()))).toList();
        var reports = destinations(look, tlsRptRecord.join());
        CompletableFuture.allOf(ownership, stsRecord, tlsRptRecord, cname, mx, addresses).join();
        look.done("DNS records");
        return new Observation(at, vantage, ownership.join(), stsRecord.join(), tlsRptRecord.join(), cname.join(),
                mx.join(), addresses.join(), dnssec.join(), policy.join(),
                mxLooks.stream().map(CompletableFuture::join).toList(),
                reports.stream().map(CompletableFuture::join).toList(), layers.join());
    }

    /// What there is to see of a change before it is made. It does not throw.
    ///
    /// @param freshMx how old a look at a host may be that another domain caused
    public PreflightLook ahead(DomainName domain, Preflight wanted, Duration freshMx) {
        Instant at = clock.instant().truncatedTo(ChronoUnit.MICROS);
        var look = new Look(System.nanoTime() + deadline.toNanos(), Progress.NOBODY);
        String policyHost = SetupPlan.policyHost(domain);
        var hosts = wanted.hosts().stream().map(HostName::ascii).map(host -> look.within(
                () -> mxHosts.look(host, freshMx), notSeen(host, at, look.tooLate()))).toList();
        var caa = wanted.caa().stream().map(HostName::ascii).collect(Collectors.toMap(host -> host,
                host -> look.ask(() -> dns.caa(host))));
        var own = look.ask(() -> dns.addressAnswer(policyHost));
        var target = wanted.place().map(HostName::ascii).map(place -> look.ask(() -> dns.addressAnswer(place)));
        var place = wanted.place().map(HostName::ascii).map(there -> look.within(() -> fetcher.fetchAt(policyHost, there),
                (PolicyFetch) new PolicyFetch.Failed(PolicyFetch.Fault.TIMEOUT, look.tooLate())));
        return new PreflightLook(at, vantage, hosts.stream().map(CompletableFuture::join).toList(), caa.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().join())), own.join(),
                target.map(CompletableFuture::join), place.map(CompletableFuture::join));
    }

    /// What the owner of an MX host publishes now, for Postern to be told of failures there. It does not throw.
    public PublishedRecords published(DomainName host, Progress progress) {
        Instant at = clock.instant().truncatedTo(ChronoUnit.MICROS);
        var look = new Look(System.nanoTime() + deadline.toNanos(), progress);
        look.expect(1);
        var ownership = look.ask(() -> dns.txt(installation.ownershipName(host)));
        var tlsRptRecord = look.ask(() -> dns.txt(host.child("_smtp._tls")));
        var reports = destinations(look, tlsRptRecord.join());
        ownership.join();
        look.done("DNS records");
        return new PublishedRecords(at, vantage, ownership.join(), tlsRptRecord.join(),
                reports.stream().map(CompletableFuture::join).toList());
    }

    private List<CompletableFuture<ReportDestination>> destinations(Look look, DnsAnswer tlsRptRecord) {
        var reportTo = TlsRptRecord.parse(tlsRptRecord.values()).asOptional().map(TlsRptRecord::rua)
                .orElse(List.<ReportUri>of()).stream().limit(MAX_DESTINATIONS).toList();
        look.expect(reportTo.size());
        return reportTo.stream().map(uri -> look.within("report address " + uri.uri(), () -> destinations.look(uri),
                new ReportDestination(uri.uri(), ReportDestination.Outcome.UNKNOWN, List.of(), look.tooLate()))).toList();
    }

    /// The hosts to look at: those of the MX records, else the domain itself (RFC 5321 §5.1). Names that are no host
    /// names, which DNS can hold, are left to the checks.
    private static List<String> mxHosts(DomainName domain, DnsAnswer mx, CompletableFuture<DnsAnswer> addresses) {
        if (mx instanceof DnsAnswer.Absent) {
            return addresses.join() instanceof DnsAnswer.Found ? List.of(domain.ascii()) : List.of();
        }
        return DomainChecks.mxHosts(mx).stream().filter(host -> HostName.parse(host).asOptional().isPresent()).toList();
    }

    private static MxHost notSeen(String host, Instant at, String why) {
        var none = new DnsAnswer.Unknown(why);
        return new MxHost(host, at, none, none, List.of(), Tlsa.unknown(host, why));
    }

    /// One look under way: its deadline and how far it is.
    private final class Look {

        private final long until;
        private final Progress progress;
        private int finished;
        private int total;

        Look(long until, Progress progress) {
            this.until = until;
            this.progress = progress;
        }

        String tooLate() {
            return "no answer within " + deadline.toSeconds() + " s";
        }

        synchronized void expect(int steps) {
            total += steps;
        }

        synchronized void done(String step) {
            finished++;
            progress.step(step, finished, total);
        }

        CompletableFuture<DnsAnswer> ask(Supplier<DnsAnswer> question) {
            return within(question, new DnsAnswer.Unknown(tooLate()));
        }

        <T> CompletableFuture<T> within(String step, Supplier<T> question, T tooLate) {
            return within(question, tooLate).thenApply(answer -> {
                done(step);
                return answer;
            });
        }

        private <T> CompletableFuture<T> within(Supplier<T> question, T tooLate) {
            return CompletableFuture.supplyAsync(question, THREADS)
                    .completeOnTimeout(tooLate, Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }
}

package dev.postern.rollout.plan;

import dev.postern.mtasts.Mode;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.StsPolicy;
import dev.postern.mtasts.StsRecord;
import dev.postern.name.DomainName;
import dev.postern.name.HostName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.Dnssec;
import dev.postern.observation.FoundationAnswers;
import dev.postern.observation.MxEndpoint;
import dev.postern.observation.MxHost;
import dev.postern.observation.Observation;
import dev.postern.observation.PolicyFetch;
import dev.postern.observation.Tlsa;
import dev.postern.observation.Vantage;
import dev.postern.pki.Certificate;
import dev.postern.pki.Chain;
import dev.postern.pki.Trust;
import dev.postern.rollout.Phase;
import dev.postern.rollout.PolicyTrail;
import dev.postern.rollout.PolicyVersion;
import dev.postern.rollout.ServedPolicy;
import dev.postern.setup.MailDomain;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.PublishedPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// A domain in a world of its own: what is published, what is served, what its probes have seen of it, and, beyond what any
/// probe knows, when each policy was really served last and each record was really last in DNS.
final class SimulatedDomain {

    static final Vantage HERE = new Vantage("here", "");
    static final DnsAnswer ABSENT = new DnsAnswer.Absent("NODATA");
    static final DomainName NAME = new DomainName("example.test");

    Instant now = Instant.parse("2026-12-01T12:00:00Z");
    long mxTtl = 3_600;
    long stsTtl = 300;
    final Set<String> mx = new LinkedHashSet<>();
    final Set<String> broken = new LinkedHashSet<>();
    final Map<String, String> certificates = new HashMap<>();
    final Map<String, List<dev.postern.dane.TlsaRecord>> tlsa = new HashMap<>();
    /// In place of one made of a fingerprint alone.
    final Map<String, Certificate> real = new HashMap<>();
    Duration certificateLife = Duration.ofDays(80);
    final List<StsPolicy> published = new ArrayList<>();
    int served = -1;
    int announced = -1;
    boolean hostGone;
    Optional<String> policyHostCname = Optional.empty();
    Optional<PolicyFetch> place = Optional.empty();
    Map<String, DnsAnswer> caa = Map.of();
    PolicyHosting hosting = PolicyHosting.POSTERN;
    Phase phase = Phase.ENFORCE;

    /// Ground truth.
    final Map<Integer, Instant> lastServed = new LinkedHashMap<>();
    final Map<String, Instant> lastMx = new LinkedHashMap<>();
    Instant lastRecord = Instant.MIN;

    PolicyTrail trail = PolicyTrail.EMPTY;
    Ttls ttls = Ttls.NONE;
    private Optional<Observation> look = Optional.empty();
    private Optional<PreflightLook> ahead = Optional.empty();

    static SimulatedDomain enforcing(Duration maxAge, String... hosts) {
        var domain = new SimulatedDomain();
        domain.mx.addAll(List.of(hosts));
        domain.publish(policy(Mode.ENFORCE, maxAge, hosts));
        domain.serve();
        domain.announce();
        domain.probe(new Preflight(List.of(), List.of(), Optional.empty()));
        return domain;
    }

    static StsPolicy policy(Mode mode, Duration maxAge, String... hosts) {
        return new StsPolicy(mode, maxAge.toSeconds(), List.of(hosts).stream().map(MxPattern::new).toList(), Map.of());
    }

    StsPolicy newest() {
        return published.getLast();
    }

    void publish(StsPolicy policy) {
        published.add(policy);
        int number = published.size();
        var all = new ArrayList<>(trail.versions());
        all.add(PolicyVersion.unseen(new PublishedPolicy(number, policy, "id" + number, now, "Anna")));
        trail = new PolicyTrail(all, trail.foreign());
    }

    void serve() {
        keepTruth();
        served = published.size() - 1;
        keepTruth();
    }

    void announce() {
        announced = published.size() - 1;
    }

    void pass(Duration time) {
        keepTruth();
        now = now.plus(time);
        keepTruth();
    }

    /// What is so at this moment was so.
    private void keepTruth() {
        if (served >= 0 && !hostGone) {
            lastServed.put(served, now);
        }
        mx.forEach(host -> lastMx.put(host, now));
        if (announced >= 0) {
            lastRecord = now;
        }
    }

    void removeMx(String host) {
        keepTruth();
        mx.remove(host);
    }

    void removeRecord() {
        keepTruth();
        announced = -1;
    }

    /// Whether a sender may still hold a policy that this is true of.
    boolean held(java.util.function.Predicate<StsPolicy> which) {
        keepTruth();
        return lastServed.entrySet().stream().anyMatch(entry -> which.test(published.get(entry.getKey()))
                && entry.getValue().plusSeconds(published.get(entry.getKey()).maxAgeSeconds()).isAfter(now));
    }

    void probe(Change change) {
        probe(Preflight.of(List.of(change)));
    }

    void probe(Preflight wanted) {
        PolicyFetch fetch = served < 0 || hostGone ? new PolicyFetch.Failed(PolicyFetch.Fault.NO_ADDRESS, "NXDOMAIN")
                : answer(published.get(served));
        DnsAnswer record = announced < 0 ? ABSENT : new DnsAnswer.Found(List.of(new StsRecord("id" + (announced + 1),
                Map.of()).render()), stsTtl);
        trail = ServedPolicy.of(fetch).after(trail, StsRecord.parse(record.values()).asOptional().map(StsRecord::id), now);
        look = Optional.of(new Observation(now, HERE, ABSENT, record, ABSENT, hostGone ? ABSENT : policyHostCname
                .<DnsAnswer>map(target -> new DnsAnswer.Found(List.of(target), 600)).orElse(ABSENT), mx.isEmpty() ? ABSENT
                : new DnsAnswer.Found(List.copyOf(mx), mxTtl), ABSENT, Dnssec.unknown(""), fetch, mx.stream()
                .map(this::host).toList(), List.of(), FoundationAnswers.unknown("")));
        ahead = wanted.nothing() ? Optional.empty() : Optional.of(new PreflightLook(now, HERE, wanted.hosts().stream()
                .map(HostName::ascii).map(this::host).toList(), caa, ABSENT, wanted.place().map(_ -> ABSENT), place));
        ttls = world().ttls();
    }

    static PolicyFetch answer(StsPolicy policy) {
        return new PolicyFetch.Answered(200, Optional.of("text/plain"), policy.render().getBytes(StandardCharsets.UTF_8),
                chain("mta-sts.example.test", "policy host", Instant.parse("2027-12-01T00:00:00Z")));
    }

    private MxHost host(String host) {
        Instant until = now.plus(certificateLife);
        var endpoint = broken.contains(host) ? new MxEndpoint("192.0.2.1", now, 10,
                MxEndpoint.Outcome.STARTTLS_NOT_OFFERED, "no STARTTLS", "", Optional.empty())
                : new MxEndpoint("192.0.2.1", now, 10, MxEndpoint.Outcome.TLS_ESTABLISHED, "", "", Optional.of(
                new MxEndpoint.Tls("TLSv1.3", "TLS_AES_128_GCM_SHA256", Optional.of(real.containsKey(host)
                        ? new Chain(List.of(real.get(host)), Trust.TRUSTED, "", Chain.Staple.NONE)
                        : chain(host, certificates.getOrDefault(host, "first"), until)))));
        var records = tlsa.getOrDefault(host, List.of());
        var state = records.isEmpty() ? Dnssec.unknown("") : new Dnssec(Dnssec.State.SECURE, "");
        return new MxHost(host, now, ABSENT, new DnsAnswer.Found(List.of("192.0.2.1"), 300), List.of(endpoint),
                records.isEmpty() ? new Tlsa(host, new Dnssec(Dnssec.State.INSECURE, ""),
                        new Dnssec(Dnssec.State.INSECURE, ""), List.of()) : new Tlsa(host, state, state, records));
    }

    static Chain chain(String host, String fingerprint, Instant until) {
        return new Chain(List.of(new Certificate("CN=" + host, "CN=Test", "1", List.of(host),
                Instant.parse("2026-11-01T00:00:00Z"), until, "EC", 256, "SHA256withECDSA", fingerprint,
                "-----BEGIN CERTIFICATE-----\n")), Trust.TRUSTED, "", Chain.Staple.NONE);
    }

    /// As the probes know it.
    World world() {
        var domain = new MailDomain(new UUID(0, 1), NAME, phase, Instant.parse("2026-11-01T00:00:00Z"), hosting, "token",
                "report", Optional.empty(), Optional.of(now), Optional.of(OwnershipProof.TXT_RECORD), now,
                look.map(seen -> seen.mx().values()).orElse(List.of()), look.map(Observation::at), Set.of());
        return new World(domain, trail, look.stream().collect(Collectors.toList()), ahead.stream().toList(), Ttls.NONE, now)
                .with(ttls);
    }
}

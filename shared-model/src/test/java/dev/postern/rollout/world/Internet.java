package dev.postern.rollout.world;

import static dev.postern.rollout.world.Clockwork.DAY;
import static dev.postern.rollout.world.Clockwork.instant;

import dev.postern.mtasts.StsPolicy;
import dev.postern.mtasts.StsRecord;
import dev.postern.name.HostName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.Dnssec;
import dev.postern.observation.FoundationAnswers;
import dev.postern.observation.MxEndpoint;
import dev.postern.observation.MxHost;
import dev.postern.observation.Observation;
import dev.postern.observation.PolicyFetch;
import dev.postern.observation.ReportDestination;
import dev.postern.observation.Tlsa;
import dev.postern.observation.Vantage;
import dev.postern.pki.Certificate;
import dev.postern.pki.Chain;
import dev.postern.pki.Trust;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How things really are: the domain's DNS, its mail servers and its policy host. Nobody in the world sees all of it.
final class Internet {

    static final Vantage VANTAGE = new Vantage("here", "");
    /// Days left of a certificate that no check minds.
    private static final long LONG = 35;
    private static final DnsAnswer ABSENT = new DnsAnswer.Absent("NXDOMAIN");

    /// A mail server: its certificate, and whether it runs.
    static final class MailServer {
        final String host;
        final HostName name;
        long certifiedFrom;
        long certifiedUntil;
        boolean renews = true;
        boolean down;

        MailServer(String host, long from, long until) {
            this.host = host;
            this.name = new HostName(host);
            this.certifiedFrom = from;
            this.certifiedUntil = until;
        }
    }

    /// One that came into the DNS.
    ///
    /// @param advised whether Postern had said that it may
    record Arrival(long at, boolean advised) {
    }

    final String domain;
    final Clockwork clock;
    final long mxTtl;
    final long txtTtl;
    final Map<String, MailServer> servers = new HashMap<>();
    final List<Fault> faults = new ArrayList<>();
    /// Of each host that ever was an MX, the last time it became one.
    final Map<String, Arrival> arrivals = new HashMap<>();
    final Map<String, Long> departures = new HashMap<>();

    private List<String> mx;
    Optional<String> stsId = Optional.empty();
    Optional<String> ownership = Optional.empty();
    Optional<String> tlsRpt = Optional.empty();
    Optional<String> cname = Optional.empty();
    /// What each of the policy host's machines serves.
    final List<Optional<StsPolicy>> served = new ArrayList<>(List.of(Optional.empty(), Optional.empty()));
    boolean policyHostDown;
    /// Nobody's port 25 can be reached from where the probes run.
    boolean probesBlind;
    /// The policy host serves something that its owner was not told to serve.
    boolean ownFile;

    Internet(String domain, Clockwork clock, long mxTtl, long txtTtl, List<String> mx) {
        this.domain = domain;
        this.clock = clock;
        this.mxTtl = mxTtl;
        this.txtTtl = txtTtl;
        this.mx = List.copyOf(mx);
        mx.forEach(host -> arrivals.put(host, new Arrival(0, false)));
    }

    List<String> mx() {
        return mx;
    }

    void mx(List<String> hosts, boolean advised) {
        hosts.stream().filter(host -> !mx.contains(host))
                .forEach(host -> arrivals.put(host, new Arrival(clock.now(), advised)));
        mx.stream().filter(host -> !hosts.contains(host)).forEach(host -> departures.put(host, clock.now()));
        mx = List.copyOf(hosts);
    }

    void serve(Optional<StsPolicy> policy) {
        served.set(0, policy);
        served.set(1, policy);
    }

    /// What stands in the way of mail at this MX for a sender that insists on TLS.
    Optional<Fault> fault(String host, String sender) {
        for (Fault fault : faults) {
            if (fault.mx.equals(host) && fault.active(clock.now()) && fault.meets(sender)) {
                return Optional.of(fault);
            }
        }
        return Optional.empty();
    }

    private Optional<Fault> seenByProbes(String host) {
        for (Fault fault : faults) {
            if (fault.mx.equals(host) && fault.active(clock.now()) && fault.onThePathOfProbes()) {
                return Optional.of(fault);
            }
        }
        return Optional.empty();
    }

    /// What probes can see, so that two looks with the same answer need not be judged twice. The days that a certificate
    /// has left are part of it once they are few.
    String fingerprint() {
        var text = new StringBuilder().append(mx).append(stsId.orElse("-"))
                .append(ownership.isPresent()).append(tlsRpt.isPresent()).append(cname.isPresent())
                .append(policyHostDown).append(probesBlind)
                .append(served.getFirst().map(policy -> policy.mode() + " " + policy.maxAgeSeconds() + policy.mx()));
        for (String host : mx) {
            MailServer server = servers.get(host);
            text.append(host).append(server.down).append(server.certifiedFrom)
                    .append(Math.min(LONG, (server.certifiedUntil - clock.now()) / DAY)).append(server.certifiedUntil < clock.now())
                    .append(seenByProbes(host).map(fault -> fault.kind.name()).orElse(""));
        }
        return text.toString();
    }

    /// What a probe sees now.
    Observation observe(Instant began) {
        return new Observation(began, VANTAGE, answer(ownership), answer(stsId.map(id -> new StsRecord(id, Map.of())
                .render())), answer(tlsRpt), answer(cname), new DnsAnswer.Found(mx, mxTtl), ABSENT,
                new Dnssec(Dnssec.State.INSECURE, ""), fetch(), mx.stream().map(host -> look(host, began)).toList(),
                tlsRpt.isPresent() ? List.of(new ReportDestination("https://postern.test/v1/tlsrpt/reports",
                        ReportDestination.Outcome.ANSWERS, List.of("postern.test"), "200")) : List.of(),
                FoundationAnswers.unknown("not asked"));
    }

    private DnsAnswer answer(Optional<String> value) {
        return value.<DnsAnswer>map(text -> new DnsAnswer.Found(List.of(text), txtTtl)).orElse(ABSENT);
    }

    private PolicyFetch fetch() {
        if (policyHostDown) {
            return new PolicyFetch.Failed(PolicyFetch.Fault.TIMEOUT, "no answer");
        }
        var chain = new Chain(List.of(certificate("mta-sts." + domain, clock.now() - 30 * DAY, clock.now() + 60 * DAY)),
                Trust.TRUSTED, "", Chain.Staple.NONE);
        return served.getFirst().<PolicyFetch>map(policy -> new PolicyFetch.Answered(200, Optional.of("text/plain"),
                policy.render().getBytes(StandardCharsets.UTF_8), chain))
                .orElseGet(() -> new PolicyFetch.Answered(404, Optional.of("text/plain"), new byte[0], chain));
    }

    private MxHost look(String host, Instant at) {
        MailServer server = servers.get(host);
        return new MxHost(host, at, ABSENT, new DnsAnswer.Found(List.of("192.0.2.1"), mxTtl),
                List.of(endpoint(server, at)), new Tlsa(host, new Dnssec(Dnssec.State.INSECURE, ""),
                new Dnssec(Dnssec.State.INSECURE, ""), List.of()));
    }

    private MxEndpoint endpoint(MailServer server, Instant at) {
        if (probesBlind || server.down) {
            return end(probesBlind ? MxEndpoint.Outcome.PORT_BLOCKED : MxEndpoint.Outcome.TIMEOUT, at, Optional.empty());
        }
        Optional<Fault.Kind> fault = seenByProbes(server.host).map(each -> each.kind);
        if (fault.equals(Optional.of(Fault.Kind.NO_STARTTLS))) {
            return end(MxEndpoint.Outcome.STARTTLS_NOT_OFFERED, at, Optional.empty());
        }
        if (fault.equals(Optional.of(Fault.Kind.OLD_TLS))) {
            return end(MxEndpoint.Outcome.TLS_VERSION, at, Optional.empty());
        }
        String named = fault.equals(Optional.of(Fault.Kind.WRONG_NAME)) ? "other." + domain : server.host;
        Trust trust = fault.equals(Optional.of(Fault.Kind.UNTRUSTED)) ? Trust.UNKNOWN_ROOT : Trust.TRUSTED;
        return end(MxEndpoint.Outcome.TLS_ESTABLISHED, at, Optional.of(new MxEndpoint.Tls("TLSv1.3",
                "TLS_AES_128_GCM_SHA256", Optional.of(new Chain(List.of(certificate(named, server.certifiedFrom,
                server.certifiedUntil)), trust, "", Chain.Staple.NONE)))));
    }

    private static MxEndpoint end(MxEndpoint.Outcome outcome, Instant at, Optional<MxEndpoint.Tls> tls) {
        return new MxEndpoint("192.0.2.1", at, 10, outcome, "", "S: 220 hello\n", tls);
    }

    private static Certificate certificate(String name, long from, long until) {
        return new Certificate("CN=" + name, "CN=Authority", "1", List.of(name), instant(from), instant(until), "EC", 256,
                "SHA256withECDSA", "%s %d".formatted(name, from), "-----BEGIN CERTIFICATE-----\n");
    }

    /// Faults at hosts that are MXs now, and that a probe meets.
    List<Fault> visible(Set<String> hosts) {
        var met = new ArrayList<Fault>();
        for (String host : hosts) {
            if (!probesBlind && !servers.get(host).down) {
                seenByProbes(host).ifPresent(met::add);
            }
        }
        return met;
    }
}

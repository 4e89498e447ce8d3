package dev.postern.probe.mx;

import dev.postern.observation.DnsAnswer;
import dev.postern.observation.MxEndpoint;
import dev.postern.observation.MxEndpoint.Outcome;
import dev.postern.observation.MxHost;
import dev.postern.observation.Tlsa;
import dev.postern.probe.dns.Dns;
import dev.postern.probe.dns.SecureDns;
import dev.postern.outbound.PublicAddresses;
import java.net.InetAddress;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/// Looks at one MX host: its DNS, TLSA records and every address.
public final class MxProbe {

    private static final Executor THREADS = task -> Thread.ofVirtual().name("probe-mx").start(task);
    /// A host with more is a large provider's, where all are alike.
    private static final int MAX_ADDRESSES = 8;
    /// Connections to one host at a time.
    private static final int POLITE = 2;
    /// Part of the name of TLSA records, wherever a test's MXs really listen.
    private static final int SMTP = 25;
    private static final Set<Outcome> UNREACHED = Set.of(Outcome.NO_CONNECTION, Outcome.TIMEOUT);

    private final Dns dns;
    private final SecureDns secureDns;
    private final SmtpProbe smtp;
    private final Port25 port25;
    private final boolean privateAddressesToo;
    private final InstantSource clock;

    /// @param privateAddressesToo whether addresses that are not public are asked too, as in a test
    public MxProbe(Dns dns, SecureDns secureDns, SmtpProbe smtp, Port25 port25, boolean privateAddressesToo,
                   InstantSource clock) {
        this.dns = dns;
        this.secureDns = secureDns;
        this.smtp = smtp;
        this.port25 = port25;
        this.privateAddressesToo = privateAddressesToo;
        this.clock = clock;
    }

    /// What there is to see of a host now. It does not throw.
    ///
    /// @param host in A-labels, without trailing dot
    public MxHost look(String host) {
        var at = clock.instant().truncatedTo(ChronoUnit.MICROS);
        var alias = CompletableFuture.supplyAsync(() -> dns.cname(host), THREADS);
        var tlsa = CompletableFuture.supplyAsync(() -> secureDns.tlsa(host, SMTP), THREADS)
                .exceptionally(failed -> Tlsa.unknown(host, String.valueOf(failed.getMessage())));
        DnsAnswer addresses = dns.addressAnswer(host);
        List<MxEndpoint> endpoints = addresses instanceof DnsAnswer.Found(var literals, var _)
                ? endpoints(host, literals) : List.of();
        return new MxHost(host, at, alias.join(), addresses, endpoints, tlsa.join());
    }

    private List<MxEndpoint> endpoints(String host, List<String> literals) {
        var turn = new Semaphore(POLITE);
        var asked = literals.stream().limit(MAX_ADDRESSES).map(literal -> CompletableFuture.supplyAsync(() -> {
            turn.acquireUninterruptibly();
            try {
                return endpoint(host, InetAddress.ofLiteral(literal));
            } finally {
                turn.release();
            }
        }, THREADS)).toList();
        return asked.stream().map(CompletableFuture::join).toList();
    }

    private MxEndpoint endpoint(String host, InetAddress address) {
        if (!privateAddressesToo && !PublicAddresses.isPublic(address)) {
            return notAsked(address, Outcome.ADDRESS_NOT_PUBLIC, "not a public address");
        }
        MxEndpoint seen = smtp.ask(host, address);
        if (!UNREACHED.contains(seen.outcome())) {
            port25.answered();
            return seen;
        }
        // A server that greeted and then fell silent was reached.
        boolean connected = !seen.transcript().isEmpty() && seen.transcript().startsWith("S: ");
        return !connected && port25.blocked() ? notAsked(address, Outcome.PORT_BLOCKED,
                "port 25 is blocked from this vantage point, not even large providers' MXs can be reached") : seen;
    }

    private MxEndpoint notAsked(InetAddress address, Outcome outcome, String why) {
        return new MxEndpoint(address.getHostAddress(), clock.instant().truncatedTo(ChronoUnit.MICROS), 0, outcome, why,
                "", Optional.empty());
    }
}

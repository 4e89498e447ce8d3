package dev.postern.probe.dns;

import dev.postern.dane.TlsaRecord;
import dev.postern.observation.Dnssec;
import dev.postern.observation.Dnssec.State;
import dev.postern.observation.Tlsa;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/// Asks DNS as a sender does that validates DNSSEC itself, and looks up TLSA records for SMTP (RFC 7672 §2.2).
///
/// It asks the servers in use for everything that the validation needs, and trusts none of their words. Each call
/// validates from the root down; only the answers about the root and top-level domains are remembered, for minutes.
///
/// Names are given in A-labels without trailing dot. No method throws, and every one ends after
/// `min(20 s, 4 × servers × attempts × timeout)`.
public final class SecureDns {

    private static final Duration LONGEST = Duration.ofSeconds(20);
    /// A validation asks a few questions one after the other.
    private static final int QUESTIONS_IN_A_ROW = 4;
    private static final int MAX_TLSA = 50;
    private static final String NO_NAME = " is no name that DNS can hold";

    private final DnsServers servers;
    private final TrustAnchors anchors;
    private final Clock clock;
    private final KeyAnswers keys = new KeyAnswers();
    private final DnssecPassage passage;
    private final Duration limit;

    /// What came of a question whose aliases were followed.
    ///
    /// @param dnssec  of the weakest answer on the way
    /// @param end     the name that the aliases lead to; the one asked for when there is none
    /// @param aliased whether there was any
    /// @param records of the type asked for
    private record Followed(Dnssec dnssec, Name end, boolean aliased, List<Record> records) {

        Followed withState(Dnssec other) {
            return new Followed(other, end, aliased, List.of());
        }
    }

    /// @param servers  the servers to ask, in order; empty: those of the system
    /// @param timeout  for one attempt at one server
    /// @param attempts how often to go through the servers, at least once
    /// @param clock    tells whether signatures are valid
    /// @throws IllegalArgumentException when a server's name has no address
    public SecureDns(List<InetSocketAddress> servers, Duration timeout, int attempts, TrustAnchors anchors,
                     Clock clock) {
        this.servers = new DnsServers(servers, timeout, attempts);
        this.anchors = anchors;
        this.clock = clock;
        this.passage = new DnssecPassage(this.servers, anchors);
        var several = this.servers.longest().multipliedBy(QUESTIONS_IN_A_ROW);
        this.limit = several.compareTo(LONGEST) < 0 ? several : LONGEST;
    }

    /// Whether the answer to a question is authenticated, aliases included. That something does not exist can be
    /// authenticated too.
    ///
    /// @param type number of the record type, as [Type] has it
    public Dnssec state(String name, int type) {
        try {
            return new Look().follow(Name.fromString(name, Name.root), type).dnssec();
        } catch (TextParseException notAName) {
            return Dnssec.unknown(name + NO_NAME);
        }
    }

    /// The TLSA records that a sender finds for an MX host.
    ///
    /// First the host's addresses: where they are not secure, DANE does not apply (RFC 7672 §2.2.2). Where the host is
    /// a secure alias, the records are looked up under the name that it leads to, and then under the host itself
    /// (§2.2.3). Where only the alias itself is secure, they are looked up under the host. Records that are not secure
    /// are told too, as evidence; the states say that they do not count.
    ///
    /// @param port of SMTP, 25 but in a test
    public Tlsa tlsa(String mxHost, int port) {
        try {
            return new Look().tlsa(Name.fromString(mxHost, Name.root), port);
        } catch (TextParseException notAName) {
            return Tlsa.unknown(mxHost, mxHost + NO_NAME);
        }
    }

    /// How much a state weakens what rests on it.
    private static int weakness(Dnssec dnssec) {
        return switch (dnssec.state()) {
            case SECURE -> 0;
            case INSECURE -> 1;
            case UNKNOWN -> 2;
            case BOGUS -> 3;
        };
    }

    /// Whether a sender goes no further, but tries again later (RFC 7672 §2.1.2).
    private static boolean stops(Dnssec dnssec) {
        return dnssec.state() == State.BOGUS || dnssec.state() == State.UNKNOWN;
    }

    /// One call, with its deadline and the answers it has already.
    private final class Look {

        private final long until = System.nanoTime() + limit.toNanos();
        private final AskedOnce upstream = new AskedOnce(servers, keys, until);

        Tlsa tlsa(Name host, int port) {
            var addresses = addresses(host);
            if (stops(addresses.dnssec())) {
                return new Tlsa(Dns.host(host), addresses.dnssec(), addresses.dnssec(), List.of());
            }
            if (!addresses.aliased()) {
                return tlsaAt(host, port, addresses.dnssec());
            }
            if (addresses.dnssec().state() == State.SECURE) {
                return either(tlsaAt(addresses.end(), port, addresses.dnssec()), host, port);
            }
            boolean secureAlias = follow(host, Type.CNAME).dnssec().state() == State.SECURE;
            return tlsaAt(host, port, secureAlias ? new Dnssec(State.SECURE, "a secure alias of "
                    + Dns.host(addresses.end()) + ", whose addresses are not signed") : addresses.dnssec());
        }

        /// What was found under the name that an alias leads to if that decides, else what is under the alias.
        private Tlsa either(Tlsa expanded, Name host, int port) {
            if (stops(expanded.dnssec()) || usable(expanded)) {
                return expanded;
            }
            Tlsa initial = tlsaAt(host, port, expanded.host());
            return stops(initial.dnssec()) || usable(initial) || expanded.records().isEmpty()
                    && !initial.records().isEmpty() ? initial : expanded;
        }

        private static boolean usable(Tlsa tlsa) {
            return tlsa.dnssec().state() == State.SECURE && !tlsa.records().isEmpty();
        }

        private Tlsa tlsaAt(Name base, int port, Dnssec host) {
            String owner = "_" + port + "._tcp." + Dns.host(base);
            try {
                var answer = follow(Name.concatenate(Name.fromString("_" + port + "._tcp"), base), Type.TLSA);
                if (answer.records().size() > MAX_TLSA) {
                    return new Tlsa(Dns.host(base), Dnssec.unknown("more than " + MAX_TLSA + " TLSA records"), host,
                            List.of());
                }
                return new Tlsa(Dns.host(base), answer.dnssec(), host, records(answer));
            } catch (TextParseException | NameTooLongException tooLong) {
                return new Tlsa(Dns.host(base), Dnssec.unknown(owner + NO_NAME), host, List.of());
            }
        }

        private static List<TlsaRecord> records(Followed answer) {
            return answer.records().stream().filter(TLSARecord.class::isInstance).map(TLSARecord.class::cast)
                    .map(record -> new TlsaRecord(record.getCertificateUsage(), record.getSelector(),
                            record.getMatchingType(), HexFormat.of().formatHex(record.getCertificateAssociationData())))
                    .distinct().sorted(Comparator.comparing(TlsaRecord::usage).thenComparing(TlsaRecord::selector)
                            .thenComparing(TlsaRecord::matching).thenComparing(TlsaRecord::data)).toList();
        }

        /// Both address families; the weaker state counts, since a sender may use either.
        private Followed addresses(Name host) {
            var other = CompletableFuture.supplyAsync(() -> follow(host, Type.AAAA), AskedOnce.THREADS);
            Followed v4 = follow(host, Type.A);
            Followed v6 = other.join();
            return weakness(v4.dnssec()) >= weakness(v6.dnssec()) ? v4 : v6;
        }

        /// Before something is called bogus, it is asked for once more, without what is remembered: a zone whose keys
        /// change just now looks bogus for a moment. And where the servers leave DNSSEC data out, nothing is bogus.
        private Followed follow(Name name, int type) {
            Followed first = follow(upstream, name, type);
            if (first.dnssec().state() != State.BOGUS) {
                return first;
            }
            Followed again = follow(new AskedOnce(servers, new KeyAnswers(), until), name, type);
            return again.dnssec().state() != State.BOGUS ? again
                    : passage.obstacle().map(why -> again.withState(Dnssec.unknown(why))).orElse(again);
        }

        /// Asks, and follows aliases that the server did not follow itself.
        private Followed follow(AskedOnce answers, Name name, int type) {
            Name at = name;
            var state = new Dnssec(State.SECURE, "");
            for (int aliases = 0; aliases <= Dns.MAX_ALIASES; ) {
                Name asked = at;
                var result = new Validation(answers, anchors, clock).ask(asked, type);
                state = weakness(result.dnssec()) > weakness(state) ? result.dnssec() : state;
                if (result.answer().isEmpty()) {
                    return new Followed(state, at, !at.equals(name), List.of());
                }
                var answer = result.answer().get();
                var section = answer.getSection(Section.ANSWER);
                for (var alias = Dns.alias(section, at, type); alias != null && aliases <= Dns.MAX_ALIASES;
                     alias = Dns.alias(section, at, type)) {
                    at = alias.getTarget();
                    aliases++;
                }
                Name end = at;
                var found = section.stream().filter(record -> record.getName().equals(end)
                        && record.getType() == type && record.getDClass() == DClass.IN).toList();
                boolean denied = !answer.getSection(Section.AUTHORITY).isEmpty();
                if (aliases <= Dns.MAX_ALIASES && (!found.isEmpty() || at.equals(asked) || denied)) {
                    return new Followed(state, at, !at.equals(name), found);
                }
            }
            return new Followed(Dnssec.unknown("more than " + Dns.MAX_ALIASES + " aliases from " + Dns.host(name)),
                    name, true, List.of());
        }
    }
}

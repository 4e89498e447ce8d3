package dev.postern.probe.dns;

import dev.postern.observation.DnsAnswer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CAARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/// Asks DNS servers, each question anew: what an administrator has just published must be seen, so nothing is cached
/// here.
///
/// Names are given in A-labels without trailing dot. No method throws: what went wrong is in the answer. Every
/// question ends after at most `servers × attempts × timeout` for each alias followed.
public final class Dns {

    /// A chain of aliases longer than this is a mistake or an attack.
    static final int MAX_ALIASES = 8;
    private static final Executor THREADS = task -> Thread.ofVirtual().name("dns").start(task);
    /// What fits through nearly every network in one piece.
    static final int UDP_PAYLOAD = 1232;
    /// No answer to a probe needs more; more would only fill the evidence.
    private static final int MAX_RECORDS = 200;

    /// What came of one question: some records, none by the server's word, or no usable answer.
    private sealed interface Outcome<R> {
        record Records<R>(List<R> records, long ttl) implements Outcome<R> {
        }

        record Absent<R>(String code) implements Outcome<R> {
        }

        record Unknown<R>(String why) implements Outcome<R> {
        }
    }

    private final DnsServers servers;

    /// @param servers  the servers to ask, in order; empty: those of the system
    /// @param timeout  for one attempt at one server
    /// @param attempts how often to go through the servers, at least once
    /// @throws IllegalArgumentException when a server's name has no address
    public Dns(List<InetSocketAddress> servers, Duration timeout, int attempts) {
        this.servers = new DnsServers(servers, timeout, attempts);
    }

    /// TXT records, the strings of each joined without spaces; aliases are followed (RFC 8461 §3.1, §8.2). Bytes that
    /// are no text come as U+FFFD.
    public DnsAnswer txt(String name) {
        return answer(ask(name, TXTRecord.class, Type.TXT), Dns::text);
    }

    /// The name that a name is an alias of; the chain is not followed further.
    public DnsAnswer cname(String name) {
        return answer(ask(name, CNAMERecord.class, Type.CNAME), alias -> host(alias.getTarget()));
    }

    /// The CAA records that hold for a host: its own, else those of the nearest name above that has any (RFC 8659 §3), as
    /// `flags tag value`.
    public DnsAnswer caa(String host) {
        String at = host;
        DnsAnswer answer = answer(ask(at, CAARecord.class, Type.CAA), Dns::caa);
        while (answer instanceof DnsAnswer.Absent && at.indexOf('.') > 0) {
            at = at.substring(at.indexOf('.') + 1);
            answer = answer(ask(at, CAARecord.class, Type.CAA), Dns::caa);
        }
        return answer;
    }

    private static String caa(CAARecord record) {
        return record.getFlags() + " " + record.getTag() + " " + record.getValue().replaceAll("[\\p{Cntrl}]", "\uFFFD");
    }

    /// MX hosts in order of preference, each once; a null MX (RFC 7505) is the one value `.`.
    public DnsAnswer mx(String domain) {
        Outcome<MXRecord> outcome = ask(domain, MXRecord.class, Type.MX);
        if (outcome instanceof Outcome.Records<MXRecord>(var records, var ttl)) {
            return new DnsAnswer.Found(records.stream().sorted(Comparator.comparingInt(MXRecord::getPriority)
                    .thenComparing(mx -> host(mx.getTarget()))).map(mx -> host(mx.getTarget())).distinct().toList(),
                    ttl);
        }
        return answer(outcome, mx -> host(mx.getTarget()));
    }

    /// Addresses of a host, IPv4 first. One family is enough: when the other gave no answer, what was found counts.
    public Addresses addresses(String host) {
        return switch (bothFamilies(host)) {
            case Outcome.Records<InetAddress>(var found, var _) -> new Addresses.Found(found);
            case Outcome.Absent<InetAddress>(var code) -> new Addresses.None(code);
            case Outcome.Unknown<InetAddress>(var why) -> new Addresses.Unknown(why);
        };
    }

    /// The same as literals, for the record.
    public DnsAnswer addressAnswer(String host) {
        return answer(bothFamilies(host), InetAddress::getHostAddress);
    }

    private Outcome<InetAddress> bothFamilies(String host) {
        var v6 = CompletableFuture.supplyAsync(() -> ask(host, AAAARecord.class, Type.AAAA), THREADS);
        return together(ask(host, ARecord.class, Type.A), v6.join());
    }

    private static Outcome<InetAddress> together(Outcome<ARecord> v4, Outcome<AAAARecord> v6) {
        var found = new ArrayList<InetAddress>();
        long shortest = Long.MAX_VALUE;
        if (v4 instanceof Outcome.Records<ARecord>(var records, var ttl)) {
            records.forEach(record -> found.add(unnamed(record.getAddress())));
            shortest = ttl;
        }
        if (v6 instanceof Outcome.Records<AAAARecord>(var records, var ttl)) {
            records.forEach(record -> found.add(unnamed(record.getAddress())));
            shortest = Math.min(shortest, ttl);
        }
        if (!found.isEmpty()) {
            return new Outcome.Records<>(found.stream().distinct().toList(), shortest);
        }
        if (v4 instanceof Outcome.Unknown<ARecord>(var why)) {
            return new Outcome.Unknown<>(why);
        }
        if (v6 instanceof Outcome.Unknown<AAAARecord>(var why)) {
            return new Outcome.Unknown<>(why);
        }
        return new Outcome.Absent<>(v4 instanceof Outcome.Absent<ARecord>(var code) ? code : "NODATA");
    }

    private static <R> DnsAnswer answer(Outcome<R> outcome, Function<R, String> value) {
        return switch (outcome) {
            case Outcome.Records<R>(var records, var ttl) ->
                    new DnsAnswer.Found(records.stream().map(value).toList(), ttl);
            case Outcome.Absent<R>(var code) -> new DnsAnswer.Absent(code);
            case Outcome.Unknown<R>(var why) -> new DnsAnswer.Unknown(why);
        };
    }

    /// Asks, and follows aliases that the server did not follow itself.
    private <R extends Record> Outcome<R> ask(String name, Class<R> kind, int type) {
        try {
            Name at = Name.fromString(name, Name.root);
            long ttl = Long.MAX_VALUE;
            int aliases = 0;
            while (true) {
                Name asked = at;
                Message answer = servers.ask(query(asked, type));
                var records = answer.getSection(Section.ANSWER);
                for (var alias = alias(records, at, type); alias != null; alias = alias(records, at, type)) {
                    if (++aliases > MAX_ALIASES) {
                        return new Outcome.Unknown<>("more than " + MAX_ALIASES + " aliases from " + name);
                    }
                    ttl = Math.min(ttl, alias.getTTL());
                    at = alias.getTarget();
                }
                Name end = at;
                var found = records.stream().filter(record -> record.getName().equals(end)
                        && record.getDClass() == DClass.IN).filter(kind::isInstance).map(kind::cast).toList();
                if (found.size() > MAX_RECORDS) {
                    return new Outcome.Unknown<>("more than " + MAX_RECORDS + " records at " + name);
                }
                if (!found.isEmpty()) {
                    return new Outcome.Records<>(found, Math.min(ttl, found.getFirst().getTTL()));
                }
                if (answer.getRcode() == Rcode.NXDOMAIN) {
                    return new Outcome.Absent<>("NXDOMAIN");
                }
                if (at.equals(asked)) {
                    return new Outcome.Absent<>("NODATA");
                }
            }
        } catch (TextParseException notAName) {
            return new Outcome.Unknown<>(name + " is no name that DNS can hold");
        } catch (NoAnswerException noAnswer) {
            return new Outcome.Unknown<>(noAnswer.getMessage());
        }
    }

    private static Message query(Name name, int type) {
        var query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
        query.addRecord(new OPTRecord(UDP_PAYLOAD, 0, 0), Section.ADDITIONAL);
        return query;
    }

    /// The alias at a name in these records; null when there is none, or when aliases are what was asked for.
    static CNAMERecord alias(List<Record> records, Name at, int type) {
        if (type == Type.CNAME) {
            return null;
        }
        return records.stream().filter(record -> record.getName().equals(at) && record.getDClass() == DClass.IN)
                .filter(CNAMERecord.class::isInstance).map(CNAMERecord.class::cast).findFirst().orElse(null);
    }

    private static String text(TXTRecord record) {
        var strings = record.getStringsAsByteArrays();
        int length = 0;
        for (byte[] string : strings) {
            length += string.length;
        }
        var joined = new byte[length];
        int at = 0;
        for (byte[] string : strings) {
            System.arraycopy(string, 0, joined, at, string.length);
            at += string.length;
        }
        // Control characters have no place in a record, and a zero byte has none in the database.
        return new String(joined, StandardCharsets.UTF_8).replaceAll("[\\p{Cntrl}&&[^\\t]]", "\uFFFD");
    }

    static String host(Name name) {
        return name.equals(Name.root) ? "." : name.toString(true).toLowerCase(Locale.ROOT);
    }

    /// Without the name that it was found under, so that nothing looks the name up again.
    private static InetAddress unnamed(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address has 4 or 16 bytes", impossible);
        }
    }
}

package dev.postern.probe.dns;

import dev.postern.check.DnsAnswer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
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
    private static final int MAX_ALIASES = 8;
    private static final int DNS_PORT = 53;
    /// What fits through nearly every network in one piece.
    private static final int UDP_PAYLOAD = 1232;
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

    private final List<SimpleResolver> servers;
    private final int attempts;

    /// @param servers  the servers to ask, in order; empty: those of the system
    /// @param timeout  for one attempt at one server
    /// @param attempts how often to go through the servers, at least once
    public Dns(List<InetSocketAddress> servers, Duration timeout, int attempts) {
        var addresses = servers.isEmpty() ? ResolverConfig.getCurrentConfig().servers() : servers;
        this.servers = addresses.stream().map(address -> resolver(address, timeout)).toList();
        this.attempts = attempts;
    }

    private static SimpleResolver resolver(InetSocketAddress server, Duration timeout) {
        // Settings name hosts without looking them up.
        var address = server.isUnresolved() ? new InetSocketAddress(server.getHostString(),
                server.getPort() == 0 ? DNS_PORT : server.getPort()) : server;
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("the DNS server " + server.getHostString() + " has no address");
        }
        var resolver = new SimpleResolver(address);
        resolver.setTimeout(timeout);
        resolver.setEDNS(0, UDP_PAYLOAD, 0, List.of());
        return resolver;
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

    /// MX hosts in order of preference; a null MX (RFC 7505) is the one value `.`.
    public DnsAnswer mx(String domain) {
        Outcome<MXRecord> outcome = ask(domain, MXRecord.class, Type.MX);
        if (outcome instanceof Outcome.Records<MXRecord>(var records, var ttl)) {
            var sorted = records.stream().sorted(Comparator.comparingInt(MXRecord::getPriority)
                    .thenComparing(mx -> host(mx.getTarget()))).toList();
            outcome = new Outcome.Records<>(sorted, ttl);
        }
        return answer(outcome, mx -> host(mx.getTarget()));
    }

    /// Addresses of a host, IPv4 first. One family is enough: when the other gave no answer, what was found counts.
    public Addresses addresses(String host) {
        try (var both = Executors.newVirtualThreadPerTaskExecutor()) {
            var v4 = both.submit(() -> ask(host, ARecord.class, Type.A));
            var v6 = both.submit(() -> ask(host, AAAARecord.class, Type.AAAA));
            return together(await(v4), await(v6));
        }
    }

    private static Addresses together(Outcome<ARecord> v4, Outcome<AAAARecord> v6) {
        var found = new ArrayList<InetAddress>();
        if (v4 instanceof Outcome.Records<ARecord>(var records, var _)) {
            records.forEach(record -> found.add(unnamed(record.getAddress())));
        }
        if (v6 instanceof Outcome.Records<AAAARecord>(var records, var _)) {
            records.forEach(record -> found.add(unnamed(record.getAddress())));
        }
        if (!found.isEmpty()) {
            return new Addresses.Found(found);
        }
        if (v4 instanceof Outcome.Unknown<ARecord>(var why)) {
            return new Addresses.Unknown(why);
        }
        if (v6 instanceof Outcome.Unknown<AAAARecord>(var why)) {
            return new Addresses.Unknown(why);
        }
        return new Addresses.None(v4 instanceof Outcome.Absent<ARecord>(var code) ? code : "NODATA");
    }

    private static <R> R await(Future<R> answer) {
        try {
            return answer.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking DNS", interrupted);
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        }
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
                Message answer = send(asked, type);
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
        } catch (TextParseException | NameTooLongException notAName) {
            return new Outcome.Unknown<>(name + " is no name that DNS can hold");
        } catch (IOException noAnswer) {
            return new Outcome.Unknown<>(noAnswer.getMessage());
        }
    }

    /// The alias at a name in these records; null when there is none, or when aliases are what was asked for.
    private static CNAMERecord alias(List<Record> records, Name at, int type) {
        if (type == Type.CNAME) {
            return null;
        }
        return records.stream().filter(record -> record.getName().equals(at) && record.getDClass() == DClass.IN)
                .filter(CNAMERecord.class::isInstance).map(CNAMERecord.class::cast).findFirst().orElse(null);
    }

    /// The first usable answer of any server.
    ///
    /// @throws IOException with the last reason in words, when no server gave one
    private Message send(Name name, int type) throws IOException {
        var query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
        String why = "there is no DNS server to ask";
        for (int attempt = 0; attempt < attempts; attempt++) {
            for (SimpleResolver server : servers) {
                try {
                    Message answer = server.send(query.clone());
                    int code = answer.getRcode();
                    if (code == Rcode.NOERROR || code == Rcode.NXDOMAIN) {
                        return answer;
                    }
                    why = "the DNS server answered " + Rcode.string(code);
                } catch (IOException failed) {
                    why = reason(failed);
                }
            }
        }
        throw new IOException(why);
    }

    private static String reason(IOException failed) {
        String message = String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("time") ? "the DNS server did not answer in time"
                : "the DNS server could not be asked";
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

    private static String host(Name name) {
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

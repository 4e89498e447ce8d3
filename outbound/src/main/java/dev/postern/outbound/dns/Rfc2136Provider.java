package dev.postern.outbound.dns;

import static dev.postern.outbound.dns.DnsProblem.Kind.CHANGED;
import static dev.postern.outbound.dns.DnsProblem.Kind.CREDENTIALS;
import static dev.postern.outbound.dns.DnsProblem.Kind.HOST_UNKNOWN;
import static dev.postern.outbound.dns.DnsProblem.Kind.NOT_ALLOWED;
import static dev.postern.outbound.dns.DnsProblem.Kind.NOT_PUBLIC;
import static dev.postern.outbound.dns.DnsProblem.Kind.REFUSED;
import static dev.postern.outbound.dns.DnsProblem.Kind.UNREACHABLE;
import static dev.postern.outbound.dns.DnsProblem.Kind.ZONE;

import dev.postern.dnsrecord.DnsConnection;
import dev.postern.dnsrecord.OwnerContent;
import dev.postern.outbound.Destinations;
import dev.postern.parse.Quoted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TSIGRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.Update;

/// A server that takes dynamic updates (RFC 2136), spoken to over TCP and with TSIG (RFC 8945) in both directions: an
/// answer that the key did not sign counts for nothing.
///
/// An update carries what it expects as prerequisites, so the server itself sees to it that nothing is overwritten that
/// somebody changed in between (RFC 2136 §2.4).
public final class Rfc2136Provider implements DnsProvider {

    private static final String CHALLENGE = "_postern-challenge";
    private static final int MOST_ADDRESSES = 3;

    private final DnsConnection.Rfc2136 connection;
    private final byte[] key;
    private final Destinations destinations;
    private final Duration timeout;

    /// @param secret  the key in base64
    /// @param timeout for each exchange with one address
    public Rfc2136Provider(DnsConnection.Rfc2136 connection, String secret, Destinations destinations,
                           Duration timeout) {
        this.connection = connection;
        this.key = Base64.getDecoder().decode(secret.strip());
        this.destinations = destinations;
        this.timeout = timeout;
    }

    @Override
    public OwnerContent read(String name) throws DnsProblem {
        Name owner = below(name);
        List<Record> alias = ask(owner, Type.CNAME);
        if (!alias.isEmpty()) {
            return OwnerContent.aliasOf(((CNAMERecord) alias.getFirst()).getTarget().toString(true));
        }
        var texts = ask(owner, Type.TXT).stream().map(record -> text((TXTRecord) record)).toList();
        boolean addresses = !ask(owner, Type.A).isEmpty() || !ask(owner, Type.AAAA).isEmpty();
        return new OwnerContent(Optional.empty(), texts, addresses);
    }

    @Override
    public void replace(String name, OwnerContent expected, OwnerContent to, int ttl) throws DnsProblem {
        Name owner = below(name);
        var update = new Update(zone());
        // Texts are compared by the server byte for byte, so what it is given is what it had, not what was shown.
        List<Record> texts = ask(owner, Type.TXT).stream().filter(record -> record.getName().equals(owner)).toList();
        if (expected.alias().isEmpty() && !texts.stream().map(record -> text((TXTRecord) record)).sorted().toList()
                .equals(expected.texts().stream().sorted().toList())) {
            throw changed(name);
        }
        if (expected.alias().isPresent()) {
            update.present(new CNAMERecord(owner, DClass.IN, 0, absolute(expected.alias().get())));
            update.delete(owner, Type.CNAME);
        } else if (texts.isEmpty()) {
            // Of the name and not of a type only: a CNAME can't be added beside whatever else might stand there.
            if (to.alias().isPresent()) {
                update.absent(owner);
            } else {
                update.absent(owner, Type.CNAME);
                update.absent(owner, Type.TXT);
            }
        } else {
            // A prerequisite has no time to live (RFC 2136 §2.4.2).
            texts.forEach(text -> update.present(Record.newRecord(owner, Type.TXT, DClass.IN, 0,
                    text.rdataToWireCanonical())));
            update.delete(owner, Type.TXT);
        }
        to.alias().ifPresent(target -> update.add(new CNAMERecord(owner, DClass.IN, ttl, absolute(target))));
        // The library takes a backslash for the beginning of an escape.
        to.texts().forEach(text -> update.add(new TXTRecord(owner, DClass.IN, ttl, TxtData.parts(text).stream()
                .map(part -> part.replace("\\", "\\\\")).toList())));
        int code = send(update).getRcode();
        switch (code) {
            case Rcode.NOERROR -> { }
            case Rcode.NXRRSET, Rcode.YXRRSET, Rcode.YXDOMAIN, Rcode.NXDOMAIN -> throw changed(name);
            default -> throw refused(code);
        }
    }

    /// Takes away a text that nobody can have written: allowed or not, nothing changes.
    @Override
    public void test() throws DnsProblem {
        Message soa = send(Message.newQuery(Record.newRecord(zone(), Type.SOA, DClass.IN)));
        if (soa.getRcode() != Rcode.NOERROR) {
            throw refused(soa.getRcode());
        }
        if (soa.getSection(Section.ANSWER).isEmpty() || !soa.getHeader().getFlag(Flags.AA)) {
            throw new DnsProblem(ZONE, connection.host() + " does not keep the zone " + connection.zone() + ". Enter the "
                    + "zone as it is in the server's configuration, and its primary server.");
        }
        var update = new Update(zone());
        var unheard = new byte[16];
        ThreadLocalRandom.current().nextBytes(unheard);
        update.delete(new TXTRecord(below(CHALLENGE + "." + connection.zone()), DClass.IN, 0,
                HexFormat.of().formatHex(unheard)));
        Message answer = send(update);
        if (answer.getRcode() != Rcode.NOERROR) {
            throw refused(answer.getRcode());
        }
    }

    private List<Record> ask(Name owner, int type) throws DnsProblem {
        Message answer = send(Message.newQuery(Record.newRecord(owner, type, DClass.IN)));
        return switch (answer.getRcode()) {
            case Rcode.NXDOMAIN -> List.of();
            case Rcode.NOERROR -> {
                // A part of the zone that is delegated elsewhere can't be written to here.
                if (!answer.getHeader().getFlag(Flags.AA)) {
                    throw new DnsProblem(ZONE, connection.host() + " has no authority over "
                            + owner.toString(true) + ". The name is in a zone that is kept elsewhere; connect that one.");
                }
                yield answer.getSection(Section.ANSWER).stream()
                        .filter(record -> record.getName().equals(owner) && record.getType() == type).toList();
            }
            default -> throw refused(answer.getRcode());
        };
    }

    /// To one address after the other, until one answers.
    private Message send(Message question) throws DnsProblem {
        IOException last = new IOException("no address");
        for (InetAddress address : addresses()) {
            var server = new SimpleResolver(new InetSocketAddress(address, connection.port()));
            server.setTCP(true);
            server.setEDNS(-1);
            server.setTimeout(timeout);
            server.setTSIGKey(new TSIG(algorithm(), absolute(connection.keyName()), key));
            try {
                return signed(server.send(question));
            } catch (IOException failed) {
                last = failed;
            }
        }
        throw new DnsProblem(UNREACHABLE, connection.host() + " does not answer at port " + connection.port()
                + " over TCP. Check server and port, and that its firewall lets Postern in.", last);
    }

    private Message signed(Message answer) throws DnsProblem {
        if (answer.isVerified()) {
            return answer;
        }
        // An error of the key can't be signed (RFC 8945 §5.2): it is only believed in so far as nothing was done.
        TSIGRecord tsig = answer.getTSIG();
        int error = tsig == null ? Rcode.NOERROR : tsig.getError();
        String known = "The server " + connection.host();
        throw switch (error) {
            case Rcode.BADTIME -> new DnsProblem(CREDENTIALS, known + " says that the clocks differ by more than five "
                    + "minutes. Set its clock right, or that of Postern.");
            case Rcode.BADKEY -> new DnsProblem(CREDENTIALS, known + " does not know the key " + connection.keyName()
                    + " with " + connection.algorithm().wire() + ". Check the key's name and algorithm.");
            case Rcode.BADSIG -> new DnsProblem(CREDENTIALS, known + " knows the key " + connection.keyName()
                    + " with another secret. Enter the secret as it is in the server's configuration.");
            default -> answer.getRcode() == Rcode.NOERROR
                    ? new DnsProblem(CREDENTIALS, known + " answers without the key's signature. Check that its "
                            + "configuration has the key " + connection.keyName() + " and asks for it.")
                    : refused(answer.getRcode());
        };
    }

    private DnsProblem refused(int code) {
        String server = "The server " + connection.host();
        return switch (code) {
            case Rcode.REFUSED -> new DnsProblem(NOT_ALLOWED, server + " does not allow the key " + connection.keyName()
                    + " to read and change " + connection.zone() + ". Allow it, in BIND by update-policy or allow-update.");
            case Rcode.NOTAUTH, Rcode.NOTZONE -> new DnsProblem(ZONE, server + " does not keep the zone "
                    + connection.zone() + ". Enter the zone as it is in the server's configuration, and its primary "
                    + "server.");
            case Rcode.NOTIMP -> new DnsProblem(NOT_ALLOWED, server + " takes no dynamic updates.");
            case Rcode.SERVFAIL -> new DnsProblem(REFUSED, server + " failed at it (SERVFAIL). Its log says why: mostly it "
                    + "can't write the zone's journal. Postern tries again by itself.");
            default -> new DnsProblem(REFUSED, server + " refused with " + Rcode.string(code) + ".");
        };
    }

    private static DnsProblem changed(String name) {
        return new DnsProblem(CHANGED, "Somebody changed " + name + " at the same moment. Postern looks again and tries "
                + "again by itself.");
    }

    private List<InetAddress> addresses() throws DnsProblem {
        try {
            // A name may lead to as many addresses as its owner likes, and each takes its time not to answer.
            return destinations.of(connection.host()).stream().limit(MOST_ADDRESSES).toList();
        } catch (UnknownHostException unknown) {
            throw new DnsProblem(HOST_UNKNOWN, "No server was found under the name " + connection.host()
                    + ". Check it for typing mistakes.", unknown);
        } catch (Destinations.NotPublic hidden) {
            throw new DnsProblem(NOT_PUBLIC, connection.host() + " leads to an address within a private network, and this "
                    + "Postern connects to public servers only. Whoever runs it can allow private ones.", hidden);
        }
    }

    private Name below(String name) throws DnsProblem {
        Name owner = absolute(name);
        if (!owner.subdomain(zone())) {
            throw new DnsProblem(ZONE, Quoted.of(name) + " is not in the zone " + connection.zone() + ".");
        }
        return owner;
    }

    private Name zone() {
        return absolute(connection.zone());
    }

    private static Name absolute(String name) {
        try {
            return Name.fromString(name, Name.root);
        } catch (TextParseException notAName) {
            throw new IllegalArgumentException("no DNS name: " + Quoted.of(name), notAName);
        }
    }

    private Name algorithm() {
        return switch (connection.algorithm()) {
            case HMAC_SHA256 -> TSIG.HMAC_SHA256;
            case HMAC_SHA384 -> TSIG.HMAC_SHA384;
            case HMAC_SHA512 -> TSIG.HMAC_SHA512;
        };
    }

    private static String text(TXTRecord record) {
        var joined = new ByteArrayOutputStream();
        record.getStringsAsByteArrays().forEach(joined::writeBytes);
        return joined.toString(StandardCharsets.UTF_8);
    }
}

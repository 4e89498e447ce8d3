package dev.postern.testbed;

import dev.postern.testbed.DnsAnswers.Fault;
import dev.postern.testbed.DnsAnswers.Stripped;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/// A DNS server on loopback, UDP and TCP on the same port, that is the authority for every name there is. Records and
/// faults may change while it runs; the next question sees them. Answers do not wait for each other.
///
/// Nothing is signed at first. [#sign] signs a zone together with the root and the top-level domain, and
/// [#trustAnchor] is what a validator needs to know; from then on whatever is not signed is provably so.
///
/// Names are given without trailing dot. Every method that edits returns the server, for chaining.
public final class AuthoritativeDns implements AutoCloseable {

    /// Short, so that a test that edits a record and asks again through a cache does not wait.
    static final long TTL_SECONDS = 1;
    private static final Logger LOG = LoggerFactory.getLogger(AuthoritativeDns.class);
    private static final int MAX_UDP = 65_535;
    private static final int WITHOUT_EDNS = 512;
    private static final int RECEIVE_BUFFER = 4 << 20;
    private static final Duration TCP_IDLE = Duration.ofSeconds(10);
    private static final int BIND_ATTEMPTS = 20;
    private static final int MAX_STRING = 255;

    private final NameTree tree = new NameTree();
    private final Zones zones = new Zones(tree);
    private final DnsAnswers answers = new DnsAnswers(tree, zones);
    private final Listener tcp;
    private final DatagramSocket udp;

    private AuthoritativeDns() throws IOException {
        tcp = Listener.open("testbed-dns-tcp", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                this::answerConnection);
        try {
            udp = new DatagramSocket(tcp.address());
            udp.setReceiveBufferSize(RECEIVE_BUFFER);
        } catch (IOException failed) {
            tcp.close();
            throw failed;
        }
    }

    /// Starts it on a free port.
    ///
    /// @throws UncheckedIOException when no port could be had
    public static AuthoritativeDns start() {
        for (int attempt = 1; ; attempt++) {
            try {
                var server = new AuthoritativeDns();
                // Not a virtual thread: when many questions come at once, it must not wait for those it started.
                Thread.ofPlatform().daemon().name("testbed-dns-udp").start(server::receiveDatagrams);
                return server;
            } catch (BindException taken) {
                // The port that TCP was given may be in use for UDP: ask for another.
                if (attempt == BIND_ATTEMPTS) {
                    throw new UncheckedIOException(taken);
                }
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    /// Where to ask.
    public InetSocketAddress address() {
        return tcp.address();
    }

    public int port() {
        return address().getPort();
    }

    /// The address in the form of `POSTERN_DNS_SERVERS`.
    public String hostAndPort() {
        return address().getAddress().getHostAddress() + ":" + port();
    }

    // Records.

    /// The TXT records of a name, one record for each text, in place of those it had. A text longer than 255 bytes is
    /// sent as several strings of one record, as DNS demands.
    public AuthoritativeDns txt(String name, String... texts) {
        Name owner = Names.of(name);
        tree.replace(owner, Type.TXT, Arrays.stream(texts)
                .<Record>map(text -> new TXTRecord(owner, DClass.IN, TTL_SECONDS, strings(text))).toList());
        return this;
    }

    /// One TXT record of these strings, each at most 255 bytes, in place of those the name had.
    public AuthoritativeDns txtStrings(String name, String... strings) {
        Name owner = Names.of(name);
        var pieces = Arrays.stream(strings).flatMap(string -> strings(string).stream()).toList();
        tree.replace(owner, Type.TXT, List.of(new TXTRecord(owner, DClass.IN, TTL_SECONDS, pieces)));
        return this;
    }

    /// Makes a name an alias. Its other records stay but are not seen, as long as it is one.
    public AuthoritativeDns cname(String name, String target) {
        Name owner = Names.of(name);
        tree.replace(owner, Type.CNAME, List.of(new CNAMERecord(owner, DClass.IN, TTL_SECONDS, Names.of(target))));
        return this;
    }

    /// Adds an MX record to those of the domain, also one that is there already; the host `.` makes a null MX
    /// (RFC 7505).
    public AuthoritativeDns mx(String domain, int preference, String host) {
        tree.add(new MXRecord(Names.of(domain), DClass.IN, TTL_SECONDS, preference, Names.of(host)));
        return this;
    }

    /// The addresses of a host, IPv4 or IPv6 literals, in place of those it had.
    public AuthoritativeDns a(String host, String... addresses) {
        Name owner = Names.of(host);
        var v4 = new ArrayList<Record>();
        var v6 = new ArrayList<Record>();
        for (String literal : addresses) {
            InetAddress address = InetAddress.ofLiteral(literal);
            if (address.getAddress().length == 4) {
                v4.add(new ARecord(owner, DClass.IN, TTL_SECONDS, address));
            } else {
                v6.add(new AAAARecord(owner, DClass.IN, TTL_SECONDS, address));
            }
        }
        tree.replace(owner, Type.A, v4);
        tree.replace(owner, Type.AAAA, v6);
        return this;
    }

    /// Adds a TLSA record at `_port._tcp.host` (RFC 6698 §3).
    ///
    /// @param hex the association data
    public AuthoritativeDns tlsa(String host, int port, int usage, int selector, int matching, String hex) {
        tree.add(new TLSARecord(Names.of(tlsaName(host, port)), DClass.IN, TTL_SECONDS, usage, selector, matching,
                HexFormat.of().parseHex(hex)));
        return this;
    }

    /// Takes the TLSA records of a host's port away.
    public AuthoritativeDns removeTlsa(String host, int port) {
        return remove(tlsaName(host, port), "TLSA");
    }

    private static String tlsaName(String host, int port) {
        return "_" + port + "._tcp." + host;
    }

    /// Gives the records of a name another TTL, those there are and those to come.
    public AuthoritativeDns ttl(String name, long seconds) {
        tree.ttl(Names.of(name), seconds);
        return this;
    }

    /// Takes the records of one type away.
    ///
    /// @param type `TXT`, `CNAME`, `MX`, `A`, `AAAA`, `TLSA`
    public AuthoritativeDns remove(String name, String type) {
        tree.replace(Names.of(name), Type.value(type), List.of());
        return this;
    }

    // DNSSEC.

    /// Signs a zone with ECDSA, and with it the root and its top-level domain. Names below it belong to it, unless
    /// they are signed as zones of their own.
    public AuthoritativeDns sign(String apex) {
        return sign(apex, DNSSEC.Algorithm.ECDSAP256SHA256);
    }

    /// The same with another algorithm for the zone itself: 8 and 10 (RSA), 13 and 14 (ECDSA), 15 and 16 (EdDSA).
    public AuthoritativeDns sign(String apex, int algorithm) {
        zones.sign(Names.of(apex), algorithm);
        return this;
    }

    /// The root's key as DS record of a zone file: what a validator trusts (RFC 4035 §5).
    ///
    /// @throws IllegalArgumentException when nothing is signed yet
    public String trustAnchor() {
        return zones.key(Name.root).delegation() + "\n";
    }

    /// The same as DNSKEY record.
    public String trustAnchorKey() {
        return zones.key(Name.root).record() + "\n";
    }

    /// Turns a bit in every signature of a signed zone, but for that of its key: the zone is bogus.
    public AuthoritativeDns breakSignatures(String apex) {
        zones.flaw(Names.of(apex), ZoneKey.Flaw.BROKEN);
        return this;
    }

    /// Lets all signatures of a signed zone have run out yesterday: the zone is bogus.
    public AuthoritativeDns expireSignatures(String apex) {
        zones.flaw(Names.of(apex), ZoneKey.Flaw.EXPIRED);
        return this;
    }

    /// Makes the signatures of a signed zone good again.
    public AuthoritativeDns mendSignatures(String apex) {
        zones.flaw(Names.of(apex), ZoneKey.Flaw.NONE);
        return this;
    }

    /// Takes signatures and key of a zone away and leaves the parent's DS record: the zone is bogus.
    public AuthoritativeDns dropSignatures(String apex) {
        zones.unsign(Names.of(apex));
        return this;
    }

    /// Takes the parent's DS record for a signed zone away: the zone is insecure, its parent proves it.
    public AuthoritativeDns removeDs(String apex) {
        zones.removeDelegationSigner(Names.of(apex));
        return this;
    }

    /// Lets the parent's DS record name another key: the zone is bogus.
    public AuthoritativeDns wrongDs(String apex) {
        zones.mistakeDelegationSigner(Names.of(apex));
        return this;
    }

    /// Lets the parent's DS record name an algorithm that nobody knows: the zone is insecure (RFC 4035 §5.2).
    public AuthoritativeDns unknownAlgorithm(String apex) {
        zones.unknownAlgorithm(Names.of(apex));
        return this;
    }

    /// Lets a signed zone deny names by their hash (NSEC3) instead of openly.
    public AuthoritativeDns denyByHash(String apex) {
        zones.hashed(Names.of(apex));
        return this;
    }

    /// Leaves out all signatures and proofs from now on, as a resolver does that does not know DNSSEC.
    public AuthoritativeDns stripDnssec() {
        answers.strip(Stripped.ALL);
        return this;
    }

    /// Leaves out the proofs of what does not exist from now on, as some home routers do.
    public AuthoritativeDns stripDenials() {
        answers.strip(Stripped.DENIALS);
        return this;
    }

    /// Leaves nothing out any more.
    public AuthoritativeDns passDnssec() {
        answers.strip(Stripped.NOTHING);
        return this;
    }

    // Faults.

    /// Answers SERVFAIL for the name from now on, also when an alias leads to it.
    public AuthoritativeDns servfail(String name) {
        answers.fault(Names.of(name), Fault.SERVFAIL);
        return this;
    }

    /// The same for one type of records.
    public AuthoritativeDns servfail(String name, String type) {
        answers.fault(Names.of(name), Type.value(type), Fault.SERVFAIL);
        return this;
    }

    /// Answers REFUSED for the name from now on.
    public AuthoritativeDns refused(String name) {
        answers.fault(Names.of(name), Fault.REFUSED);
        return this;
    }

    /// Does not answer questions for the name from now on.
    public AuthoritativeDns silent(String name) {
        answers.fault(Names.of(name), Fault.SILENT);
        return this;
    }

    /// The same for one type of records.
    public AuthoritativeDns silent(String name, String type) {
        answers.fault(Names.of(name), Type.value(type), Fault.SILENT);
        return this;
    }

    /// Answers over UDP with an empty, truncated message from now on; over TCP with the whole.
    public AuthoritativeDns truncated(String name) {
        answers.fault(Names.of(name), Fault.TRUNCATED);
        return this;
    }

    /// Ends the faults and the delay of a name.
    public AuthoritativeDns healthy(String name) {
        answers.healthy(Names.of(name));
        return this;
    }

    /// Answers each question after this time, all at once those that came at once.
    public AuthoritativeDns delay(Duration forAll) {
        answers.delay(forAll);
        return this;
    }

    /// The same for one name.
    public AuthoritativeDns delay(String name, Duration duration) {
        answers.delay(Names.of(name), duration);
        return this;
    }

    // What was asked.

    /// How many questions for exactly this name and type have arrived, over UDP and TCP together.
    public int questions(String name, String type) {
        return answers.questions(Names.of(name), Type.value(type));
    }

    /// How many questions have arrived at all.
    public long questions() {
        return answers.questions();
    }

    /// Counts from zero again.
    public AuthoritativeDns forgetQuestions() {
        answers.forgetQuestions();
        return this;
    }

    @Override
    public void close() {
        udp.close();
        tcp.close();
    }

    private void receiveDatagrams() {
        var buffer = new byte[MAX_UDP];
        while (!udp.isClosed()) {
            var packet = new DatagramPacket(buffer, buffer.length);
            try {
                udp.receive(packet);
                byte[] query = Arrays.copyOf(packet.getData(), packet.getLength());
                var from = packet.getSocketAddress();
                Thread.ofVirtual().name("testbed-dns-answer").start(() -> answerDatagram(query, from));
            } catch (IOException failed) {
                LOG.trace("No datagram", failed);
            }
        }
    }

    private void answerDatagram(byte[] bytes, SocketAddress from) {
        try {
            var query = new Message(bytes);
            Thread.sleep(answers.delayOf(query));
            var answer = answers.answer(query, false);
            if (answer.isPresent()) {
                int limit = query.getOPT() == null ? WITHOUT_EDNS
                        : Math.max(WITHOUT_EDNS, query.getOPT().getPayloadSize());
                byte[] wire = answer.get().toWire(limit);
                udp.send(new DatagramPacket(wire, wire.length, from));
            }
        } catch (IOException malformed) {
            LOG.debug("A datagram could not be answered", malformed);
        } catch (InterruptedException impossible) {
            Thread.currentThread().interrupt();
        }
    }

    private void answerConnection(Connection connection) throws IOException {
        connection.patience(TCP_IDLE);
        var in = new DataInputStream(connection.in());
        var out = new DataOutputStream(connection.out());
        try {
            while (true) {
                var query = new Message(in.readNBytes(in.readUnsignedShort()));
                connection.pause(answers.delayOf(query));
                var answer = answers.answer(query, true);
                if (answer.isPresent()) {
                    byte[] wire = answer.get().toWire(MAX_UDP);
                    out.writeShort(wire.length);
                    out.write(wire);
                    out.flush();
                }
            }
        } catch (EOFException done) {
            LOG.trace("The client has no more questions", done);
        }
    }

    /// A text in pieces of at most 255 bytes, in the escaped form that the record class reads.
    private static List<String> strings(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var pieces = new ArrayList<String>();
        for (int from = 0; from < bytes.length || pieces.isEmpty(); from += MAX_STRING) {
            var piece = new StringBuilder();
            for (byte each : Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + MAX_STRING))) {
                boolean plain = each > ' ' && each < 0x7f && each != '\\' && each != '"';
                piece.append(plain ? String.valueOf((char) each) : "\\%03d".formatted(each & 0xff));
            }
            pieces.add(piece.toString());
        }
        return pieces;
    }
}

package dev.postern.testbed;

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
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/// A DNS server on loopback, UDP and TCP on the same port, that is the authority for every name there is. Records and
/// faults may change while it runs; the next question sees them.
///
/// Names are given without trailing dot. Every method that edits returns the server, for chaining.
public final class AuthoritativeDns implements AutoCloseable {

    /// Short, so that a test that edits a record and asks again through a cache does not wait.
    static final long TTL_SECONDS = 1;
    private static final Logger LOG = LoggerFactory.getLogger(AuthoritativeDns.class);
    private static final int MAX_UDP = 65_535;
    private static final int TCP_IDLE_MILLIS = 10_000;
    private static final int BIND_ATTEMPTS = 20;

    private final ServerSocket tcp;
    private final DatagramSocket udp;
    private final Zone zone = new Zone();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    private AuthoritativeDns(ServerSocket tcp, DatagramSocket udp) {
        this.tcp = tcp;
        this.udp = udp;
    }

    /// Starts it on a free port.
    ///
    /// @throws UncheckedIOException when no port could be had
    public static AuthoritativeDns start() {
        for (int attempt = 1; ; attempt++) {
            try {
                var server = bind();
                Thread.ofVirtual().name("testbed-dns-udp").start(server::answerDatagrams);
                Thread.ofVirtual().name("testbed-dns-tcp").start(server::acceptConnections);
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

    private static AuthoritativeDns bind() throws IOException {
        var loopback = InetAddress.getLoopbackAddress();
        var tcp = new ServerSocket(0, 50, loopback);
        try {
            return new AuthoritativeDns(tcp, new DatagramSocket(new InetSocketAddress(loopback, tcp.getLocalPort())));
        } catch (IOException failed) {
            tcp.close();
            throw failed;
        }
    }

    /// Where to ask.
    public InetSocketAddress address() {
        return new InetSocketAddress(tcp.getInetAddress(), tcp.getLocalPort());
    }

    public int port() {
        return tcp.getLocalPort();
    }

    /// The address in the form of `POSTERN_DNS_SERVERS`.
    public String hostAndPort() {
        return tcp.getInetAddress().getHostAddress() + ":" + port();
    }

    /// The TXT records of a name, one record for each text, in place of those it had. A text longer than 255 bytes is
    /// sent as several strings of one record, as DNS demands.
    public AuthoritativeDns txt(String name, String... texts) {
        Name owner = name(name);
        zone.replace(owner, Type.TXT, Arrays.stream(texts)
                .<Record>map(text -> new TXTRecord(owner, DClass.IN, TTL_SECONDS, Zone.strings(text))).toList());
        return this;
    }

    /// Makes a name an alias. Its other records stay but are not seen, as long as it is one.
    public AuthoritativeDns cname(String name, String target) {
        Name owner = name(name);
        zone.replace(owner, Type.CNAME,
                List.of(new CNAMERecord(owner, DClass.IN, TTL_SECONDS, name(target))));
        return this;
    }

    /// Adds an MX record to those of the domain; the host `.` makes a null MX (RFC 7505).
    public AuthoritativeDns mx(String domain, int preference, String host) {
        Name owner = name(domain);
        zone.add(new MXRecord(owner, DClass.IN, TTL_SECONDS, preference, name(host)));
        return this;
    }

    /// The addresses of a host, IPv4 or IPv6 literals, in place of those it had.
    public AuthoritativeDns a(String host, String... addresses) {
        Name owner = name(host);
        var v4 = new ArrayList<Record>();
        var v6 = new ArrayList<Record>();
        for (String literal : addresses) {
            InetAddress address = literal(literal);
            if (address.getAddress().length == 4) {
                v4.add(new ARecord(owner, DClass.IN, TTL_SECONDS, address));
            } else {
                v6.add(new AAAARecord(owner, DClass.IN, TTL_SECONDS, address));
            }
        }
        zone.replace(owner, Type.A, v4);
        zone.replace(owner, Type.AAAA, v6);
        return this;
    }

    /// Takes the records of one type away.
    ///
    /// @param type `TXT`, `CNAME`, `MX`, `A`, `AAAA`
    public AuthoritativeDns remove(String name, String type) {
        zone.remove(name(name), Type.value(type));
        return this;
    }

    /// Answers SERVFAIL for the name from now on, also when an alias leads to it.
    public AuthoritativeDns servfail(String name) {
        zone.fault(name(name), Zone.Fault.SERVFAIL);
        return this;
    }

    /// Does not answer questions for the name from now on.
    public AuthoritativeDns silent(String name) {
        zone.fault(name(name), Zone.Fault.SILENT);
        return this;
    }

    /// Answers over UDP with an empty, truncated message from now on; over TCP with the whole.
    public AuthoritativeDns truncated(String name) {
        zone.fault(name(name), Zone.Fault.TRUNCATED);
        return this;
    }

    /// Ends the fault of a name.
    public AuthoritativeDns healthy(String name) {
        zone.healthy(name(name));
        return this;
    }

    /// How many questions for exactly this name and type have arrived, over UDP and TCP together.
    public int questions(String name, String type) {
        return zone.questions(name(name), Type.value(type));
    }

    @Override
    public void close() {
        udp.close();
        closeQuietly(tcp);
        connections.forEach(AuthoritativeDns::closeQuietly);
    }

    private void answerDatagrams() {
        var buffer = new byte[MAX_UDP];
        while (!udp.isClosed()) {
            var packet = new DatagramPacket(buffer, buffer.length);
            try {
                udp.receive(packet);
                Message query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
                var answer = zone.answer(query, false);
                if (answer.isPresent()) {
                    int limit = query.getOPT() == null ? 512 : Math.max(512, query.getOPT().getPayloadSize());
                    byte[] wire = answer.get().toWire(limit);
                    udp.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
                }
            } catch (SocketException closed) {
                if (udp.isClosed()) {
                    return;
                }
                LOG.debug("A datagram could not be answered", closed);
            } catch (IOException malformed) {
                LOG.debug("A datagram is no DNS message", malformed);
            }
        }
    }

    private void acceptConnections() {
        while (!tcp.isClosed()) {
            try {
                Socket connection = tcp.accept();
                connections.add(connection);
                Thread.ofVirtual().name("testbed-dns-connection").start(() -> answerConnection(connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answerConnection(Socket connection) {
        try (connection) {
            connection.setSoTimeout(TCP_IDLE_MILLIS);
            var in = new DataInputStream(connection.getInputStream());
            var out = new DataOutputStream(connection.getOutputStream());
            while (true) {
                byte[] query = in.readNBytes(in.readUnsignedShort());
                var answer = zone.answer(new Message(query), true);
                if (answer.isPresent()) {
                    byte[] wire = answer.get().toWire(MAX_UDP);
                    out.writeShort(wire.length);
                    out.write(wire);
                    out.flush();
                }
            }
        } catch (EOFException done) {
            // The client has no more questions.
        } catch (IOException broken) {
            LOG.debug("A connection broke", broken);
        } finally {
            connections.remove(connection);
        }
    }

    private static Name name(String text) {
        try {
            return text.equals(".") ? Name.root : Name.fromString(text, Name.root);
        } catch (TextParseException notAName) {
            throw new IllegalArgumentException(text + " is no name", notAName);
        }
    }

    private static InetAddress literal(String text) {
        if (!text.matches("[0-9.]+|[0-9a-fA-F:.]+")) {
            throw new IllegalArgumentException(text + " is no address");
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException notAnAddress) {
            throw new IllegalArgumentException(text + " is no address", notAnAddress);
        }
    }

    private static void closeQuietly(AutoCloseable open) {
        try {
            open.close();
        } catch (Exception alreadyGone) {
            LOG.debug("Closing failed", alreadyGone);
        }
    }
}

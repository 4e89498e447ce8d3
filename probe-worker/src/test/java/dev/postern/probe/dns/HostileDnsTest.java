package dev.postern.probe.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.observation.DnsAnswer;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/// A DNS server that answers nonsense, and one that answers for another.
class HostileDnsTest {

    private static final Name ASKED = Name.fromConstantString("example.test.");

    private ServerSocket tcp;
    private DatagramSocket udp;
    private Dns dns;

    @BeforeEach
    void listen() throws IOException {
        tcp = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        udp = new DatagramSocket(new InetSocketAddress(tcp.getInetAddress(), tcp.getLocalPort()));
        dns = new Dns(List.of(new InetSocketAddress(tcp.getInetAddress(), tcp.getLocalPort())),
                Duration.ofMillis(400), 1);
    }

    @AfterEach
    void close() throws IOException {
        udp.close();
        tcp.close();
    }

    @Test
    void takesOnlyTheAnswerToItsQuestion() {
        answer(query -> List.of(new byte[]{1, 2, 3}, text(query.getHeader().getID() ^ 1, ASKED, "forged"),
                text(query.getHeader().getID(), Name.fromConstantString("other.test."), "another"),
                query.toWire(), text(query.getHeader().getID(), ASKED, "true")));

        assertThat(dns.txt("example.test")).isEqualTo(new DnsAnswer.Found(List.of("true"), 60));
    }

    @Test
    void leavesOutRecordsThatWereNotAskedFor() {
        answer(query -> {
            var answer = reply(query);
            answer.addRecord(new TXTRecord(Name.fromConstantString("bank.test."), DClass.IN, 60, "for another name"),
                    Section.ANSWER);
            answer.addRecord(new ARecord(ASKED, DClass.IN, 60, InetAddress.getLoopbackAddress()), Section.ANSWER);
            return List.of(answer.toWire());
        });

        assertThat(dns.txt("example.test")).isEqualTo(new DnsAnswer.Absent("NODATA"));
    }

    @Test
    void givesUpOnAFloodOfNonsense() {
        answer(query -> {
            var flood = new byte[100][];
            Arrays.fill(flood, new byte[]{0});
            return List.of(flood);
        });

        assertThat(dns.txt("example.test")).isInstanceOf(DnsAnswer.Unknown.class);
    }

    @Test
    void takesNoAnswerOfTooManyRecords() {
        answer(query -> {
            var answer = reply(query);
            answer.getHeader().setFlag(Flags.TC);
            return List.of(answer.toWire());
        });
        serveTcp((query, out) -> {
            var answer = reply(query);
            for (int i = 0; i < 300; i++) {
                answer.addRecord(new TXTRecord(ASKED, DClass.IN, 60, "text " + i), Section.ANSWER);
            }
            byte[] wire = answer.toWire(Message.MAXLENGTH);
            out.write(new byte[]{(byte) (wire.length >> 8), (byte) wire.length});
            out.write(wire);
        });

        assertThat(dns.txt("example.test")).isEqualTo(
                new DnsAnswer.Unknown("more than 200 records at example.test"));
    }

    @Test
    void waitsNoLongerForAnAnswerThatDripsIn() {
        answer(query -> {
            var answer = reply(query);
            answer.getHeader().setFlag(Flags.TC);
            return List.of(answer.toWire());
        });
        serveTcp((query, out) -> {
            out.write(new byte[]{(byte) 0xff, (byte) 0xff});
            while (true) {
                out.write(0);
                out.flush();
                Thread.onSpinWait();
            }
        });

        assertThat(dns.txt("example.test")).isInstanceOf(DnsAnswer.Unknown.class);
    }

    @Test
    void saysThatNobodyListens() throws IOException {
        close();

        assertThat(dns.txt("example.test")).isEqualTo(new DnsAnswer.Unknown("the DNS server could not be asked"));
    }

    private interface Conversation {
        void answer(Message query, OutputStream out) throws IOException;
    }

    private void serveTcp(Conversation conversation) {
        Thread.ofVirtual().start(() -> {
            try (var client = tcp.accept()) {
                var in = new DataInputStream(client.getInputStream());
                conversation.answer(new Message(in.readNBytes(in.readUnsignedShort())), client.getOutputStream());
                // The client closes first.
                in.read();
            } catch (IOException closed) {
                return;
            }
        });
    }

    private void answer(Function<Message, List<byte[]>> answers) {
        Thread.ofVirtual().start(() -> {
            var packet = new DatagramPacket(new byte[4096], 4096);
            try {
                udp.receive(packet);
                var query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
                for (byte[] answer : answers.apply(query)) {
                    udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException closed) {
                return;
            }
        });
    }

    private static Message reply(Message query) {
        var answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.addRecord(query.getQuestion(), Section.QUESTION);
        return answer;
    }

    private static byte[] text(int id, Name name, String text) {
        var answer = new Message(id);
        answer.getHeader().setFlag(Flags.QR);
        answer.addRecord(Record.newRecord(name, Type.TXT, DClass.IN), Section.QUESTION);
        answer.addRecord(new TXTRecord(name, DClass.IN, 60, text), Section.ANSWER);
        return answer.toWire();
    }
}

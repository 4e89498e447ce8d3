package dev.postern.probe.dns;

import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;

/// One DNS server, asked over UDP, and over TCP when the answer is truncated (RFC 7766 §5).
///
/// Every question has a socket of its own: its port is another hard thing to guess for whoever forges answers
/// (RFC 5452 §4.5), and questions never queue behind each other. The waiting is done by a virtual thread, which the
/// JDK parks without holding a carrier; dnsjava's own client would do all of it on one selector thread and look for
/// timeouts only now and then.
final class DnsServer {

    private static final int MAX_DATAGRAM = 4096;
    private static final int MAX_MESSAGE = 65_535;
    /// Datagrams that are no answer to the question: noise, or forgeries.
    private static final int MAX_STRAY = 32;

    private final InetSocketAddress address;

    DnsServer(InetSocketAddress address) {
        this.address = address;
    }

    /// The answer, whatever its code.
    ///
    /// @param timeout for the whole, TCP included
    /// @throws SocketTimeoutException when there is none in time
    /// @throws IOException            when the server can't be reached, or answers nonsense
    Message ask(Message query, Duration timeout) throws IOException {
        long until = System.nanoTime() + timeout.toNanos();
        var answer = overUdp(query, until);
        return answer.getHeader().getFlag(Flags.TC) ? overTcp(query, until) : answer;
    }

    private Message overUdp(Message query, long until) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.connect(address);
            byte[] question = query.toWire();
            socket.send(new DatagramPacket(question, question.length));
            var packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
            for (int stray = 0; stray < MAX_STRAY; stray++) {
                socket.setSoTimeout(millisLeft(until));
                packet.setLength(MAX_DATAGRAM);
                socket.receive(packet);
                try {
                    var answer = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
                    if (answers(query, answer)) {
                        return answer;
                    }
                } catch (IOException noMessage) {
                    // Who forges can't guess the port at once; the true answer may still come.
                    continue;
                }
            }
            throw new IOException("too many messages that are no answer");
        }
    }

    private Message overTcp(Message query, long until) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(address, millisLeft(until));
            byte[] question = query.toWire(MAX_MESSAGE);
            var out = new DataOutputStream(socket.getOutputStream());
            var framed = new byte[question.length + 2];
            framed[0] = (byte) (question.length >> 8);
            framed[1] = (byte) question.length;
            System.arraycopy(question, 0, framed, 2, question.length);
            out.write(framed);
            byte[] length = read(socket, 2, until);
            var answer = new Message(read(socket, (length[0] & 0xff) << 8 | length[1] & 0xff, until));
            if (!answers(query, answer)) {
                throw new IOException("the answer is to another question");
            }
            return answer;
        }
    }

    private static byte[] read(Socket socket, int length, long until) throws IOException {
        var bytes = new byte[length];
        InputStream in = socket.getInputStream();
        for (int at = 0; at < length; ) {
            socket.setSoTimeout(millisLeft(until));
            int read = in.read(bytes, at, length - at);
            if (read < 0) {
                throw new EOFException("the answer ends too early");
            }
            at += read;
        }
        return bytes;
    }

    private static boolean answers(Message query, Message answer) {
        return answer.getHeader().getFlag(Flags.QR) && answer.getHeader().getID() == query.getHeader().getID()
                && query.getQuestion().equals(answer.getQuestion());
    }

    private static int millisLeft(long until) throws SocketTimeoutException {
        long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        if (left <= 0) {
            throw new SocketTimeoutException("no answer in time");
        }
        return (int) Math.min(left, Integer.MAX_VALUE);
    }
}

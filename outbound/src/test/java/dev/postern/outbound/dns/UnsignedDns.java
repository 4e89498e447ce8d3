package dev.postern.outbound.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;

/// Answers every question with "there is none", and without a signature.
final class UnsignedDns implements AutoCloseable {

    private final ServerSocket socket;

    private UnsignedDns(ServerSocket socket) {
        this.socket = socket;
    }

    static UnsignedDns start() throws IOException {
        var server = new UnsignedDns(new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1")));
        Thread.ofVirtual().start(server::run);
        return server;
    }

    int port() {
        return socket.getLocalPort();
    }

    private void run() {
        while (!socket.isClosed()) {
            try (var client = socket.accept()) {
                var in = new DataInputStream(client.getInputStream());
                var question = new Message(in.readNBytes(in.readUnsignedShort()));
                var answer = new Message(question.getHeader().getID());
                answer.getHeader().setFlag(Flags.QR);
                answer.getHeader().setFlag(Flags.AA);
                answer.addRecord(question.getQuestion(), Section.QUESTION);
                byte[] wire = answer.toWire();
                var out = new DataOutputStream(client.getOutputStream());
                out.writeShort(wire.length);
                out.write(wire);
                out.flush();
                in.read();
            } catch (IOException closed) {
                // The next one, or none after closing.
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

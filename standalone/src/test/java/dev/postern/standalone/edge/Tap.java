package dev.postern.standalone.edge;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Stands between the edge and a server of Postern's, passes everything on, and keeps what the edge asked.
final class Tap implements AutoCloseable {

    private final ServerSocket listener;
    private final int to;
    private final Queue<StringBuffer> connections = new ConcurrentLinkedQueue<>();

    private Tap(ServerSocket listener, int to) {
        this.listener = listener;
        this.to = to;
    }

    static Tap before(int port) throws IOException {
        var tap = new Tap(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), port);
        Thread.ofVirtual().name("tap").start(tap::accept);
        return tap;
    }

    /// In the form that the Caddyfile takes.
    String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /// The request lines and headers that the edge sent, one text a request.
    List<String> requests() {
        return connections.stream().flatMap(sent -> Arrays.stream(sent.toString().split("(?<=\r\n\r\n)")))
                .filter(request -> !request.isBlank()).toList();
    }

    /// How often the edge asked whether a host may have a certificate.
    long asked() {
        return requests().stream().filter(request -> request.startsWith("GET /allowed?")).count();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                Thread.ofVirtual().name("tap-connection").start(() -> pass(client));
            }
        } catch (IOException closed) {
            if (!listener.isClosed()) {
                throw new UncheckedIOException(closed);
            }
        }
    }

    private void pass(Socket client) {
        var sent = new StringBuffer();
        connections.add(sent);
        try (client; var server = new Socket(InetAddress.getLoopbackAddress(), to)) {
            var back = Thread.ofVirtual().name("tap-back").start(() -> copy(server, client, new StringBuffer()));
            copy(client, server, sent);
            back.join();
        } catch (IOException gone) {
            // Either side may go away at any time; what was said until then is kept.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(Socket from, Socket to, StringBuffer kept) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            var buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                kept.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
                out.write(buffer, 0, read);
                out.flush();
            }
            to.shutdownOutput();
        } catch (IOException gone) {
            // As above.
        }
    }
}

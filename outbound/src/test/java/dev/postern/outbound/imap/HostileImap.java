package dev.postern.outbound.imap;

import dev.postern.testbed.ServerIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// An IMAP server that lets anybody in, claims a billion mails, and answers every further question with the same
/// nonsense, as long as somebody listens.
final class HostileImap implements AutoCloseable {

    private static final String FOLDER = """
            * 1000000000 EXISTS\r
            * OK [UIDVALIDITY 1]\r
            * OK [UIDNEXT 4294967295]\r
            """;

    private final ServerSocket listening;
    private final String nonsense;

    private HostileImap(ServerSocket listening, String nonsense) {
        this.listening = listening;
        this.nonsense = nonsense;
    }

    static HostileImap start(ServerIdentity identity, String nonsense) throws IOException {
        var server = new HostileImap(identity.context().getServerSocketFactory().createServerSocket(0, 5,
                InetAddress.ofLiteral("127.0.0.1")), nonsense);
        Thread.ofVirtual().start(server::accept);
        return server;
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try (Socket client = listening.accept()) {
                serve(client);
            } catch (IOException over) {
                // The client hung up, or the test is over.
            }
        }
    }

    private void serve(Socket client) throws IOException {
        var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        say(client, "* OK hello\r\n");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String tag = line.split(" ")[0];
            if (line.contains("CAPABILITY")) {
                say(client, "* CAPABILITY IMAP4rev1\r\n" + tag + " OK\r\n");
            } else if (line.contains("LOGIN")) {
                say(client, tag + " OK\r\n");
            } else if (line.contains("EXAMINE")) {
                say(client, FOLDER + tag + " OK [READ-ONLY]\r\n");
            } else {
                while (true) {
                    say(client, nonsense + "\r\n");
                }
            }
        }
    }

    private static void say(Socket client, String words) throws IOException {
        client.getOutputStream().write(words.getBytes(StandardCharsets.ISO_8859_1));
        client.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}

package dev.postern.ingest.smtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A sender that says what the test says, line by line.
public final class SmtpClient implements AutoCloseable {

    private Socket socket;
    private BufferedReader in;
    private OutputStream out;
    private final String greeting;

    /// Connects and reads the greeting.
    public SmtpClient(int port) throws IOException {
        this(port, "");
    }

    /// Connects, says something before it is its turn, and reads what comes first.
    SmtpClient(int port, String tooEarly) throws IOException {
        use(new Socket(InetAddress.getLoopbackAddress(), port));
        send(tooEarly);
        greeting = reply();
    }

    String greeting() {
        return greeting;
    }

    private void use(Socket connection) throws IOException {
        socket = connection;
        socket.setSoTimeout(40_000);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
        out = socket.getOutputStream();
    }

    /// Sends a line and returns the reply, its lines joined by `|`.
    public String say(String line) throws IOException {
        send(line + "\r\n");
        return reply();
    }

    public void send(String text) throws IOException {
        out.write(text.getBytes(ISO_8859_1));
        out.flush();
    }

    /// The next reply; empty when the connection is closed.
    public String reply() throws IOException {
        var reply = new StringBuilder();
        while (true) {
            String line = in.readLine();
            if (line == null) {
                return reply.toString();
            }
            reply.append(reply.isEmpty() ? "" : "|").append(line);
            if (line.length() < 4 || line.charAt(3) != '-') {
                return reply.toString();
            }
        }
    }

    /// From MAIL to the reply to the end of the data.
    public String deliver(String mail, String... recipients) throws IOException {
        say("MAIL FROM:<>");
        for (String recipient : recipients) {
            say("RCPT TO:<" + recipient + ">");
        }
        say("DATA");
        send(mail);
        return say((mail.endsWith("\r\n") ? "" : "\r\n") + ".");
    }

    void startTls(SSLContext trusting) throws IOException {
        say("STARTTLS");
        var tls = (SSLSocket) trusting.getSocketFactory().createSocket(socket, "reports.test", socket.getPort(), true);
        tls.startHandshake();
        use(tls);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

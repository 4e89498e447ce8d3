package dev.postern.testbed;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// An SMTP client for tests, on the JDK's TLS. It knows nothing but lines.
final class SmtpClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Socket socket;
    private InputStream in;
    private OutputStream out;

    SmtpClient(InetSocketAddress server) throws IOException {
        this(server, PATIENCE);
    }

    SmtpClient(InetSocketAddress server, Duration patience) throws IOException {
        socket = new Socket();
        try {
            socket.connect(server, Math.toIntExact(patience.toMillis()));
            socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
            use(socket);
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    /// A whole answer, one string a line, without line ends.
    List<String> answer() throws IOException {
        var lines = new ArrayList<String>();
        do {
            lines.add(line().stripTrailing());
        } while (lines.getLast().length() > 3 && lines.getLast().charAt(3) == '-');
        return lines;
    }

    /// A command's answer.
    List<String> say(String command) throws IOException {
        write(command + "\r\n");
        return answer();
    }

    void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /// A line with its end.
    String line() throws IOException {
        var line = new ByteArrayOutputStream();
        int next;
        do {
            next = in.read();
            if (next < 0) {
                throw new EOFException("closed after: " + line.toString(StandardCharsets.UTF_8));
            }
            line.write(next);
        } while (next != '\n');
        return line.toString(StandardCharsets.UTF_8);
    }

    /// The next byte; -1 when the server has closed.
    int read() throws IOException {
        return in.read();
    }

    /// What has arrived and was not asked for.
    int available() throws IOException {
        return in.available();
    }

    byte[] read(int bytes) throws IOException {
        return in.readNBytes(bytes);
    }

    InputStream in() {
        return in;
    }

    OutputStream out() {
        return out;
    }

    /// From the greeting to the answer to STARTTLS.
    SmtpClient upToStartTls() throws IOException {
        answer();
        say("EHLO client.test");
        say("STARTTLS");
        return this;
    }

    /// Shakes hands; what is buffered is dropped, as RFC 3207 demands.
    SSLSocket handshake(SSLContext context, String serverName) throws IOException {
        var tls = (SSLSocket) context.getSocketFactory().createSocket(socket, "mx", socket.getPort(), true);
        socket = tls;
        var parameters = tls.getSSLParameters();
        if (!serverName.isEmpty()) {
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
        }
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        use(tls);
        return tls;
    }

    private void use(Socket next) throws IOException {
        in = new BufferedInputStream(next.getInputStream());
        out = next.getOutputStream();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

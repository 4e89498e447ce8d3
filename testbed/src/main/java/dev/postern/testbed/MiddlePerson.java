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

/// The person in the middle: stands between some vantage points and an SMTP server and meddles with STARTTLS, which is
/// what MTA-STS is against (RFC 8461 §1). Everything else passes untouched, so mail arrives and nobody notices.
///
/// A vantage point is led to it by its own view of DNS: the same zone with another address for the MX.
public final class MiddlePerson implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int CONNECT_MILLIS = 10_000;
    private static final int MAX_LINE = 64 * 1024;
    private static final int MAX_LINES = 1000;

    /// What is done to STARTTLS.
    private sealed interface Deed {

        /// Nothing: bytes pass as they are.
        record Pass() implements Deed {
        }

        /// The extension is taken out of the answer to EHLO, the command refused.
        record Strip() implements Deed {
        }

        /// The extension's name is overwritten, as some firewalls do; the command refused.
        record Mask() implements Deed {
        }

        /// STARTTLS is answered here, with this certificate; the server sees plain text.
        record Impersonate(ServerIdentity identity) implements Deed {
        }
    }

    private final InetSocketAddress server;
    private final Listener listener;
    private volatile Deed deed = new Deed.Pass();

    private MiddlePerson(InetSocketAddress at, InetSocketAddress server) {
        this.server = server;
        this.listener = Listener.open("testbed-middle", at, this::stand);
    }

    /// Stands in front of a server, and lets everything pass until told otherwise.
    ///
    /// @param at where it listens: another address than the server's, at the same port where a probe knows but one
    /// @throws java.io.UncheckedIOException when it can't listen there
    public static MiddlePerson before(SmtpServer server, InetSocketAddress at) {
        return before(server.address(), at);
    }

    /// Stands in front of any server.
    ///
    /// @throws java.io.UncheckedIOException when it can't listen there
    public static MiddlePerson before(InetSocketAddress server, InetSocketAddress at) {
        return new MiddlePerson(at, server);
    }

    public InetSocketAddress address() {
        return listener.address();
    }

    /// The address without the port, as a DNS record holds it.
    public String ip() {
        return address().getAddress().getHostAddress();
    }

    /// How many connections have passed through.
    public int connections() {
        return listener.accepted();
    }

    /// Lets everything pass untouched.
    public MiddlePerson passing() {
        return doing(new Deed.Pass());
    }

    /// Takes STARTTLS out of the answer to EHLO, and answers the command itself with 502: the classic downgrade.
    public MiddlePerson strippingStartTls() {
        return doing(new Deed.Strip());
    }

    /// Overwrites STARTTLS in the answer to EHLO with `XXXXXXXX`, as some firewalls do, and answers the command itself
    /// with 502.
    public MiddlePerson maskingStartTls() {
        return doing(new Deed.Mask());
    }

    /// Answers STARTTLS itself, shows this certificate, and passes on in plain text what it hears.
    public MiddlePerson impersonating(ServerIdentity identity) {
        return doing(new Deed.Impersonate(identity));
    }

    @Override
    public void close() {
        listener.close();
    }

    private MiddlePerson doing(Deed next) {
        deed = next;
        return this;
    }

    private void stand(Connection client) throws IOException {
        var now = deed;
        client.patience(PATIENCE);
        try (var upstream = new Socket()) {
            upstream.setTcpNoDelay(true);
            upstream.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            upstream.connect(server, CONNECT_MILLIS);
            if (now instanceof Deed.Pass) {
                pass(client, upstream);
            } else {
                new Relay(client, upstream, now).run();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pass(Connection client, Socket upstream) throws IOException, InterruptedException {
        var forth = Thread.ofVirtual().name("testbed-middle-forth").start(() -> {
            try {
                copy(client.in(), upstream.getOutputStream());
                upstream.shutdownOutput();
            } catch (IOException over) {
                Listener.closeQuietly(upstream);
            }
        });
        copy(upstream.getInputStream(), client.out());
        client.close();
        forth.join();
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        var buffer = new byte[8192];
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            to.write(buffer, 0, read);
            to.flush();
        }
    }

    /// A dialogue passed on line by line: the server's answer, the client's command, and so on, until either side ends.
    private static final class Relay {

        private static final byte[] REFUSAL = "502 5.5.1 Command not implemented\r\n".getBytes(StandardCharsets.UTF_8);
        private static final byte[] AGREEMENT = "220 2.0.0 Ready to start TLS\r\n".getBytes(StandardCharsets.UTF_8);
        private static final String STARTTLS = "STARTTLS";
        private static final int DATA_FOLLOWS = 354;

        private final InputStream serverIn;
        private final OutputStream serverOut;
        private final Deed deed;
        private InputStream clientIn;
        private OutputStream clientOut;
        private boolean encrypted;

        Relay(Connection client, Socket upstream, Deed deed) throws IOException {
            this.serverIn = new BufferedInputStream(upstream.getInputStream());
            this.serverOut = upstream.getOutputStream();
            this.clientIn = client.in();
            this.clientOut = client.out();
            this.deed = deed;
        }

        void run() throws IOException {
            send(clientOut, answer());
            while (true) {
                byte[] command = line(clientIn);
                if (is(command, STARTTLS)) {
                    answerStartTls();
                    continue;
                }
                send(serverOut, List.of(command));
                var answer = answer();
                send(clientOut, is(command, "EHLO") ? altered(answer) : answer);
                if (code(answer) == DATA_FOLLOWS) {
                    passData();
                    send(clientOut, answer());
                }
            }
        }

        private void answerStartTls() throws IOException {
            if (!encrypted && deed instanceof Deed.Impersonate(var identity)) {
                clientIn.skipNBytes(clientIn.available());
                send(clientOut, List.of(AGREEMENT));
                var tls = TlsConversation.accept(clientIn, clientOut, new TlsTerms(identity, TlsTerms.MODERN));
                clientIn = new BufferedInputStream(tls.in());
                clientOut = tls.out();
                encrypted = true;
            } else {
                send(clientOut, List.of(REFUSAL));
            }
        }

        /// The answer to EHLO as the client gets it.
        private List<byte[]> altered(List<byte[]> answer) {
            return switch (deed) {
                case Deed.Pass() -> answer;
                case Deed.Strip() -> without(answer);
                case Deed.Mask() -> answer.stream().map(line -> offersStartTls(line)
                        ? bytes(text(line).replaceFirst("(?i)starttls", "X".repeat(STARTTLS.length()))) : line)
                        .toList();
                // Who speaks TLS already is offered it no more.
                case Deed.Impersonate _ -> encrypted ? without(answer) : answer;
            };
        }

        private static List<byte[]> without(List<byte[]> answer) {
            var kept = new ArrayList<>(answer.stream().filter(line -> !offersStartTls(line)).toList());
            // The last line is known by the blank after the code.
            kept.addLast(bytes(text(kept.removeLast()).replaceFirst("^(\\d{3})-", "$1 ")));
            return kept;
        }

        private static boolean offersStartTls(byte[] line) {
            return text(line).matches("(?is)250[- ]starttls\\s*");
        }

        private void passData() throws IOException {
            byte[] line;
            do {
                line = line(clientIn);
                serverOut.write(line);
            } while (!text(line).stripTrailing().equals("."));
            serverOut.flush();
        }

        private List<byte[]> answer() throws IOException {
            var lines = new ArrayList<byte[]>();
            do {
                if (lines.size() == MAX_LINES) {
                    throw new IOException("an answer without end");
                }
                lines.add(line(serverIn));
            } while (lines.getLast().length > 3 && lines.getLast()[3] == '-');
            return lines;
        }

        private static int code(List<byte[]> answer) {
            String last = text(answer.getLast());
            return last.matches("(?s)\\d{3}.*") ? Integer.parseInt(last.substring(0, 3)) : 0;
        }

        private static boolean is(byte[] line, String verb) {
            return text(line).strip().split(" ", 2)[0].equalsIgnoreCase(verb);
        }

        private static void send(OutputStream out, List<byte[]> lines) throws IOException {
            for (byte[] line : lines) {
                out.write(line);
            }
            out.flush();
        }

        /// A line with its end.
        private static byte[] line(InputStream in) throws IOException {
            var line = new ByteArrayOutputStream();
            int next;
            do {
                next = in.read();
                if (next < 0 || line.size() == MAX_LINE) {
                    throw new EOFException("one side has closed");
                }
                line.write(next);
            } while (next != '\n');
            return line.toByteArray();
        }

        // ISO 8859-1 keeps every byte as it is, there and back.
        private static String text(byte[] line) {
            return new String(line, StandardCharsets.ISO_8859_1);
        }

        private static byte[] bytes(String line) {
            return line.getBytes(StandardCharsets.ISO_8859_1);
        }
    }
}

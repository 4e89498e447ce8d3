package dev.postern.testbed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bouncycastle.tls.ProtocolVersion;

/// An MX: an SMTP server (RFC 5321) with STARTTLS (RFC 3207) that takes mail, or fails in one named way by one call.
/// The next connection sees the change; those there are see it where they have not passed it yet.
///
/// Several servers may share a port on different loopback addresses, which [Loopback] hands out. Without a certificate
/// of its own it shows a good one for whatever name the client asks for, and for its own name where none is asked for;
/// so one server can be the MX of many domains.
///
/// Every method that edits returns the server, for chaining.
public final class SmtpServer implements AutoCloseable {

    /// Older ones are forgotten, so that a benchmark can run for hours.
    private static final int MAX_TRANSCRIPTS = 1000;

    private final String name;
    private final CertificateBySni certificates;
    private final Listener listener;
    private final Deque<SmtpTranscript> transcripts = new ArrayDeque<>();
    private final List<Delivered> delivered = new CopyOnWriteArrayList<>();
    private volatile SmtpBehaviour behaviour = new SmtpBehaviour();

    private SmtpServer(CertificateAuthority authority, String name, InetSocketAddress at) {
        this.name = name;
        this.certificates = new CertificateBySni(authority, name);
        this.listener = Listener.open("testbed-smtp", at, this::converse);
    }

    /// Starts it.
    ///
    /// @param name its host name: what it calls itself, and what its certificate bears
    /// @param at   a loopback address; port 0 for a free one
    /// @throws java.io.UncheckedIOException when it can't listen there
    public static SmtpServer start(CertificateAuthority authority, String name, InetSocketAddress at) {
        return new SmtpServer(authority, name, at);
    }

    /// Starts it at an address literal, as `127.0.0.5` or `::1`.
    ///
    /// @throws IllegalArgumentException    when it is none
    /// @throws java.io.UncheckedIOException when it can't listen there
    public static SmtpServer start(CertificateAuthority authority, String name, String address, int port) {
        return start(authority, name, new InetSocketAddress(InetAddress.ofLiteral(address), port));
    }

    public String name() {
        return name;
    }

    public InetSocketAddress address() {
        return listener.address();
    }

    public int port() {
        return address().getPort();
    }

    /// The address without the port, as a DNS record holds it.
    public String ip() {
        return address().getAddress().getHostAddress();
    }

    // What was asked of it.

    /// How many connections have arrived, also those that were not served.
    public int connections() {
        return listener.accepted();
    }

    /// How many there were at once at the most. A connection counts until QUIT, or until its end has been noticed: a
    /// client that closes without QUIT and comes back at once may count twice.
    public int mostAtOnce() {
        return listener.mostAtOnce();
    }

    /// What was said, the oldest first; of the last thousand connections.
    public List<SmtpTranscript> transcripts() {
        synchronized (transcripts) {
            return List.copyOf(transcripts);
        }
    }

    /// The messages it accepted, the oldest first.
    public List<Delivered> delivered() {
        return List.copyOf(delivered);
    }

    /// Forgets connections, transcripts and messages.
    public SmtpServer forget() {
        listener.forgetCounts();
        synchronized (transcripts) {
            transcripts.clear();
        }
        delivered.clear();
        return this;
    }

    // Health.

    /// Ends every fault, also those of certificates, and the delay.
    public SmtpServer healthy() {
        behaviour = new SmtpBehaviour();
        certificates.forgetAll();
        listener.delay(Duration.ZERO);
        listener.up();
        return this;
    }

    // Reaching it.

    /// Is this far away from now on: each of its answers takes that long, and TLS as many times that as it takes.
    public SmtpServer delay(Duration perRoundTrip) {
        listener.delay(perRoundTrip);
        return this;
    }

    /// Refuses connections, as where no server runs.
    public SmtpServer down() {
        listener.down();
        return this;
    }

    /// Leaves attempts to connect without any answer, as a firewall that drops them.
    public SmtpServer unanswered() {
        listener.unanswered();
        return this;
    }

    /// Accepts connections again, with the faults it had.
    public SmtpServer up() {
        listener.up();
        return this;
    }

    /// Accepts, and resets the connection before the greeting.
    public SmtpServer resetAtOnce() {
        return opening(SmtpBehaviour.Opening.RESET);
    }

    /// Accepts, and closes the connection before the greeting.
    public SmtpServer closeAtOnce() {
        return opening(SmtpBehaviour.Opening.END);
    }

    /// Accepts, and says nothing ever.
    public SmtpServer silent() {
        return opening(SmtpBehaviour.Opening.SILENCE);
    }

    /// Answers 421 to a connection beyond this number at once.
    public SmtpServer connectionLimit(int atOnce) {
        behaviour.connectionLimit = OptionalInt.of(atOnce);
        return this;
    }

    // The greeting.

    /// Greets with this code and text: 421 or 450 to put off, 554 to refuse.
    public SmtpServer greeting(int code, String text) {
        behaviour.greetingCode = code;
        behaviour.greetingLines = List.of(text);
        return this;
    }

    /// Greets with code 220 in several lines, which RFC 5321 §4.2.1 allows and some clients can't read.
    public SmtpServer multilineGreeting(String... lines) {
        behaviour.greetingLines = List.of(lines);
        return this;
    }

    /// Waits this long before it greets.
    public SmtpServer greetingDelay(Duration delay) {
        behaviour.greetingDelay = delay;
        return this;
    }

    /// Waits this long before every line it says.
    public SmtpServer tarpit(Duration perLine) {
        behaviour.lineDelay = perLine;
        return this;
    }

    /// Greets, and closes the connection.
    public SmtpServer closeAfterGreeting() {
        behaviour.closesAfterGreeting = true;
        return this;
    }

    /// Greets in `220-` lines without end.
    public SmtpServer endlessBanner() {
        return opening(SmtpBehaviour.Opening.ENDLESS_BANNER);
    }

    /// Greets in one line without end.
    public SmtpServer endlessLine() {
        return opening(SmtpBehaviour.Opening.ENDLESS_LINE);
    }

    // EHLO.

    /// Answers EHLO with 502, and HELO as usual: a server from before 1995.
    public SmtpServer refuseEhlo() {
        behaviour.acceptsEhlo = false;
        return this;
    }

    /// Names these extensions in its answer to EHLO, each a line as it stands, and no others.
    public SmtpServer extensions(String... lines) {
        behaviour.extensions = Optional.of(List.of(lines));
        return this;
    }

    /// Writes the extensions in lower case, which means the same (RFC 5321 §4.1.1.1).
    public SmtpServer lowerCase() {
        behaviour.lowerCase = true;
        return this;
    }

    /// Ends its lines with a line feed only, which RFC 5321 §2.3.8 forbids.
    public SmtpServer bareLineFeeds() {
        behaviour.lineEnd = "\n";
        return this;
    }

    /// Takes mail only within TLS: answers MAIL with 530 before.
    public SmtpServer requireTls() {
        behaviour.requiresTls = true;
        return this;
    }

    // STARTTLS.

    /// Does not offer STARTTLS and does not know it.
    public SmtpServer noStartTls() {
        behaviour.offersStartTls = false;
        return startTls(SmtpBehaviour.StartTls.NOT_IMPLEMENTED);
    }

    /// Offers STARTTLS and answers it with 454, as where its certificate can't be read.
    public SmtpServer refuseStartTls() {
        return startTls(SmtpBehaviour.StartTls.REFUSED);
    }

    /// Agrees to STARTTLS, and answers the ClientHello in plain text, as a command it does not know.
    public SmtpServer plainAfterStartTls() {
        return startTls(SmtpBehaviour.StartTls.PLAIN_TEXT);
    }

    /// Agrees to STARTTLS and answers the ClientHello with bytes that mean nothing.
    public SmtpServer garbageAfterStartTls() {
        return startTls(SmtpBehaviour.StartTls.GARBAGE);
    }

    /// Agrees to STARTTLS and resets the connection when the ClientHello has come.
    public SmtpServer resetInHandshake() {
        return startTls(SmtpBehaviour.StartTls.RESET);
    }

    /// Agrees to STARTTLS and closes the connection when the ClientHello has come.
    public SmtpServer closeInHandshake() {
        return startTls(SmtpBehaviour.StartTls.END);
    }

    /// Agrees to STARTTLS and never answers the ClientHello.
    public SmtpServer silentInHandshake() {
        return startTls(SmtpBehaviour.StartTls.SILENCE);
    }

    /// Sends the answer to EHLO together with its agreement to STARTTLS, still in plain text, as somebody in the middle
    /// would; then it shakes hands. A client must not take those lines for the server's (RFC 3207 §4.2).
    public SmtpServer injectAfterStartTls() {
        return startTls(SmtpBehaviour.StartTls.INJECTED_REPLY);
    }

    /// Ends the handshake with an alert before it shows a certificate.
    public SmtpServer refuseHandshake() {
        behaviour.refusesHandshake = true;
        return this;
    }

    /// Speaks TLS 1.0 and nothing newer.
    public SmtpServer onlyTls10() {
        return versions(ProtocolVersion.TLSv10);
    }

    /// Speaks TLS 1.1 only.
    public SmtpServer onlyTls11() {
        return versions(ProtocolVersion.TLSv11);
    }

    /// Speaks TLS 1.2 only.
    public SmtpServer onlyTls12() {
        return versions(ProtocolVersion.TLSv12);
    }

    /// Speaks TLS 1.3 only.
    public SmtpServer onlyTls13() {
        return versions(ProtocolVersion.TLSv13);
    }

    /// Shows this certificate, whatever name it is asked for, and staples what comes with it.
    public SmtpServer certificate(ServerIdentity identity) {
        certificates.presentToAll(identity);
        return this;
    }

    /// Shows this certificate to who asks for that name.
    public SmtpServer certificate(String host, ServerIdentity identity) {
        certificates.present(host, identity);
        return this;
    }

    @Override
    public void close() {
        listener.close();
    }

    private SmtpServer opening(SmtpBehaviour.Opening opening) {
        behaviour.opening = opening;
        return this;
    }

    private SmtpServer startTls(SmtpBehaviour.StartTls after) {
        behaviour.startTls = after;
        return this;
    }

    private SmtpServer versions(ProtocolVersion... versions) {
        behaviour.versions = List.copyOf(Arrays.asList(versions));
        return this;
    }

    private void converse(Connection connection) throws IOException {
        var transcript = new SmtpTranscript(connection.client());
        synchronized (transcripts) {
            if (transcripts.size() == MAX_TRANSCRIPTS) {
                transcripts.removeFirst();
            }
            transcripts.addLast(transcript);
        }
        new SmtpDialogue(connection, name, behaviour, certificates, transcript, delivered::add)
                .hold(listener.atOnce());
    }
}

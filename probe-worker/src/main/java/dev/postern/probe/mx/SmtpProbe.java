package dev.postern.probe.mx;

import dev.postern.observation.MxEndpoint;
import dev.postern.observation.MxEndpoint.Outcome;
import dev.postern.observation.MxEndpoint.Tls;
import dev.postern.pki.Chain;
import dev.postern.pki.ChainValidation;
import dev.postern.probe.mx.SmtpDialogue.NotSmtp;
import dev.postern.probe.mx.SmtpDialogue.Reply;
import dev.postern.outbound.OpenSockets;
import dev.postern.outbound.ShownChain;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// The dialogue with one address of an MX: greeting, EHLO, STARTTLS, the handshake, EHLO again, QUIT.
///
/// It holds no state; any number of dialogues may run at a time. No method throws: how far it went is in the result.
public final class SmtpProbe {

    private static final String[] TLS_VERSIONS = {"TLSv1.3", "TLSv1.2"};
    private static final int GREETED = 220;
    private static final int DONE = 250;
    private static final int MAX_DETAIL = 200;
    /// Chains that are longer only fill the evidence.
    private static final int MAX_CHAIN = 8;

    private final X509ExtendedTrustManager trust;
    private final ChainValidation chains;
    private final int port;
    private final String ehloName;
    private final Duration connectLimit;
    private final Duration limit;
    private final InstantSource clock;

    /// @param trust    the roots that certificates may lead to
    /// @param port     where MXs listen: 25, except in a test
    /// @param ehloName the name this probe gives itself (RFC 5321 §4.1.1.1)
    /// @param limit    for the whole dialogue; connecting may take half of it
    public SmtpProbe(X509ExtendedTrustManager trust, int port, String ehloName, Duration limit, InstantSource clock) {
        this.trust = trust;
        this.chains = new ChainValidation(List.of(trust.getAcceptedIssuers()));
        this.port = port;
        this.ehloName = ehloName;
        this.connectLimit = limit.dividedBy(2);
        this.limit = limit;
        this.clock = clock;
    }

    /// Has the dialogue.
    ///
    /// @param host    the MX host, in A-labels: what the handshake asks for (SNI)
    /// @param address one of its addresses, vetted by the caller
    public MxEndpoint ask(String host, InetAddress address) {
        Instant begun = clock.instant().truncatedTo(ChronoUnit.MICROS);
        var dialogue = new SmtpDialogue();
        Ended ended;
        try (var sockets = new OpenSockets(limit)) {
            try {
                ended = talk(host, address, sockets, dialogue);
            } catch (IOException failed) {
                ended = failure(failed);
            }
            // Closing the sockets is how time ends a dialogue; whatever that looked like, time was the reason.
            if (sockets.expired() && ended.outcome() != Outcome.TLS_ESTABLISHED) {
                ended = new Ended(Outcome.TIMEOUT, "no end within " + limit.toSeconds() + " s");
            }
        }
        if (!ended.detail().isEmpty()) {
            dialogue.note("(" + ended.detail() + ")");
        }
        return new MxEndpoint(address.getHostAddress(), begun, Duration.between(begun, clock.instant()).toMillis(),
                ended.outcome(), ended.detail(), dialogue.transcript(), ended.tls());
    }

    /// How a dialogue ended.
    private record Ended(Outcome outcome, String detail, Optional<Tls> tls) {
        Ended(Outcome outcome, String detail) {
            this(outcome, detail, Optional.empty());
        }
    }

    private Ended talk(String host, InetAddress address, OpenSockets sockets, SmtpDialogue dialogue)
            throws IOException {
        Socket socket = sockets.open();
        try {
            socket.connect(new InetSocketAddress(address, port), Math.toIntExact(connectLimit.toMillis()));
        } catch (IOException unreachable) {
            return noConnection(address, unreachable);
        }
        dialogue.over(socket);
        Reply greeting = dialogue.reply();
        if (greeting.code() != GREETED) {
            quit(dialogue);
            return greeting(greeting);
        }
        dialogue.send("EHLO " + ehloName);
        Reply ehlo = dialogue.reply();
        if (ehlo.code() != DONE) {
            quit(dialogue);
            return new Ended(ehlo.code() / 100 == 4 ? Outcome.DEFERRED : Outcome.EHLO_REFUSED, shortened(ehlo.text()));
        }
        // The first line greets; each further one names an extension (RFC 5321 §4.1.1.1), in any case.
        boolean offered = ehlo.lines().stream().skip(1).map(line -> line.strip().split("\\s", 2)[0])
                .anyMatch(word -> word.toUpperCase(Locale.ROOT).equals("STARTTLS"));
        if (!offered) {
            quit(dialogue);
            return new Ended(Outcome.STARTTLS_NOT_OFFERED, "EHLO is answered without STARTTLS");
        }
        dialogue.send("STARTTLS");
        Reply ready = dialogue.reply();
        if (ready.code() != GREETED) {
            quit(dialogue);
            return new Ended(Outcome.STARTTLS_REFUSED, shortened(ready.text()));
        }
        if (dialogue.unasked()) {
            return new Ended(Outcome.TLS_FAILED, "bytes in the clear follow the answer to STARTTLS, as in an injection");
        }
        return handshake(host, socket, dialogue);
    }

    private static Ended greeting(Reply greeting) {
        return switch (greeting.code() / 100) {
            case 4 -> new Ended(Outcome.DEFERRED, shortened(greeting.text()));
            case 5 -> new Ended(Outcome.REFUSED, shortened(greeting.text()));
            default -> new Ended(Outcome.NOT_SMTP, "it greets with " + shortened(greeting.text()));
        };
    }

    private Ended handshake(String host, Socket plain, SmtpDialogue dialogue) throws IOException {
        var shown = new ShownChain(trust, ShownChain.Then.GO_ON);
        SSLSocket tls = (SSLSocket) context(shown).getSocketFactory().createSocket(plain, host, port, true);
        var parameters = tls.getSSLParameters();
        parameters.setProtocols(TLS_VERSIONS);
        parameters.setServerNames(List.of(new SNIHostName(host)));
        tls.setSSLParameters(parameters);
        try {
            tls.startHandshake();
        } catch (IOException broken) {
            return broken(broken, shown);
        }
        SSLSession session = tls.getSession();
        dialogue.note("(" + session.getProtocol() + ", " + session.getCipherSuite() + ")");
        var seen = new Tls(session.getProtocol(), session.getCipherSuite(), chain(shown, staple(session)));
        try {
            dialogue.over(tls);
            dialogue.send("EHLO " + ehloName);
            dialogue.reply();
            quit(dialogue);
        } catch (IOException afterwards) {
            // TLS stands; what a server does next is no business of this probe.
            dialogue.note("(" + words(afterwards) + ")");
        }
        return new Ended(Outcome.TLS_ESTABLISHED, "", Optional.of(seen));
    }

    /// The connection broke off within the handshake.
    private Ended broken(IOException failure, ShownChain shown) {
        String why = words(failure);
        String lower = why.toLowerCase(Locale.ROOT);
        boolean version = failure instanceof SSLHandshakeException
                && (lower.contains("protocol_version") || lower.contains("protocol version")
                || lower.contains("not accepted by client preferences"));
        Optional<Tls> seen = chain(shown, Optional.empty()).map(chain -> new Tls("", "", Optional.of(chain)));
        return new Ended(version ? Outcome.TLS_VERSION : Outcome.TLS_FAILED, why, seen);
    }

    private Optional<Chain> chain(ShownChain shown, Optional<byte[]> staple) {
        var certificates = shown.certificates().stream().limit(MAX_CHAIN).toList();
        return certificates.isEmpty() ? Optional.empty()
                : Optional.of(chains.validate(certificates, staple, clock.instant()));
    }

    private static Optional<byte[]> staple(SSLSession session) {
        return session instanceof ExtendedSSLSession extended
                ? extended.getStatusResponses().stream().filter(answer -> answer.length > 0).findFirst()
                : Optional.empty();
    }

    private Ended noConnection(InetAddress address, IOException failure) {
        String why = words(failure);
        if (failure instanceof SocketTimeoutException) {
            return new Ended(Outcome.TIMEOUT, "no connection within " + connectLimit.toSeconds() + " s");
        }
        boolean noRoute = failure instanceof NoRouteToHostException || failure instanceof ConnectException
                && why.toLowerCase(Locale.ROOT).contains("unreachable");
        if (address instanceof Inet6Address && noRoute) {
            return new Ended(Outcome.PORT_BLOCKED, "this vantage point has no IPv6");
        }
        return new Ended(Outcome.NO_CONNECTION, why);
    }

    private static Ended failure(IOException failed) {
        return switch (failed) {
            case NotSmtp not -> new Ended(Outcome.NOT_SMTP, words(not));
            case SocketTimeoutException slow -> new Ended(Outcome.TIMEOUT, words(slow));
            default -> new Ended(Outcome.NO_CONNECTION, words(failed));
        };
    }

    private static void quit(SmtpDialogue dialogue) throws IOException {
        dialogue.send("QUIT");
    }

    /// The reason as one line; it may repeat what a server sent.
    private static String words(IOException failure) {
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return shortened(message.replaceAll("[^\\x20-\\x7E]+", " ").strip());
    }

    private static String shortened(String text) {
        String cut = text.length() > MAX_DETAIL ? text.substring(0, MAX_DETAIL) + "…" : text;
        return cut.endsWith(".") ? cut.substring(0, cut.length() - 1) : cut;
    }

    /// One for each dialogue: with a shared one, a resumed session would not show the certificate again.
    private static SSLContext context(ShownChain shown) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[]{shown}, null);
            return context;
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has TLS", missing);
        }
    }
}

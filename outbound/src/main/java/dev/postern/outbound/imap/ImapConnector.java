package dev.postern.outbound.imap;

import static dev.postern.outbound.imap.MailboxProblem.Kind.CERTIFICATE;
import static dev.postern.outbound.imap.MailboxProblem.Kind.CONVERSATION;
import static dev.postern.outbound.imap.MailboxProblem.Kind.HOST_UNKNOWN;
import static dev.postern.outbound.imap.MailboxProblem.Kind.NOT_PUBLIC;
import static dev.postern.outbound.imap.MailboxProblem.Kind.NO_TLS;
import static dev.postern.outbound.imap.MailboxProblem.Kind.UNREACHABLE;

import dev.postern.mailbox.ConnectionSecurity;
import dev.postern.mailbox.Mailbox;
import dev.postern.outbound.Destinations;
import dev.postern.outbound.OpenSockets;
import dev.postern.outbound.ShownChain;
import dev.postern.parse.Quoted;
import dev.postern.pki.Certificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// Connects to IMAP servers, always over TLS 1.2 or newer with a certificate that is trusted and bears the server's
/// name (RFC 8314 §4, RFC 9051 §11.1). There is no way to go on without.
public final class ImapConnector {

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final int MAX_NAMES = 4;

    private final Destinations destinations;
    private final X509ExtendedTrustManager trust;
    private final ImapLimits limits;

    public ImapConnector(Destinations destinations, X509ExtendedTrustManager trust, ImapLimits limits) {
        this.destinations = destinations;
        this.trust = trust;
        this.limits = limits;
    }

    /// Connects and signs in.
    ///
    /// @return a session that is the caller's to close
    /// @throws MailboxProblem with what is wrong and what to do
    public ImapSession open(Mailbox mailbox, String password) throws MailboxProblem {
        var sockets = new OpenSockets(limits.whole());
        try {
            var socket = connect(mailbox, addresses(mailbox), sockets);
            var secured = secure(mailbox, socket);
            var session = ImapSession.begin(mailbox, sockets, secured, greeted(mailbox, secured), limits);
            session.signIn(password);
            return session;
        } catch (MailboxProblem problem) {
            boolean late = sockets.expired();
            sockets.close();
            throw late ? tooLate(mailbox, problem) : problem;
        } catch (IOException broken) {
            boolean late = sockets.expired();
            sockets.close();
            throw late ? tooLate(mailbox, broken) : broken(mailbox, broken);
        }
    }

    private List<InetAddress> addresses(Mailbox mailbox) throws MailboxProblem {
        try {
            return destinations.of(mailbox.host());
        } catch (UnknownHostException unknown) {
            throw new MailboxProblem(HOST_UNKNOWN, "No server was found under the name " + mailbox.host()
                    + ". Check it for typing mistakes; the mail provider's help names its IMAP server.", unknown);
        } catch (Destinations.NotPublic hidden) {
            throw new MailboxProblem(NOT_PUBLIC, mailbox.host() + " leads to an address within a private network, and "
                    + "this Postern connects to public servers only. Whoever runs it can allow private ones.", hidden);
        }
    }

    /// One address after the other.
    private Socket connect(Mailbox mailbox, List<InetAddress> addresses, OpenSockets sockets) throws MailboxProblem {
        IOException last = new IOException("no address");
        for (InetAddress address : addresses) {
            try {
                Socket socket = sockets.open();
                socket.connect(new InetSocketAddress(address, mailbox.port()), (int) limits.connect().toMillis());
                socket.setSoTimeout((int) limits.read().toMillis());
                socket.setTcpNoDelay(true);
                return socket;
            } catch (IOException refused) {
                last = refused;
            }
        }
        throw new MailboxProblem(UNREACHABLE, mailbox.host() + " does not answer at port " + mailbox.port()
                + (last instanceof SocketTimeoutException ? " in time" : "") + ". Check the port: IMAP is at 993 with "
                + "TLS from the start and at 143 with STARTTLS. The server may also allow certain networks only.", last);
    }

    private Socket secure(Mailbox mailbox, Socket socket) throws MailboxProblem, IOException {
        if (mailbox.security() == ConnectionSecurity.STARTTLS) {
            try {
                StartTls.ask(socket);
            } catch (StartTls.Refused refused) {
                throw new MailboxProblem(NO_TLS, mailbox.host() + " does not offer TLS at port " + mailbox.port()
                        + "; it said " + Quoted.of(refused.getMessage()) + ". Postern sends no password unprotected. "
                        + "Choose TLS from the start, mostly at port 993. If TLS worked here before, somebody may be "
                        + "meddling with the connection.", refused);
            } catch (SocketTimeoutException silent) {
                throw new MailboxProblem(NO_TLS, mailbox.host() + " says nothing at port " + mailbox.port()
                        + ", as a server does that waits for TLS. Choose TLS from the start.", silent);
            }
        }
        var chain = new ShownChain(trust, ShownChain.Then.INSIST);
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[]{chain}, null);
            var secured = (SSLSocket) context.getSocketFactory().createSocket(socket, mailbox.host(), mailbox.port(),
                    true);
            var parameters = secured.getSSLParameters();
            parameters.setProtocols(PROTOCOLS);
            // The same rules for names as for HTTPS: RFC 6125 (RFC 7817 §3).
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secured.setSSLParameters(parameters);
            secured.startHandshake();
            return secured;
        } catch (SSLException refused) {
            throw tls(mailbox, chain, refused);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has TLS", missing);
        }
    }

    private static MailboxProblem tls(Mailbox mailbox, ShownChain chain, SSLException refused) {
        String host = mailbox.host();
        if (chain.certificates().isEmpty()) {
            return refused instanceof SSLHandshakeException
                    ? new MailboxProblem(NO_TLS, "TLS with " + host + " failed: " + Quoted.of(refused.getMessage())
                            + ". Postern speaks TLS 1.2 and 1.3.", refused)
                    : new MailboxProblem(NO_TLS, host + " does not speak TLS at port " + mailbox.port() + ". Choose "
                            + "STARTTLS for this port, or port 993.", refused);
        }
        Certificate own = Certificate.of(chain.certificates().getFirst());
        String words;
        if (!own.covers(host)) {
            words = "The certificate that " + host + " shows is for " + names(own) + ". Enter the server under a name "
                    + "that its certificate bears.";
        } else if (!own.validAt(Instant.now())) {
            words = "The certificate of " + host + " is valid from " + own.notBefore() + " to " + own.notAfter()
                    + " only. Whoever runs the server has to renew it.";
        } else {
            words = "The certificate of " + host + " was issued by " + Quoted.of(own.issuer()) + ", which is not trusted, "
                    + "or the server leaves out the certificate of its issuer. Whoever runs the server has to mend "
                    + "that; for an authority of your own, see POSTERN_TRUST_STORE.";
        }
        return new MailboxProblem(CERTIFICATE, words, refused);
    }

    private static String names(Certificate certificate) {
        return certificate.dnsNames().isEmpty() ? Quoted.of(certificate.subject())
                : certificate.dnsNames().stream().limit(MAX_NAMES).map(Quoted::of).collect(Collectors.joining(", "))
                        + (certificate.dnsNames().size() > MAX_NAMES ? " and others" : "");
    }

    /// After STARTTLS a server does not greet again, and the library wants to be greeted.
    private static InputStream greeted(Mailbox mailbox, Socket secured) throws IOException {
        return mailbox.security() == ConnectionSecurity.IMPLICIT_TLS ? secured.getInputStream()
                : new SequenceInputStream(new ByteArrayInputStream("* OK over TLS now\r\n"
                        .getBytes(StandardCharsets.US_ASCII)), secured.getInputStream());
    }

    private static MailboxProblem broken(Mailbox mailbox, IOException broken) {
        return new MailboxProblem(CONVERSATION, mailbox.host() + (broken instanceof SocketTimeoutException
                ? " stopped answering." : " ended the connection: " + Quoted.of(String.valueOf(broken.getMessage()))
                + ".") + " Postern tries again by itself.", broken);
    }

    private MailboxProblem tooLate(Mailbox mailbox, Exception cause) {
        return new MailboxProblem(CONVERSATION, mailbox.host() + " took longer than " + limits.whole().toSeconds()
                + " seconds. Postern tries again by itself.", cause);
    }
}

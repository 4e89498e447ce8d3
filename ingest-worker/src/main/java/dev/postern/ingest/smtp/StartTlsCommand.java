package dev.postern.ingest.smtp;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.subethamail.smtp.DropConnectionException;
import org.subethamail.smtp.internal.server.BaseCommand;
import org.subethamail.smtp.server.Session;

/// STARTTLS (RFC 3207) that ends the connection where something follows it in the clear: somebody on the path could
/// have put commands there, to be carried out as if they had come by TLS. A handshake has a time, and one that fails is
/// not followed by commands in the clear.
final class StartTlsCommand extends BaseCommand {

    private static final Logger LOG = LoggerFactory.getLogger(StartTlsCommand.class);

    private final SmtpLimits limits;
    private final SessionLimits sessions;

    StartTlsCommand(SmtpLimits limits, SessionLimits sessions) {
        super("STARTTLS", "Begins TLS.");
        this.limits = limits;
        this.sessions = sessions;
    }

    @Override
    public void execute(String line, Session session) throws IOException, DropConnectionException {
        if (!line.strip().equalsIgnoreCase(getName())) {
            session.sendResponse("501 5.5.4 STARTTLS has no parameters");
        } else if (!session.getServer().getEnableTLS()) {
            session.sendResponse("502 5.5.1 STARTTLS is not offered here");
        } else if (session.isTLSStarted()) {
            session.sendResponse("503 5.5.1 TLS has begun already");
        } else {
            begin(session);
        }
    }

    private void begin(Session session) throws IOException, DropConnectionException {
        var conversation = (Conversation) session.getSocket();
        if (session.getRawInput().available() > 0) {
            conversation.refuses();
            throw new DropConnectionException(554, "5.5.1 Nothing may follow STARTTLS in the clear (RFC 3207)");
        }
        session.sendResponse("220 2.0.0 Begin TLS");
        Socket plain = conversation.tcp();
        plain.setSoTimeout((int) limits.silence().toMillis());
        try (var _ = sessions.closing(plain, limits.silence())) {
            SSLSocket tls = session.getServer().createSSLSocket(plain);
            tls.startHandshake();
            session.setSocket(conversation.within(tls));
            session.resetSmtpProtocol();
            session.setTlsStarted(true);
        } catch (IOException failed) {
            LOG.debug("A TLS handshake failed", failed);
            session.quit();
        }
    }
}

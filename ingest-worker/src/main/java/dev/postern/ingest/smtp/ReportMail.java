package dev.postern.ingest.smtp;

import dev.postern.db.report.Receipt;
import dev.postern.ingest.log.LogUnavailable;
import dev.postern.ingest.log.ReceivedReport;
import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.receive.Body;
import dev.postern.ingest.receive.BodyReader;
import dev.postern.ingest.receive.BodyRefused;
import dev.postern.token.ReportTokens;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.subethamail.smtp.DropConnectionException;
import org.subethamail.smtp.MessageContext;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.server.Session;

/// One mail, from MAIL to the end of DATA.
final class ReportMail implements MessageHandler {

    private static final String CONTENT_TYPE = "message/rfc822";

    private final MessageContext context;
    private final String publicHost;
    private final ReportTokens tokens;
    private final ReportLog log;
    private final BodyReader bodies;
    private final Clock clock;
    private final Set<String> recipients = new LinkedHashSet<>();

    ReportMail(MessageContext context, String publicHost, ReportTokens tokens, ReportLog log, BodyReader bodies,
               Clock clock) {
        this.context = context;
        this.publicHost = publicHost;
        this.tokens = tokens;
        this.log = log;
        this.bodies = bodies;
        this.clock = clock;
    }

    static String tooLarge(int maxBytes) {
        return "5.3.4 The message is larger than the limit of " + maxBytes + " bytes";
    }

    @Override
    public void from(String sender) {
        // Anyone may send reports; whose they are, the reports say.
    }

    @Override
    public void recipient(String address) throws RejectException {
        int at = address.lastIndexOf('@');
        String domain = address.substring(at + 1).toLowerCase(Locale.ROOT);
        if (at < 0 || !publicHost.equals(domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain)) {
            throw new RejectException(550, "5.7.1 Relaying denied: only TLS reports to addresses at " + publicHost
                    + " are taken here");
        }
        Optional<String> token = tokens.recognise(address.substring(0, at));
        recipients.add(token.orElseThrow(() -> new RejectException(550, "5.1.1 There is no such report address here")));
    }

    @Override
    public String data(InputStream data) throws RejectException, IOException {
        try (Body body = bodies.read(data)) {
            keep(body.bytes());
            return "2.0.0 The report is safely kept";
        } catch (BodyRefused refused) {
            throw switch (refused) {
                case BodyRefused.TooLarge _ -> skipping(data, 552, tooLarge(bodies.maxBytes()));
                case BodyRefused.NoRoom _ -> skipping(data, 452,
                        "4.3.1 Too many reports are coming in at the moment; try again later");
                case BodyRefused.TooSlow slow -> new DropConnectionException(421, "4.4.2 The message comes "
                        + slow.getMessage());
            };
        } catch (LogUnavailable away) {
            throw afterData(451, "4.3.0 The report could not be kept safely; try again later");
        }
    }

    /// One record for each address: each belongs to a domain of its own.
    private void keep(byte[] mail) {
        String peer = context.getRemoteAddress() instanceof InetSocketAddress socket
                ? socket.getAddress().getHostAddress() : "unknown";
        for (String token : recipients) {
            log.append(new ReceivedReport(token,
                    new Receipt(UUID.randomUUID(), "smtp", peer, clock.instant(), CONTENT_TYPE), mail));
        }
    }

    /// What is left of the mail would be taken for commands. A mail far beyond the announced limit is not worth that.
    private RejectException skipping(InputStream rest, int code, String text) throws IOException {
        return bodies.skip(rest, bodies.maxBytes()) ? afterData(code, text) : new DropConnectionException(code, text);
    }

    /// The library keeps the transaction open after a refusal, and would refuse the next mail of the same connection.
    private RejectException afterData(int code, String text) {
        if (context instanceof Session session) {
            session.resetMailTransaction();
        }
        return new RejectException(code, text);
    }

    @Override
    public void done() {
        recipients.clear();
    }
}

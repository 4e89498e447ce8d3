package dev.postern.ingest.smtp;

import dev.postern.db.report.Receipt;
import dev.postern.ingest.IngestSettings;
import dev.postern.ingest.log.LogUnavailableException;
import dev.postern.ingest.log.ReportLog;
import dev.postern.token.ReportTokens;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.subethamail.smtp.MessageContext;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;

/// One mail transaction. Replies tell the sender whether to come again (4xx) or never (5xx).
final class ReportMessage implements MessageHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ReportMessage.class);

    private final MessageContext context;
    private final IngestSettings settings;
    private final ReportTokens tokens;
    private final ReportLog log;
    private final Clock clock;
    private final List<String> recipients = new ArrayList<>();

    ReportMessage(MessageContext context, IngestSettings settings, ReportTokens tokens, ReportLog log, Clock clock) {
        this.context = context;
        this.settings = settings;
        this.tokens = tokens;
        this.log = log;
        this.clock = clock;
    }

    @Override
    public void from(String from) {
        // Any reverse path, the empty one too.
    }

    @Override
    public void recipient(String recipient) throws RejectException {
        int at = recipient.lastIndexOf('@');
        String host = at < 0 ? "" : recipient.substring(at + 1).toLowerCase(Locale.ROOT);
        if (!host.equals(settings.publicHost())) {
            throw new RejectException(550, "5.7.1 This server takes TLS reports for " + settings.publicHost()
                    + " only and relays nothing");
        }
        String token = tokens.recognise(recipient.substring(0, at)).orElseThrow(() -> new RejectException(550,
                "5.1.1 There is no such report address here"));
        if (!recipients.contains(token)) {
            recipients.add(token);
        }
    }

    @Override
    public String data(InputStream data) throws RejectException, IOException {
        byte[] message = data.readNBytes(settings.maxMessageBytes() + 1);
        if (message.length > settings.maxMessageBytes()) {
            // Read to the end, so that the sender hears the answer instead of a broken connection.
            data.skip(Long.MAX_VALUE);
            throw new RejectException(552, "5.3.4 The message is larger than " + settings.maxMessageBytes()
                    + " bytes, the limit here");
        }
        Instant now = clock.instant();
        var receipts = recipients.stream().map(_ -> new Receipt(UUID.randomUUID(), "smtp", peer(), now,
                "message/rfc822")).toList();
        try {
            log.append(recipients, receipts, message);
            return "250 2.0.0 Kept";
        } catch (LogUnavailableException away) {
            LOG.warn("A report by SMTP was put off: {}", away.getMessage());
            throw new RejectException(451, "4.3.0 The report can't be kept now; please send it again later");
        }
    }

    private String peer() {
        return context.getRemoteAddress() instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress() : context.getRemoteAddress().toString();
    }

    @Override
    public void done() {
        recipients.clear();
    }
}

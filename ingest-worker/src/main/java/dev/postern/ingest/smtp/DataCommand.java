package dev.postern.ingest.smtp;

import java.io.IOException;
import org.subethamail.smtp.DropConnectionException;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.internal.server.BaseCommand;
import org.subethamail.smtp.server.Session;

/// DATA that takes nothing sent before its answer, and no line that ends otherwise than in CR LF.
final class DataCommand extends BaseCommand {

    DataCommand() {
        super("DATA", "The message follows, to a line of one dot.");
    }

    @Override
    public void execute(String line, Session session) throws IOException, DropConnectionException {
        if (!session.isMailTransactionInProgress()) {
            session.sendResponse("503 5.5.1 MAIL comes first");
            return;
        }
        if (session.getRecipientCount() == 0) {
            session.sendResponse("503 5.5.1 RCPT comes first");
            return;
        }
        var conversation = (Conversation) session.getSocket();
        if (session.getRawInput().available() > 0) {
            conversation.refuses();
            throw new DropConnectionException(554, "5.5.1 Wait for the answer to DATA: PIPELINING is not offered here");
        }
        boolean delivered = false;
        conversation.messageBegins();
        try {
            session.sendResponse("354 Go on, and end with a line of one dot");
            String reply = session.getMessageHandler().data(new MailData(session.getRawInput()));
            delivered = true;
            session.sendResponse("250 " + reply);
            session.resetMailTransaction();
        } catch (MailData.BareLineEnd bare) {
            conversation.refuses();
            throw new DropConnectionException(550, "5.6.0 Line " + bare.line() + " of the message holds a CR or an LF "
                    + "by itself; lines end in CR LF (RFC 5321 section 2.3.8)");
        } catch (DropConnectionException refused) {
            conversation.refuses();
            throw refused;
        } catch (RejectException refused) {
            session.sendResponse(refused.getErrorResponse());
        } finally {
            conversation.messageEnds(delivered);
        }
    }
}

package dev.postern.ingest.smtp;

import java.io.IOException;
import org.subethamail.smtp.DropConnectionException;
import org.subethamail.smtp.internal.command.ReceiptCommand;
import org.subethamail.smtp.internal.server.BaseCommand;
import org.subethamail.smtp.server.Session;

/// RCPT that names the limit on recipients.
final class RecipientCommand extends BaseCommand {

    private final int most;
    private final ReceiptCommand recipient = new ReceiptCommand();

    RecipientCommand(int most) {
        super("RCPT", "Specifies a recipient.", "TO: <recipient>");
        this.most = most;
    }

    @Override
    public void execute(String line, Session session) throws IOException, DropConnectionException {
        if (session.isMailTransactionInProgress() && session.getRecipientCount() >= most) {
            session.sendResponse("452 4.5.3 A mail has at most " + most + " recipients here");
        } else {
            recipient.execute(line, session);
        }
    }
}

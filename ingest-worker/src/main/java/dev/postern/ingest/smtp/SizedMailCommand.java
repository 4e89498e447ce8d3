package dev.postern.ingest.smtp;

import java.io.IOException;
import java.math.BigInteger;
import java.util.regex.Pattern;
import org.subethamail.smtp.DropConnectionException;
import org.subethamail.smtp.internal.command.MailCommand;
import org.subethamail.smtp.internal.server.BaseCommand;
import org.subethamail.smtp.server.Session;

/// MAIL that names the limit when the announced size is beyond it (RFC 1870 §6.1), however many digits it has. Who
/// sends is not asked: reports come with an empty reverse path and with any other.
final class SizedMailCommand extends BaseCommand {

    private static final Pattern SIZE = Pattern.compile("SIZE=([0-9]+)", Pattern.CASE_INSENSITIVE);

    private final int maxBytes;
    private final MailCommand mail = new MailCommand(_ -> true);

    SizedMailCommand(int maxBytes) {
        super("MAIL", "Specifies the sender.", "FROM: <sender> [ <parameters> ]");
        this.maxBytes = maxBytes;
    }

    @Override
    public void execute(String line, Session session) throws IOException, DropConnectionException {
        boolean beyond = SIZE.matcher(line).results().map(size -> new BigInteger(size.group(1)))
                .anyMatch(size -> size.compareTo(BigInteger.valueOf(maxBytes)) > 0);
        if (beyond) {
            session.sendResponse("552 " + ReportMail.tooLarge(maxBytes));
        } else {
            mail.execute(line, session);
        }
    }
}

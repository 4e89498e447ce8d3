package dev.postern.ingest.smtp;

import java.io.IOException;
import org.subethamail.smtp.internal.server.BaseCommand;
import org.subethamail.smtp.server.SMTPServer;
import org.subethamail.smtp.server.Session;

/// EHLO that offers only what is kept: no CHUNKING, whose library implementation takes a connection that breaks off
/// for the end of the message.
final class GreetingCommand extends BaseCommand {

    GreetingCommand() {
        super("EHLO", "Introduce yourself.", "<hostname>");
    }

    @Override
    public void execute(String line, Session session) throws IOException {
        String[] arguments = getArgs(line);
        if (arguments.length < 2) {
            session.sendResponse("501 5.5.4 Syntax: EHLO hostname");
            return;
        }
        session.resetMailTransaction();
        session.setHelo(arguments[1]);
        SMTPServer server = session.getServer();
        String tls = server.getEnableTLS() && !session.isTLSStarted() ? "250-STARTTLS\r\n" : "";
        session.sendResponse("250-" + server.getHostName() + "\r\n" + tls + "250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE "
                + server.getMaxMessageSize());
    }
}

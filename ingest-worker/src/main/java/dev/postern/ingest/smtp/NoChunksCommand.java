package dev.postern.ingest.smtp;

import java.io.IOException;
import org.subethamail.smtp.DropConnectionException;
import org.subethamail.smtp.internal.server.BaseCommand;
import org.subethamail.smtp.server.Session;

/// BDAT, which is not offered. What would follow it is a message and no command, so the connection ends.
final class NoChunksCommand extends BaseCommand {

    NoChunksCommand() {
        super("BDAT", "Not offered.");
    }

    @Override
    public void execute(String line, Session session) throws IOException, DropConnectionException {
        throw new DropConnectionException(502, "5.5.1 BDAT is not offered here; use DATA");
    }
}

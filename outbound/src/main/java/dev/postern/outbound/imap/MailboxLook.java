package dev.postern.outbound.imap;

import dev.postern.mailbox.AfterReading;
import dev.postern.mailbox.Mailbox;
import java.util.List;

/// A first look into a mailbox, to see whether everything is right. It changes nothing.
///
/// @param mails   in the folder
/// @param looked  at how many of them, the newest
/// @param reports of these, those that look like TLS reports
public record MailboxLook(int mails, int looked, int reports) {

    private static final int NEWEST = 200;

    /// Does all that reading the mailbox would do, but for reading a mail.
    ///
    /// @throws MailboxProblem with what is wrong and what to do
    public static MailboxLook at(Mailbox mailbox, String password, ImapConnector connector) throws MailboxProblem {
        try (ImapSession session = connector.open(mailbox, password)) {
            OpenFolder folder = session.open(!(mailbox.afterReading() instanceof AfterReading.Leave));
            if (mailbox.afterReading() instanceof AfterReading.MoveTo(var target)) {
                session.require(target);
            }
            List<ListedMail> newest = session.newest(folder, NEWEST);
            return new MailboxLook(folder.mails(), newest.size(),
                    (int) newest.stream().filter(ListedMail::report).count());
        }
    }
}

package dev.postern.mailbox;

import dev.postern.name.HostName;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// A mailbox to read reports from, as somebody entered it.
///
/// @param name         what the organisation calls it
/// @param host         IMAP server: a host name in A-labels, lower case; one label will do in a network of one's own
/// @param port         1 to 65535
/// @param user         to sign in with; never blank
/// @param folder       that reports are read from, like `INBOX`
/// @param afterReading what becomes of a mail that was read
public record Mailbox(String name, String host, int port, ConnectionSecurity security, String user, String folder,
                      AfterReading afterReading) {

    public static final int MAX_NAME = 100;
    public static final int MAX_USER = 254;
    public static final int MAX_FOLDER = 250;
    private static final int MAX_PORT = 65_535;
    /// A host in one's own network.
    private static final Pattern ONE_LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    /// Reads what somebody entered; each problem's code is the field that it is about: `name`, `host`, `port`, `user`,
    /// `folder`, `move-to`.
    public static Parsed<Mailbox> parse(String name, String host, int port, ConnectionSecurity security, String user,
                                        String folder, AfterReading afterReading) {
        var problems = new ArrayList<Problem>();
        String itsName = name.strip();
        if (itsName.isEmpty() || tooLongOrOdd(itsName, MAX_NAME)) {
            problems.add(problem("name", "Give the mailbox a name of up to " + MAX_NAME + " characters."));
        }
        String itsHost = host(host, problems);
        if (port < 1 || port > MAX_PORT) {
            problems.add(problem("port", "A port is a number from 1 to 65535, for IMAP mostly 993."));
        }
        String itsUser = user.strip();
        if (itsUser.isEmpty() || tooLongOrOdd(itsUser, MAX_USER)) {
            problems.add(problem("user", "Enter the user name, mostly the e-mail address of the mailbox."));
        }
        String itsFolder = folder.strip();
        if (itsFolder.isEmpty() || tooLongOrOdd(itsFolder, MAX_FOLDER)) {
            problems.add(problem("folder", "Enter the folder to read, like INBOX."));
        }
        AfterReading then = afterReading;
        if (afterReading instanceof AfterReading.MoveTo(var target)) {
            String destination = target.strip();
            if (destination.isEmpty() || tooLongOrOdd(destination, MAX_FOLDER)) {
                problems.add(problem("move-to", "Enter the folder that read reports go to."));
            } else if (destination.equalsIgnoreCase(itsFolder)) {
                problems.add(problem("move-to", "Reports can't be moved to the folder that they are read from."));
            }
            then = new AfterReading.MoveTo(destination);
        }
        return problems.isEmpty()
                ? Parsed.valid(new Mailbox(itsName, itsHost, port, security, itsUser, itsFolder, then))
                : new Parsed.Invalid<>(List.copyOf(problems));
    }

    private static String host(String text, List<Problem> problems) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        if (ONE_LABEL.matcher(lower).matches() && !NUMBER.matcher(lower).matches()) {
            return lower;
        }
        return HostName.parse(lower).asOptional().map(HostName::ascii).orElseGet(() -> {
            problems.add(problem("host", "Enter the name of the IMAP server, like imap.example.com. An IP address won't "
                    + "do: the server's certificate is checked against the name."));
            return "";
        });
    }

    /// Line ends and the like have no place in a command to a server.
    private static boolean tooLongOrOdd(String text, int most) {
        return text.length() > most || text.chars().anyMatch(Character::isISOControl);
    }

    private static Problem problem(String field, String message) {
        return new Problem(field, message, "RFC 9051");
    }

    /// Whether both name the same mails: the same folder of the same account.
    public boolean sameMails(Mailbox other) {
        return host.equals(other.host) && port == other.port && user.equals(other.user) && folder.equals(other.folder);
    }

    /// Whose reports these are, for the record: `user at host`.
    public String peer() {
        return user + " at " + host;
    }
}

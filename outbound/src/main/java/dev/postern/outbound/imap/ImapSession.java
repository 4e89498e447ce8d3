package dev.postern.outbound.imap;

import static dev.postern.outbound.imap.MailboxProblem.Kind.CONVERSATION;
import static dev.postern.outbound.imap.MailboxProblem.Kind.FOLDER;
import static dev.postern.outbound.imap.MailboxProblem.Kind.READ_ONLY;
import static dev.postern.outbound.imap.MailboxProblem.Kind.SIGN_IN;

import dev.postern.mailbox.Mailbox;
import dev.postern.outbound.OpenSockets;
import dev.postern.parse.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.eclipse.angus.mail.iap.Argument;
import org.eclipse.angus.mail.iap.ByteArray;
import org.eclipse.angus.mail.iap.CommandFailedException;
import org.eclipse.angus.mail.iap.ProtocolException;
import org.eclipse.angus.mail.iap.Response;
import org.eclipse.angus.mail.imap.protocol.BASE64MailboxEncoder;
import org.eclipse.angus.mail.imap.protocol.BODY;
import org.eclipse.angus.mail.imap.protocol.BODYSTRUCTURE;
import org.eclipse.angus.mail.imap.protocol.FetchResponse;
import org.eclipse.angus.mail.imap.protocol.IMAPProtocol;
import org.eclipse.angus.mail.imap.protocol.IMAPResponse;
import org.eclipse.angus.mail.imap.protocol.ListInfo;
import org.eclipse.angus.mail.imap.protocol.MailboxInfo;
import org.eclipse.angus.mail.imap.protocol.RFC822SIZE;
import org.eclipse.angus.mail.imap.protocol.UID;
import org.eclipse.angus.mail.util.MailLogger;

/// A signed-in connection to an IMAP server. For one thread.
///
/// Mails are read without marking them (BODY.PEEK), and only those that are asked for.
public final class ImapSession implements AutoCloseable {

    /// What an answer to a small question may have in bytes.
    private static final long SMALL = 1 << 20;
    /// What the description of one mail may have.
    private static final long LISTED = 128 << 10;
    /// UIDs that one search looks at: the answer has at most some 400 KB.
    private static final long WINDOW = 40_000;
    /// Searches of one call. Where UIDs are sparse, the next call goes on.
    private static final int MAX_SEARCHES = 50;
    private static final long MAX_UID = 0xffff_ffffL;
    private static final int SHOWN_FOLDERS = 8;
    private static final String DESCRIPTION = " (UID RFC822.SIZE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (TLS-Report-Domain "
            + "TLS-Report-Submitter)])";

    private interface Talk<T> {
        T with(IMAPProtocol server) throws ProtocolException, MailboxProblem;
    }

    private final Mailbox mailbox;
    private final OpenSockets sockets;
    private final Inflow inflow;
    private final IMAPProtocol server;
    private final int maxMessage;

    private ImapSession(Mailbox mailbox, OpenSockets sockets, Inflow inflow, IMAPProtocol server, int maxMessage) {
        this.mailbox = mailbox;
        this.sockets = sockets;
        this.inflow = inflow;
        this.server = server;
        this.maxMessage = maxMessage;
    }

    /// @param secured what is said over
    /// @param in      what the server says, beginning with its greeting
    static ImapSession begin(Mailbox mailbox, OpenSockets sockets, Socket secured, InputStream in, ImapLimits limits)
            throws IOException, MailboxProblem {
        var inflow = new Inflow(in, SMALL);
        var properties = new Properties();
        properties.put("mail.imap.socketFactory", new ReadySocket(secured, inflow).factory());
        // Else the library connects by itself where this fails.
        properties.put("mail.imap.socketFactory.fallback", "false");
        properties.put("mail.imap.timeout", Long.toString(limits.read().toMillis()));
        try {
            var server = new IMAPProtocol("imap", mailbox.host(), mailbox.port(), properties, false,
                    new MailLogger(ImapSession.class, "IMAP", false, new PrintStream(OutputStream.nullOutputStream())));
            return new ImapSession(mailbox, sockets, inflow, server, limits.maxMessage());
        } catch (ProtocolException | RuntimeException odd) {
            throw new MailboxProblem(CONVERSATION, mailbox.host() + " does not speak IMAP at port " + mailbox.port()
                    + ". Check host and port.", odd);
        }
    }

    void signIn(String password) throws MailboxProblem {
        talk(SMALL, imap -> {
            try {
                if (imap.hasCapability("AUTH=PLAIN")) {
                    imap.authplain(null, mailbox.user(), password);
                } else if (imap.hasCapability("LOGINDISABLED")) {
                    throw noPasswords("it offers no sign-in with a password", null);
                } else {
                    imap.login(mailbox.user(), password);
                }
                // What is offered may depend on who is signed in.
                imap.capability();
                return true;
            } catch (CommandFailedException refused) {
                throw noPasswords("it said " + said(refused), refused);
            }
        });
    }

    private MailboxProblem noPasswords(String why, Exception cause) {
        return new MailboxProblem(SIGN_IN, mailbox.host() + " refused the sign-in of " + Quoted.of(mailbox.user())
                + ": " + why + ". Check user name and password. With two-factor sign-in most providers want an app "
                + "password made for this purpose, and some want IMAP to be switched on first.", cause);
    }

    /// Opens the folder that is read.
    ///
    /// @param change whether mails will be marked or moved
    public OpenFolder open(boolean change) throws MailboxProblem {
        return talk(SMALL, imap -> {
            MailboxInfo info;
            try {
                info = change ? imap.select(mailbox.folder()) : imap.examine(mailbox.folder());
            } catch (CommandFailedException missing) {
                throw noFolder(imap, mailbox.folder(), missing);
            }
            // READ-ONLY is 1, READ-WRITE 2; see jakarta.mail.Folder.
            if (change && info.mode == jakarta.mail.Folder.READ_ONLY) {
                throw new MailboxProblem(READ_ONLY, "The folder " + Quoted.of(mailbox.folder()) + " can be read and not "
                        + "changed by this user. Choose to leave mails as they are.");
            }
            if (info.uidvalidity <= 0) {
                throw new MailboxProblem(CONVERSATION, mailbox.host() + " numbers mails anew each time (it gives no "
                        + "UIDVALIDITY), so Postern could not tell which ones it has read.");
            }
            return new OpenFolder(Math.max(0, info.total), info.uidvalidity,
                    info.uidnext > 0 ? OptionalLong.of(Math.min(info.uidnext, MAX_UID + 1)) : OptionalLong.empty());
        });
    }

    /// Makes sure that a folder is there.
    public void require(String folder) throws MailboxProblem {
        talk(SMALL, imap -> {
            try {
                return imap.status(folder, new String[]{"MESSAGES"});
            } catch (CommandFailedException missing) {
                throw noFolder(imap, folder, missing);
            }
        });
    }

    private MailboxProblem noFolder(IMAPProtocol imap, String folder, CommandFailedException missing)
            throws ProtocolException {
        ListInfo[] there = imap.list("", "%");
        String names = there == null || there.length == 0 ? "" : " There are "
                + Arrays.stream(there).limit(SHOWN_FOLDERS).map(each -> Quoted.of(each.name))
                        .collect(Collectors.joining(", ")) + (there.length > SHOWN_FOLDERS ? " and others." : ".");
        return new MailboxProblem(FOLDER, "The folder " + Quoted.of(folder) + " can't be opened; " + mailbox.host()
                + " said " + said(missing) + ". Create it, or choose another." + names, missing);
    }

    /// Mails with UIDs above one, the lowest first.
    ///
    /// @param most how many at the most
    public UidRange above(long uid, OpenFolder folder, int most) throws MailboxProblem {
        var found = new TreeSet<Long>();
        long looked = uid;
        for (int search = 0; search < MAX_SEARCHES; search++) {
            if (folder.uidNext().isPresent() && looked + 1 >= folder.uidNext().getAsLong()) {
                return new UidRange(List.copyOf(found), looked, true);
            }
            long from = looked + 1;
            // Without the server's word where UIDs end, one search has to do.
            long to = folder.uidNext().isPresent()
                    ? Math.min(from + WINDOW - 1, folder.uidNext().getAsLong() - 1) : MAX_UID;
            found.addAll(search(from, to));
            if (found.size() > most) {
                var first = found.stream().limit(most).toList();
                return new UidRange(first, first.getLast(), false);
            }
            if (folder.uidNext().isEmpty()) {
                return new UidRange(List.copyOf(found), found.isEmpty() ? uid : found.last(), true);
            }
            looked = to;
            if (found.size() == most) {
                break;
            }
        }
        return new UidRange(List.copyOf(found), looked, false);
    }

    private List<Long> search(long from, long to) throws MailboxProblem {
        return talk(SMALL, imap -> {
            Response[] answer = imap.command("UID SEARCH UID " + from + ":" + to, null);
            imap.handleResult(answer[answer.length - 1]);
            var found = new ArrayList<Long>();
            for (Response response : answer) {
                if (response instanceof IMAPResponse line && line.keyEquals("SEARCH")) {
                    for (long uid = line.readLong(); uid != -1; uid = line.readLong()) {
                        // n:* also finds the last mail where there is none above n (RFC 9051 §9).
                        if (uid >= from && uid <= to) {
                            found.add(uid);
                        }
                    }
                }
            }
            return found;
        });
    }

    /// What mails are, without their bodies. A mail that was deleted meanwhile is left out.
    ///
    /// @param uids at least one
    /// @return ascending by UID
    public List<ListedMail> list(List<Long> uids) throws MailboxProblem {
        var wanted = new TreeSet<>(uids);
        return listed("UID FETCH " + set(wanted), uids.size()).stream().filter(mail -> wanted.contains(mail.uid()))
                .toList();
    }

    /// The newest mails of the folder.
    ///
    /// @param count how many at the most
    public List<ListedMail> newest(OpenFolder folder, int count) throws MailboxProblem {
        int many = Math.min(folder.mails(), count);
        return many == 0 ? List.of() : listed("FETCH " + (folder.mails() - many + 1) + ":" + folder.mails(), many);
    }

    private List<ListedMail> listed(String command, int count) throws MailboxProblem {
        return talk(SMALL + count * LISTED, imap -> {
            Response[] answer = imap.command(command + DESCRIPTION, null);
            imap.handleResult(answer[answer.length - 1]);
            var mails = new java.util.TreeMap<Long, ListedMail>();
            for (Response response : answer) {
                if (response instanceof FetchResponse mail && mail.getItem(UID.class) != null
                        && mail.getItem(RFC822SIZE.class) != null) {
                    long uid = mail.getItem(UID.class).uid;
                    mails.put(uid, new ListedMail(uid, mail.getItem(RFC822SIZE.class).size,
                            ReportSigns.in(Optional.ofNullable(mail.getItem(BODY.class)),
                                    Optional.ofNullable(mail.getItem(BODYSTRUCTURE.class)))));
                }
            }
            return List.copyOf(mails.values());
        });
    }

    /// A whole mail, as it was received.
    ///
    /// @param mail no larger than the limit by what the server tells; what it sends is held to that
    /// @return empty when it was deleted meanwhile
    public Optional<byte[]> fetch(ListedMail mail) throws MailboxProblem {
        if (mail.size() > maxMessage) {
            throw new IllegalArgumentException("too large to fetch");
        }
        // Some servers tell the size with other line ends than they send.
        return talk(SMALL + mail.size() + mail.size() / 4, imap -> {
            Response[] answer = imap.command("UID FETCH " + mail.uid() + " (UID BODY.PEEK[])", null);
            imap.handleResult(answer[answer.length - 1]);
            return Arrays.stream(answer).filter(FetchResponse.class::isInstance).map(FetchResponse.class::cast)
                    .filter(one -> one.getItem(UID.class) != null && one.getItem(UID.class).uid == mail.uid())
                    .map(one -> one.getItem(BODY.class)).filter(body -> body != null && body.getByteArray() != null)
                    .map(body -> bytes(body.getByteArray())).findFirst();
        });
    }

    private static byte[] bytes(ByteArray bytes) {
        return Arrays.copyOfRange(bytes.getBytes(), bytes.getStart(), bytes.getStart() + bytes.getCount());
    }

    /// Marks mails as read.
    ///
    /// @param uids at least one
    public void markSeen(List<Long> uids) throws MailboxProblem {
        talk(SMALL + uids.size() * 1_000L, imap -> {
            command(imap, "UID STORE " + set(uids) + " +FLAGS.SILENT (\\Seen)", null);
            return true;
        });
    }

    /// Moves mails to another folder. Where the server knows no MOVE (RFC 6851), they are copied and then deleted; where
    /// it can't expunge single mails either (RFC 4315), they stay behind marked as deleted, rather than expunging what
    /// somebody else marked.
    ///
    /// @param uids at least one
    public void move(List<Long> uids, String folder) throws MailboxProblem {
        talk(SMALL + uids.size() * 1_000L, imap -> {
            var target = new Argument().writeString(BASE64MailboxEncoder.encode(folder));
            String set = set(uids);
            if (imap.hasCapability("MOVE")) {
                command(imap, "UID MOVE " + set, target);
                return true;
            }
            command(imap, "UID COPY " + set, target);
            command(imap, "UID STORE " + set + " +FLAGS.SILENT (\\Deleted)", null);
            if (imap.hasCapability("UIDPLUS")) {
                command(imap, "UID EXPUNGE " + set, null);
            }
            return true;
        });
    }

    private static void command(IMAPProtocol imap, String command, Argument arguments) throws ProtocolException {
        Response[] answer = imap.command(command, arguments);
        imap.handleResult(answer[answer.length - 1]);
    }

    /// Neighbours as a range, to keep the line short.
    private static String set(java.util.Collection<Long> uids) {
        var sorted = new TreeSet<>(uids);
        var set = new StringBuilder();
        Long start = null;
        Long last = null;
        for (Long uid : sorted) {
            if (last == null || uid != last + 1) {
                close(set, start, last);
                start = uid;
            }
            last = uid;
        }
        close(set, start, last);
        return set.toString();
    }

    private static void close(StringBuilder set, Long start, Long last) {
        if (start != null) {
            set.append(set.isEmpty() ? "" : ",").append(start).append(start.equals(last) ? "" : ":" + last);
        }
    }

    /// The library reads what servers of all kinds send and stumbles over some of it, also with unchecked exceptions and,
    /// over what is nested deeply, with its stack: whatever it stumbles over is the server's doing and ends this session.
    private <T> T talk(long allowed, Talk<T> what) throws MailboxProblem {
        inflow.allow(allowed);
        try {
            return what.with(server);
        } catch (CommandFailedException refused) {
            throw new MailboxProblem(CONVERSATION, mailbox.host() + " refused what Postern asked for; it said "
                    + said(refused) + ".", refused);
        } catch (ProtocolException broken) {
            throw broken(broken, broken.getResponse() == null ? null : broken.getResponse().getException());
        } catch (RuntimeException | StackOverflowError garbled) {
            throw new MailboxProblem(CONVERSATION, mailbox.host() + " said something that is not IMAP. Postern tries again "
                    + "by itself.", garbled);
        }
    }

    /// @param network what the connection suffered; null for nothing
    private MailboxProblem broken(ProtocolException broken, Exception network) {
        String words;
        if (sockets.expired()) {
            words = " took too long.";
        } else if (network instanceof Inflow.TooMuch) {
            words = " sent more than it was asked for, and the connection was cut.";
        } else if (network instanceof SocketTimeoutException) {
            words = " stopped answering.";
        } else {
            words = " ended the connection" + (network == null ? ": " + said(broken) : "") + ".";
        }
        return new MailboxProblem(CONVERSATION, mailbox.host() + words + " Postern tries again by itself.", broken);
    }

    /// The server's own words, without the tag and the repeated verdict.
    private static String said(ProtocolException refused) {
        String words = String.valueOf(refused.getMessage()).strip()
                .replaceFirst("^[A-Za-z0-9]+ (?:NO|BAD) ", "").replaceFirst("^\\* BYE ", "");
        return Quoted.of(words.toLowerCase(Locale.ROOT).equals("null") ? "" : words);
    }

    @Override
    public void close() {
        try {
            inflow.allow(SMALL);
            server.logout();
        } catch (ProtocolException | RuntimeException gone) {
            // It is over either way.
        } finally {
            server.disconnect();
            sockets.close();
        }
    }
}

package dev.postern.testbed;

import com.icegreen.greenmail.imap.AuthorizationException;
import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.store.MailFolder;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Flags;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// A real IMAP server on loopback (GreenMail), behind an edge that speaks TLS for it, from the start or after STARTTLS,
/// and can be told to misbehave.
public final class MailServer implements AutoCloseable {

    public static final String HOST = "imap.example.test";
    public static final String USER = "reports@example.test";
    public static final String PASSWORD = "xyzzy plugh 7";

    /// How the edge treats a client.
    public enum Manner {
        IMPLICIT_TLS, STARTTLS,
        /// As somebody in between does who wants to hear the password.
        STARTTLS_REFUSED,
        /// Says that the client is signed in already, so that it may not ask for TLS.
        PREAUTH,
        /// Slips an answer in before TLS begins, to be believed within it.
        STARTTLS_INJECTED
    }

    private final GreenMail mail;
    private final GreenMailUser user;
    private final ServerSocket listening;
    private final SSLContext identity;
    private final Manner manner;
    private final StringBuffer heard = new StringBuffer();
    private volatile List<String> hangUpOn = List.of();

    private MailServer(GreenMail mail, GreenMailUser user, ServerSocket listening, SSLContext identity, Manner manner) {
        this.mail = mail;
        this.user = user;
        this.listening = listening;
        this.identity = identity;
        this.manner = manner;
    }

    /// A good one.
    public static MailServer start(CertificateAuthority authority) {
        return start(authority.issue(HOST), Manner.IMPLICIT_TLS);
    }

    public static MailServer start(ServerIdentity identity, Manner manner) {
        var mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP));
        mail.start();
        GreenMailUser user = mail.setUser(USER, USER, PASSWORD);
        try {
            var server = new MailServer(mail, user, new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1")),
                    identity.context(), manner);
            Thread.ofVirtual().name("imap-edge").start(server::accept);
            return server;
        } catch (IOException failed) {
            mail.stop();
            throw new IllegalStateException(failed);
        }
    }

    /// Cuts the connection when a client says one of these, before the server hears it. Without any, no longer.
    public void hangUpOn(String... commands) {
        hangUpOn = List.of(commands);
    }

    /// What clients said without TLS.
    public String heard() {
        return heard.toString();
    }

    public int port() {
        return listening.getLocalPort();
    }

    /// Puts a mail into a folder, as it is.
    public void deliver(String folder, String text) {
        try {
            var message = new MimeMessage(Session.getInstance(new Properties()),
                    new ByteArrayInputStream(text.replace("\r\n", "\n").replace("\n", "\r\n")
                            .getBytes(StandardCharsets.UTF_8)));
            folder(folder).appendMessage(message, new Flags(), new Date());
        } catch (MessagingException failed) {
            throw new IllegalStateException(failed);
        }
    }

    public void create(String folder) {
        try {
            mail.getManagers().getImapHostManager().createMailbox(user, folder);
        } catch (AuthorizationException | FolderException failed) {
            throw new IllegalStateException(failed);
        }
    }

    public void delete(String folder) {
        try {
            mail.getManagers().getImapHostManager().deleteMailbox(user, folder);
        } catch (AuthorizationException | FolderException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private MailFolder folder(String folder) {
        return mail.getManagers().getImapHostManager().getFolder(user, folder);
    }

    /// How many mails are in a folder.
    public int count(String folder) {
        return folder(folder).getMessageCount();
    }

    /// Of each mail of a folder, whether it is marked as read.
    public List<Boolean> seen(String folder) {
        return folder(folder).getMessages().stream().map(each -> each.getFlags().contains(Flags.Flag.SEEN)).toList();
    }

    public void changePassword(String password) {
        user.setPassword(password);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client; var behind = new Socket("127.0.0.1", mail.getImap().getPort())) {
            client.setSoTimeout((int) Duration.ofSeconds(30).toMillis());
            if (manner == Manner.IMPLICIT_TLS) {
                join(tls(client), behind);
                return;
            }
            String greeting = line(behind.getInputStream());
            say(client, manner == Manner.PREAUTH ? "* PREAUTH come in" : greeting);
            String asked = line(client.getInputStream());
            heard.append(asked).append('\n');
            String tag = asked.split(" ")[0];
            if (manner == Manner.STARTTLS_REFUSED || !asked.endsWith("STARTTLS")) {
                say(client, tag + " BAD what is " + asked.substring(tag.length()).strip() + "?");
                // To see whether the password comes nevertheless.
                heard.append(new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
                return;
            }
            say(client, tag + " OK begin" + (manner == Manner.STARTTLS_INJECTED
                    ? "\r\n* CAPABILITY IMAP4rev1\r\nA0 OK believe me" : ""));
            join(tls(client), behind);
        } catch (IOException over) {
            // Either side hung up.
        }
    }

    private SSLSocket tls(Socket client) throws IOException {
        var secured = (SSLSocket) ((SSLSocketFactory) identity.getSocketFactory()).createSocket(client, null, true);
        secured.setUseClientMode(false);
        secured.startHandshake();
        return secured;
    }

    private void join(Socket client, Socket behind) throws IOException {
        Thread.ofVirtual().start(() -> {
            try (client; behind) {
                behind.getInputStream().transferTo(client.getOutputStream());
            } catch (IOException over) {
                // Either side hung up.
            }
        });
        byte[] buffer = new byte[8_192];
        for (int read = client.getInputStream().read(buffer); read >= 0; read = client.getInputStream().read(buffer)) {
            String said = new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
            if (hangUpOn.stream().anyMatch(said::contains)) {
                return;
            }
            behind.getOutputStream().write(buffer, 0, read);
        }
    }

    private static void say(Socket client, String words) throws IOException {
        client.getOutputStream().write((words + "\r\n").getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().flush();
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int read = in.read(); read != '\n'; read = in.read()) {
            if (read < 0) {
                throw new IOException("hung up");
            }
            line.append((char) read);
        }
        return line.toString().strip();
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException gone) {
            throw new IllegalStateException(gone);
        } finally {
            mail.stop();
        }
    }
}

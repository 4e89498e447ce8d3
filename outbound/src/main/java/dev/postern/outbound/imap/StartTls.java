package dev.postern.outbound.imap;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The few unprotected words before STARTTLS (RFC 9051 §6.2.1), read byte by byte, so that nothing said before TLS can
/// be taken for something said within it.
final class StartTls {

    private static final int MAX_LINE = 8_192;
    private static final int MAX_LINES = 50;
    private static final String TAG = "S1";

    /// The server greets otherwise than an IMAP server, or refuses STARTTLS.
    static final class Refused extends IOException {

        private static final long serialVersionUID = 1L;

        Refused(String said) {
            super(said);
        }
    }

    private StartTls() {
    }

    /// Brings a fresh connection to where the TLS handshake begins.
    ///
    /// @throws Refused with the server's words when it does not go along
    static void ask(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        String greeting = line(in);
        // PREAUTH would be a session without a sign-in, which STARTTLS is refused in.
        if (!greeting.toUpperCase(Locale.ROOT).startsWith("* OK")) {
            throw new Refused(greeting);
        }
        socket.getOutputStream().write((TAG + " STARTTLS\r\n").getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        for (int count = 0; count < MAX_LINES; count++) {
            String line = line(in);
            if (line.startsWith(TAG + " ")) {
                if (!line.toUpperCase(Locale.ROOT).startsWith(TAG + " OK")) {
                    throw new Refused(line.substring(TAG.length() + 1));
                }
                return;
            }
        }
        throw new Refused("many lines and no answer");
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        while (true) {
            int read = in.read();
            if (read < 0) {
                throw new Refused("nothing: it hung up");
            }
            if (read == '\n') {
                return line.toString().strip();
            }
            if (line.length() >= MAX_LINE) {
                throw new Refused("a line without end");
            }
            line.append((char) read);
        }
    }
}

package dev.postern.probe.mx;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Lines to and from an SMTP server, and the transcript of them. Everything a server sends is bounded: the length of a
/// line, of a reply, and of all replies together.
final class SmtpDialogue {

    /// What answers does not speak SMTP.
    static final class NotSmtp extends IOException {
        NotSmtp(String why) {
            super(why);
        }
    }

    /// @param lines the text after the code, one for each line
    record Reply(int code, List<String> lines) {

        /// The reply in one line, for people.
        String text() {
            return code + " " + String.join(" / ", lines);
        }
    }

    /// RFC 5321 §4.5.3.1.5 allows 512; some servers send more.
    private static final int MAX_LINE = 2_048;
    private static final int MAX_LINES = 100;
    private static final int MAX_TRANSCRIPT = 8_000;

    private final StringBuilder transcript;
    private InputStream in;
    private OutputStream out;

    SmtpDialogue() {
        this.transcript = new StringBuilder();
    }

    /// Goes on over this connection, in plain text or within TLS.
    void over(Socket socket) throws IOException {
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    void send(String line) throws IOException {
        note("C: " + line);
        out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /// The next reply, all its lines (RFC 5321 §4.2).
    Reply reply() throws IOException {
        var texts = new ArrayList<String>();
        int code = -1;
        while (true) {
            String line = line();
            note("S: " + line);
            if (line.length() < 3 || !line.substring(0, 3).chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw new NotSmtp("a line without a reply code");
            }
            int thisCode = Integer.parseInt(line.substring(0, 3));
            if (code >= 0 && thisCode != code) {
                throw new NotSmtp("a reply with two codes, " + code + " and " + thisCode);
            }
            code = thisCode;
            texts.add(line.length() > 4 ? line.substring(4) : "");
            if (line.length() == 3 || line.charAt(3) != '-') {
                return new Reply(code, texts);
            }
            if (texts.size() == MAX_LINES) {
                throw new NotSmtp("a reply of more than " + MAX_LINES + " lines");
            }
        }
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException(line.isEmpty() ? "the server closed the connection"
                        : "the server closed the connection in the middle of a line");
            }
            if (next == '\n') {
                int end = line.length();
                return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
            }
            if (line.length() == MAX_LINE) {
                note("S: " + line.substring(0, 80) + "…");
                throw new NotSmtp("a line of more than " + MAX_LINE + " bytes");
            }
            // Printable ASCII only: the transcript is shown to people.
            line.append(next == '\r' || next == '\t' || next >= ' ' && next < 0x7f ? (char) next : '?');
        }
    }

    /// Whether the server has sent more than was asked for: before TLS, that is what an injection looks like.
    boolean unasked() throws IOException {
        return in.available() > 0;
    }

    /// Adds a line of our own to the transcript.
    void note(String line) {
        if (transcript.length() < MAX_TRANSCRIPT) {
            transcript.append(line).append('\n');
            if (transcript.length() >= MAX_TRANSCRIPT) {
                transcript.append("… (cut here)\n");
            }
        }
    }

    String transcript() {
        return transcript.toString();
    }
}

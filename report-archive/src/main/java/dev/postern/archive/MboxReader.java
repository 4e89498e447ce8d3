package dev.postern.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/// Takes the mails out of an mbox (RFC 4155), one at a time.
///
/// There are several dialects, and none says which it is. A line `From …` begins a mail when a header field follows and,
/// where the file's first such line bears a time, it bears one too; else when the line before is empty. So a sentence
/// that starts with "From" does not cut a mail, even where the writer forgot to quote it. Of a quoted one (`>From `,
/// `>>From `) one `>` is taken away.
final class MboxReader {

    /// @param number of the mail in its file, from 1
    /// @param bytes  empty where the mail is larger than the limit
    record Message(long number, Optional<byte[]> bytes) {
    }

    /// A longer line is taken in pieces.
    private static final int PIECE = 8 * 1024;
    private static final Pattern TIME = Pattern.compile("\\d\\d?:\\d\\d");
    private static final Pattern FIELD = Pattern.compile("(>?From |[!-9;-~]{1,76}[ \\t]*:)[\\s\\S]*");
    private static final Pattern QUOTED = Pattern.compile(">+From [\\s\\S]*");

    private final InputStream in;
    private final int most;
    private final ByteArrayOutputStream mail = new ByteArrayOutputStream();
    private final boolean timed;
    private boolean tooLarge;
    private long number;
    /// A line with its end, or a piece of a long one, that is not yet part of a mail; empty at the end of the file.
    private String ahead = "";
    private boolean aheadStartsLine = true;

    /// @param in   starts with the first mail's `From ` line; buffered
    /// @param most bytes of one mail
    MboxReader(InputStream in, int most) throws IOException {
        this.in = in;
        this.most = most;
        advance();
        timed = TIME.matcher(ahead).find();
        do {
            advance();
        } while (!ahead.isEmpty() && !aheadStartsLine);
    }

    /// The next mail; empty at the end.
    ///
    /// @throws IOException where the file can't be read on; the mail that ends there is lost
    Optional<Message> read() throws IOException {
        if (ahead.isEmpty()) {
            return Optional.empty();
        }
        mail.reset();
        tooLarge = false;
        boolean afterEmptyLine = false;
        while (!ahead.isEmpty()) {
            String piece = ahead;
            boolean starts = aheadStartsLine;
            boolean separates = starts && piece.startsWith("From ") && piece.endsWith("\n")
                    && (timed ? TIME.matcher(piece).find() : afterEmptyLine);
            advance();
            if (separates && (ahead.isEmpty() || FIELD.matcher(ahead).matches())) {
                break;
            }
            keep(starts && QUOTED.matcher(piece).matches() ? piece.substring(1) : piece);
            afterEmptyLine = starts && piece.isBlank();
        }
        return Optional.of(new Message(++number, tooLarge ? Optional.empty() : Optional.of(whole())));
    }

    private void keep(String piece) {
        // The empty line before the next mail does not count.
        if (mail.size() + piece.length() > most + 2) {
            tooLarge = true;
            mail.reset();
        }
        if (!tooLarge) {
            mail.writeBytes(piece.getBytes(ISO_8859_1));
        }
    }

    /// The empty line before the next `From ` line belongs to the mailbox.
    private byte[] whole() {
        byte[] bytes = mail.toByteArray();
        String end = new String(bytes, Math.max(0, bytes.length - 4), Math.min(4, bytes.length), ISO_8859_1);
        int over = end.endsWith("\n\r\n") ? 2 : end.endsWith("\n\n") ? 1 : 0;
        return over == 0 ? bytes : Arrays.copyOf(bytes, bytes.length - over);
    }

    private void advance() throws IOException {
        aheadStartsLine = ahead.isEmpty() || ahead.endsWith("\n");
        var piece = new ByteArrayOutputStream(128);
        int one;
        do {
            one = in.read();
            if (one >= 0) {
                piece.write(one);
            }
        } while (one >= 0 && one != '\n' && piece.size() < PIECE);
        ahead = piece.toString(ISO_8859_1);
    }
}

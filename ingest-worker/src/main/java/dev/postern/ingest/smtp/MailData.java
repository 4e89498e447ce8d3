package dev.postern.ingest.smtp;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// A message as it stands between DATA and the line of one dot, with the doubled dots taken off (RFC 5321 §4.5.2).
///
/// Only CR LF ends a line. The library knows that too, but keeps what else stands there as content; where another
/// server in front takes `LF . LF` for the end, a stranger can hide a second mail in the first. Such a message is read
/// to its real end, and refused there (RFC 5321 §2.3.8).
final class MailData extends InputStream {

    /// Lines of the message end otherwise than in CR LF.
    static final class BareLineEnd extends IOException {
        private final long line;

        BareLineEnd(long line) {
            super("line " + line);
            this.line = line;
        }

        /// Where it is, counted from one.
        long line() {
            return line;
        }
    }

    private enum Place { LINE_START, IN_LINE, AFTER_CR, AFTER_DOT, AFTER_DOT_CR, END }

    private static final int CHUNK = 8 * 1024;

    private final InputStream in;
    private Place place = Place.LINE_START;
    private long line = 1;
    private long bareIn;

    /// @param in buffered: it must be able to go back by a chunk, as commands follow the message
    MailData(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /// Returns what there is, waiting only when there is nothing.
    ///
    /// @throws BareLineEnd at the end of a message that has some
    /// @throws EOFException when the connection ends before the message
    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (place != Place.END) {
            int most = Math.min(length, CHUNK);
            in.mark(most);
            int read = in.read(into, offset, most);
            if (read < 0) {
                throw new EOFException("the connection ended within a message");
            }
            int kept = offset;
            for (int i = offset; i < offset + read && place != Place.END; i++) {
                byte b = into[i];
                kept = next(b, into, kept);
                if (place == Place.END) {
                    in.reset();
                    in.skipNBytes(i - offset + 1L);
                }
            }
            if (kept > offset) {
                return kept - offset;
            }
        }
        if (bareIn > 0) {
            throw new BareLineEnd(bareIn);
        }
        return -1;
    }

    /// @return where the next byte goes: never beyond where the given one came from
    private int next(byte b, byte[] into, int at) {
        int to = at;
        switch (place) {
            case AFTER_DOT_CR -> {
                if (b == '\n') {
                    place = Place.END;
                    return to;
                }
                // The message is refused for this CR. It is left out: it came with an earlier read, and there is no room
                // for two bytes where one came.
                bare();
                place = Place.IN_LINE;
            }
            case AFTER_DOT -> {
                if (b == '\r') {
                    place = Place.AFTER_DOT_CR;
                    return to;
                }
                place = Place.IN_LINE;
            }
            case LINE_START -> {
                if (b == '.') {
                    place = Place.AFTER_DOT;
                    return to;
                }
                place = Place.IN_LINE;
            }
            case AFTER_CR -> {
                place = Place.IN_LINE;
                if (b == '\n') {
                    place = Place.LINE_START;
                    line++;
                } else {
                    bare();
                }
            }
            case IN_LINE, END -> {
            }
        }
        into[to++] = b;
        if (place == Place.IN_LINE) {
            if (b == '\r') {
                place = Place.AFTER_CR;
            } else if (b == '\n') {
                bare();
            }
        }
        return to;
    }

    private void bare() {
        if (bareIn == 0) {
            bareIn = line;
        }
    }
}

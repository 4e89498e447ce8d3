package dev.postern.tlsrpt;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Ends in an exception once more than a number of bytes has been read: what a decompression bomb runs into.
final class BoundedStream extends FilterInputStream {

    /// More came than was allowed.
    static final class TooLong extends IOException {
    }

    private long left;
    private IOException failure;

    BoundedStream(InputStream in, long most) {
        super(in);
        left = most;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        try {
            int read = super.read(into, offset, length);
            left -= Math.max(read, 0);
            if (left < 0) {
                throw new TooLong();
            }
            return read;
        } catch (IOException failed) {
            failure = failed;
            throw failed;
        }
    }

    /// Whether it was this stream that failed with it, and not whoever makes sense of the bytes.
    boolean failedWith(Throwable cause) {
        return failure != null && failure == cause;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}

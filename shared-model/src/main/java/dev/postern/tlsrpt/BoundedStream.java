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

    BoundedStream(InputStream in, long most) {
        super(in);
        left = most;
    }

    @Override
    public int read() throws IOException {
        int read = super.read();
        if (read >= 0) {
            count(1);
        }
        return read;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read = super.read(into, offset, length);
        if (read > 0) {
            count(read);
        }
        return read;
    }

    private void count(int read) throws TooLong {
        left -= read;
        if (left < 0) {
            throw new TooLong();
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}

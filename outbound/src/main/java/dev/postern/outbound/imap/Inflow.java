package dev.postern.outbound.imap;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// What a server may still say. The protocol's library keeps each answer in memory, so an answer has a size.
final class Inflow extends FilterInputStream {

    /// The server says more than was asked for.
    static final class TooMuch extends IOException {

        private static final long serialVersionUID = 1L;

        TooMuch() {
            super("the server sent more than was asked for");
        }
    }

    private long left;

    Inflow(InputStream in, long allowed) {
        super(in);
        left = allowed;
    }

    /// From now on, so many bytes and no more.
    void allow(long bytes) {
        left = bytes;
    }

    @Override
    public int read() throws IOException {
        int read = super.read();
        spend(read < 0 ? 0 : 1);
        return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        spend(Math.max(0, read));
        return read;
    }

    private void spend(int bytes) throws IOException {
        left -= bytes;
        if (left < 0) {
            throw new TooMuch();
        }
    }
}

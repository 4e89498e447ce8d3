package dev.postern.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/// Tells how much is read, also of what is read only to get past it. Closing is left to whoever opened the source.
final class Metered extends FilterInputStream {

    private static final int CHUNK = 16 * 1024;

    private final LongConsumer meter;

    /// @param meter hears of each number of bytes; what it throws ends the reading
    Metered(InputStream source, LongConsumer meter) {
        super(source);
        this.meter = meter;
    }

    @Override
    public int read() throws IOException {
        int one = in.read();
        if (one >= 0) {
            meter.accept(1);
        }
        return one;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int count = in.read(into, offset, length);
        if (count > 0) {
            meter.accept(count);
        }
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        return Math.max(0, read(new byte[(int) Math.clamp(count, 0, CHUNK)]));
    }

    /// Reads what is left, and throws where that can't be read.
    void drain() throws IOException {
        byte[] chunk = new byte[CHUNK];
        while (read(chunk, 0, chunk.length) >= 0) {
            // Nothing to keep.
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    @Override
    public void close() {
        // Not ours.
    }
}

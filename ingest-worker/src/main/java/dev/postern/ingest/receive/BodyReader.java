package dev.postern.ingest.receive;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Reads bodies of strangers: not more than a number of bytes, not more at a time than there is memory for, and not
/// slower than a number of bytes a second.
public final class BodyReader {

    private static final int CHUNK = 64 * 1024;

    /// How slow a body may come. A sender that trickles one byte a minute would hold its connection for ever.
    ///
    /// @param grace          time before the speed counts
    /// @param bytesPerSecond on average from the beginning
    public record Pace(Duration grace, int bytesPerSecond) {

        /// Reports are small: at this pace 20 MiB may take almost three hours, and one of 100 KB a minute.
        public static final Pace DEFAULT = new Pace(Duration.ofSeconds(20), 2048);

        private boolean isTooSlow(long bytes, long nanos) {
            return nanos > grace.toNanos() && bytes < (double) bytesPerSecond * nanos / 1e9;
        }
    }

    private final ReceiveMemory memory;
    private final int maxBytes;
    private final Pace pace;

    public BodyReader(ReceiveMemory memory, int maxBytes, Pace pace) {
        this.memory = memory;
        this.maxBytes = maxBytes;
        this.pace = pace;
    }

    /// The longest body that is read.
    public int maxBytes() {
        return maxBytes;
    }

    /// Reads to the end.
    ///
    /// @throws BodyRefused when it is refused; the rest is unread then
    /// @throws IOException when the stream fails
    public Body read(InputStream in) throws IOException {
        long began = System.nanoTime();
        List<byte[]> chunks = new ArrayList<>();
        int held = 0;
        int total = 0;
        boolean whole = false;
        try {
            while (true) {
                if (!memory.take(CHUNK)) {
                    throw new BodyRefused.NoRoom();
                }
                held += CHUNK;
                byte[] chunk = new byte[CHUNK];
                int filled = 0;
                while (filled < CHUNK) {
                    int read = in.read(chunk, filled, CHUNK - filled);
                    if (read < 0) {
                        chunks.add(chunk);
                        byte[] bytes = joined(chunks, total);
                        whole = true;
                        return new Body(bytes, memory, held);
                    }
                    filled += read;
                    total += read;
                    if (total > maxBytes) {
                        throw new BodyRefused.TooLarge(maxBytes);
                    }
                    if (pace.isTooSlow(total, System.nanoTime() - began)) {
                        throw new BodyRefused.TooSlow(pace.bytesPerSecond());
                    }
                }
                chunks.add(chunk);
            }
        } finally {
            if (!whole) {
                memory.giveBack(held);
            }
        }
    }

    /// Reads and forgets the rest of a body that was refused, so that what follows it can be understood.
    ///
    /// @param most bytes
    /// @return whether the end was reached
    public boolean skip(InputStream in, long most) throws IOException {
        long began = System.nanoTime();
        byte[] chunk = new byte[CHUNK];
        for (long total = 0; total <= most; ) {
            int read = in.read(chunk);
            if (read < 0) {
                return true;
            }
            total += read;
            if (pace.isTooSlow(total, System.nanoTime() - began)) {
                return false;
            }
        }
        return false;
    }

    private static byte[] joined(List<byte[]> chunks, int length) {
        byte[] joined = new byte[length];
        for (int i = 0; i < chunks.size(); i++) {
            int from = i * CHUNK;
            System.arraycopy(chunks.get(i), 0, joined, from, Math.min(CHUNK, length - from));
        }
        return joined;
    }
}

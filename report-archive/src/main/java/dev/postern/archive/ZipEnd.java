package dev.postern.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Watches a zip for the record that ends it. The JDK takes a file that is cut between two entries for one that ends there,
/// and whoever sent half an archive should hear of it.
final class ZipEnd extends FilterInputStream {

    private static final String SIGNATURE = "PK\u0005\u0006";
    /// What the JDK may have read ahead when an entry is over.
    private static final int READ_AHEAD = 1024;

    private long position;
    private long entriesEnd;
    private long lastSeen = -1;
    private int matched;

    ZipEnd(InputStream zip) {
        super(zip);
    }

    /// What comes before this, such as the end of a zip in the zip, is not the end.
    void entryOver() {
        entriesEnd = position - READ_AHEAD;
    }

    /// Reads the rest.
    boolean isThere() throws IOException {
        byte[] rest = new byte[READ_AHEAD];
        while (read(rest, 0, rest.length) >= 0) {
            // Watched on the way.
        }
        return lastSeen >= entriesEnd && lastSeen >= 0;
    }

    private void see(int one) {
        position++;
        matched = one == SIGNATURE.charAt(matched) ? matched + 1 : one == SIGNATURE.charAt(0) ? 1 : 0;
        if (matched == SIGNATURE.length()) {
            lastSeen = position;
            matched = 0;
        }
    }

    @Override
    public int read() throws IOException {
        int one = in.read();
        if (one >= 0) {
            see(one);
        }
        return one;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int count = in.read(into, offset, length);
        for (int i = 0; i < count; i++) {
            see(into[offset + i] & 0xff);
        }
        return count;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}

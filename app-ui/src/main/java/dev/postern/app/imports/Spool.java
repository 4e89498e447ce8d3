package dev.postern.app.imports;

import dev.postern.archive.ItemName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of one import on this machine's disk, from upload until they are read. Files may come side by side.
public final class Spool implements AutoCloseable {

    /// Why an upload is not taken.
    public static final class Refused extends IOException {

        private static final long serialVersionUID = 1L;

        private final boolean tooLarge;

        private Refused(boolean tooLarge, String message) {
            super(message);
            this.tooLarge = tooLarge;
        }

        /// Whether it is the upload that is at fault, and not the disk.
        public boolean tooLarge() {
            return tooLarge;
        }
    }

    /// @param name as uploaded, fit to be shown
    record SpooledFile(String name, Path path, long bytes) {
    }

    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final int CHUNK = 128 * 1024;
    /// Asking the system how full the disk is costs about as much as writing so much.
    private static final long LOOK_EVERY = 16L << 20;

    private final Path folder;
    private final long mostBytes;
    private final long spareBytes;
    private final List<SpooledFile> files = new ArrayList<>();
    private long bytes;
    private int begun;
    private boolean closed;

    Spool(Path folder, long mostBytes, long spareBytes) throws IOException {
        this.folder = Files.createDirectory(folder);
        this.mostBytes = mostBytes;
        this.spareBytes = spareBytes;
    }

    /// Takes a file in. One that does not come to its end is forgotten.
    ///
    /// @param name     as uploaded; it is never used as a path
    /// @param expected its length in bytes, or less than nothing where nobody knows
    /// @throws Refused     when there is no room for it
    /// @throws IOException when it can't be read to its end, or not be written
    public void add(String name, InputStream content, long expected) throws IOException {
        Path path = begin(expected);
        long length = 0;
        boolean whole = false;
        try (var out = Files.newOutputStream(path)) {
            byte[] chunk = new byte[CHUNK];
            long looked = 0;
            for (int count = content.read(chunk); count >= 0; count = content.read(chunk)) {
                take(count);
                length += count;
                if (length - looked >= LOOK_EVERY) {
                    looked = length;
                    requireRoom(0);
                }
                out.write(chunk, 0, count);
            }
            whole = true;
        } finally {
            end(whole ? new SpooledFile(ItemName.shown(name), path, length) : null, path, length);
        }
    }

    private synchronized Path begin(long expected) throws IOException {
        if (closed) {
            throw new Refused(false, "This import is over. Upload the file again.");
        }
        if (expected > mostBytes - bytes) {
            throw tooLarge();
        }
        requireRoom(Math.max(0, expected));
        return folder.resolve(Integer.toString(begun++));
    }

    private synchronized void take(int count) throws Refused {
        if (closed) {
            throw new Refused(false, "This import is over. Upload the file again.");
        }
        if (count > mostBytes - bytes) {
            throw tooLarge();
        }
        bytes += count;
    }

    private synchronized void end(SpooledFile file, Path path, long length) throws IOException {
        if (file == null || closed) {
            bytes -= length;
            Files.deleteIfExists(path);
        } else {
            files.add(file);
        }
    }

    private Refused tooLarge() {
        return new Refused(true, "An import has at most " + mostBytes + " bytes. Import it in parts.");
    }

    private void requireRoom(long coming) throws IOException {
        if (Files.getFileStore(folder).getUsableSpace() - coming < spareBytes) {
            throw new Refused(false, "There is too little room on the server's disk for this upload. Try again later, "
                    + "or ask whoever runs Postern.");
        }
    }

    /// Takes no file any more, and none that has not come to its end yet.
    synchronized void seal() {
        closed = true;
    }

    /// Those that came to their end, in that order.
    synchronized List<SpooledFile> files() {
        return List.copyOf(files);
    }

    /// Whether there is nothing to read: no file, or only ones without content.
    public synchronized boolean isEmpty() {
        return bytes() == 0;
    }

    /// Of the files that came to their end.
    synchronized long bytes() {
        return files.stream().mapToLong(SpooledFile::bytes).sum();
    }

    /// Deletes the files.
    @Override
    public void close() {
        seal();
        delete(folder);
    }

    static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException left) {
            // What stays is deleted at the next start.
            LOG.warn("{} can't be deleted: {}", folder, left.toString());
        }
    }
}

package dev.postern.app.imports;

import dev.postern.app.AppSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This process's folder for uploads. A lock tells other processes that it is in use; folders of processes that are gone
/// are deleted at start.
public final class Spools implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Spools.class);
    private static final String LOCK = "lock";
    private static final String PREFIX = "uploads-";
    /// Left free, whatever is uploaded: the disk may be the database's too.
    private static final long SPARE = 1L << 30;

    private final Path folder;
    private final FileChannel lockFile;
    private final long mostBytes;
    private final long spareBytes;

    private Spools(Path folder, FileChannel lockFile, long mostBytes, long spareBytes) {
        this.folder = folder;
        this.lockFile = lockFile;
        this.mostBytes = mostBytes;
        this.spareBytes = spareBytes;
    }

    /// @throws UncheckedIOException when the folder can't be used
    public static Spools open(AppSettings settings) {
        return open(settings.importFolder(), settings.importMaxBytes(), SPARE);
    }

    static Spools open(Path base, long mostBytes, long spareBytes) {
        try {
            Files.createDirectories(base);
            deleteAbandoned(base);
            Path folder = Files.createTempDirectory(base, PREFIX);
            var lockFile = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lockFile.lock();
            return new Spools(folder, lockFile, mostBytes, spareBytes);
        } catch (IOException refused) {
            throw new UncheckedIOException("The folder for uploads, " + base + ", can't be used; "
                    + AppSettings.IMPORT_FOLDER.name() + " sets it", refused);
        }
    }

    private static void deleteAbandoned(Path base) throws IOException {
        List<Path> folders;
        try (var listed = Files.newDirectoryStream(base, PREFIX + "*")) {
            folders = java.util.stream.StreamSupport.stream(listed.spliterator(), false).toList();
        }
        for (Path each : folders) {
            // One without a lock file is just being made by another process.
            if (Files.exists(each.resolve(LOCK)) && isAbandoned(each)) {
                LOG.info("Deleting uploads of a process that is gone: {}", each);
                Spool.delete(each);
            }
        }
    }

    private static boolean isAbandoned(Path folder) {
        try (var file = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE); FileLock lock = file.tryLock()) {
            return lock != null;
        } catch (OverlappingFileLockException | IOException inUse) {
            return false;
        }
    }

    /// Room for one import.
    public Spool open() throws IOException {
        return new Spool(folder.resolve(UUID.randomUUID().toString()), mostBytes, spareBytes);
    }

    /// Most bytes of one import.
    public long mostBytes() {
        return mostBytes;
    }

    @Override
    public void close() throws IOException {
        Spool.delete(folder);
        lockFile.close();
    }
}

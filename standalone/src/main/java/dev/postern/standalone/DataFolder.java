package dev.postern.standalone;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The folder in which an installation keeps its data, held by one process at a time.
final class DataFolder implements AutoCloseable {

    /// Another process holds the folder.
    static final class InUse extends Exception {
        InUse(Path folder) {
            super("Postern is already running on " + folder + ". Stop that one first, or set POSTERN_DATA to another "
                    + "folder.");
        }
    }

    private final Path folder;
    private final FileChannel channel;
    private final FileLock lock;

    private DataFolder(Path folder, FileChannel channel, FileLock lock) {
        this.folder = folder;
        this.channel = channel;
        this.lock = lock;
    }

    /// Takes the folder, and makes it when it is absent. The system frees it when the process ends, however it ends.
    ///
    /// @throws InUse       when another process has it
    /// @throws IOException when it can't be made or written
    static DataFolder take(Path folder) throws IOException, InUse {
        Files.createDirectories(folder);
        var channel = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new DataFolder(folder, channel, lock);
            }
        } catch (OverlappingFileLockException sameProcess) {
            // Answered below.
        }
        channel.close();
        throw new InUse(folder.toAbsolutePath().normalize());
    }

    Path resolve(String name) {
        return folder.resolve(name);
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}

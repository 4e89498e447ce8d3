package dev.postern.archive.command;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// A folder as a zip that is made while it is sent. Links are not followed: they may lead anywhere.
final class FolderZip {

    private FolderZip() {
    }

    /// @param folder must be one
    /// @param out    stays open
    /// @throws IOException when a file can't be read, or the zip not be written
    static void write(Path folder, OutputStream out) throws IOException {
        var zip = new ZipOutputStream(out);
        // Mails and gzipped reports hardly get smaller, and the network is seldom slower than this.
        zip.setLevel(Deflater.BEST_SPEED);
        for (Path file : files(folder)) {
            zip.putNextEntry(new ZipEntry(folder.relativize(file).toString().replace('\\', '/')));
            Files.copy(file, zip);
            zip.closeEntry();
        }
        zip.finish();
    }

    /// What is in `tmp` of a maildir is not yet delivered.
    private static List<Path> files(Path folder) throws IOException {
        try (var paths = Files.walk(folder, new FileVisitOption[0])) {
            return paths.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .filter(path -> !isUndelivered(path)).sorted(Comparator.naturalOrder()).toList();
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
    }

    private static boolean isUndelivered(Path file) {
        Path parent = file.getParent();
        return parent != null && parent.endsWith("tmp") && Files.isDirectory(parent.resolveSibling("cur"))
                && Files.isDirectory(parent.resolveSibling("new"));
    }
}

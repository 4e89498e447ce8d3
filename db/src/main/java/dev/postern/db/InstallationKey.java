package dev.postern.db;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/// The secret key of an installation, in a file that only its owner can read. All its processes share it: report
/// addresses are recognised by it.
public final class InstallationKey {

    private static final int BYTES = 32;

    private InstallationKey() {
    }

    /// Reads the key, and makes it first when the file is absent.
    ///
    /// @return 32 bytes or more
    /// @throws IOException with what to do, when the file can't be read or made, or holds no key
    public static byte[] readOrCreate(Path file) throws IOException {
        if (!Files.exists(file)) {
            create(file);
        }
        try {
            byte[] key = Base64.getDecoder().decode(Files.readString(file).strip());
            if (key.length >= BYTES) {
                return key;
            }
        } catch (IllegalArgumentException notBase64) {
            throw new IOException(complaint(file), notBase64);
        }
        throw new IOException(complaint(file));
    }

    private static String complaint(Path file) {
        return file + " holds no key. It must hold 32 bytes or more in base64; restore it from a backup, since a new"
                + " key makes every published report address invalid.";
    }

    private static void create(Path file) throws IOException {
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        Files.createDirectories(file.toAbsolutePath().getParent());
        FileAttribute<?>[] ownerOnly = file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[]{PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString("rw-------"))} : new FileAttribute<?>[0];
        Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), "secret", ".new", ownerOnly);
        try {
            Files.writeString(fresh, Base64.getEncoder().encodeToString(key) + "\n", StandardOpenOption.WRITE);
            // Linked, not moved: when two processes start together, the first one's key stays.
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException madeMeanwhile) {
            // Another process was first; its key is read.
        } finally {
            Files.delete(fresh);
        }
    }
}

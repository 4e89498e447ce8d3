package dev.postern.standalone.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A filesystem of a few megabytes, mounted for the test: the quota of a log. What fills it is a file of somebody else.
final class SmallDisk implements AutoCloseable {

    private static final int BLOCK = 4096;

    private final Path folder;
    private final List<String> privilege;

    private SmallDisk(Path folder, List<String> privilege) {
        this.folder = folder;
        this.privilege = privilege;
    }

    /// Mounts it; empty where this user may not mount, by himself or by a sudo that asks nothing.
    static Optional<SmallDisk> mount(Path folder, int megabytes) throws IOException {
        Files.createDirectories(folder);
        String user = command("id", "-u").output();
        for (List<String> privilege : List.of(List.<String>of(), List.of("sudo", "-n"))) {
            var mount = new java.util.ArrayList<>(privilege);
            mount.addAll(List.of("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m,mode=0700,uid=" + user,
                    "postern-test", folder.toString()));
            if (command(mount.toArray(String[]::new)).status() == 0) {
                return Optional.of(new SmallDisk(folder, privilege));
            }
        }
        return Optional.empty();
    }

    Path folder() {
        return folder;
    }

    /// Leaves not a byte.
    void fill() throws IOException {
        try (var ballast = Files.newOutputStream(ballast())) {
            var block = new byte[BLOCK];
            while (true) {
                ballast.write(block);
            }
        } catch (IOException full) {
            if (free() > 0) {
                throw full;
            }
        }
    }

    long free() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    void makeRoom() throws IOException {
        Files.deleteIfExists(ballast());
    }

    private Path ballast() {
        return folder.resolve("ballast");
    }

    private record Result(int status, String output) {
    }

    private static Result command(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes()).strip();
            return new Result(process.waitFor(), output);
        } catch (IOException noSuchCommand) {
            return new Result(127, "");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        var unmount = new java.util.ArrayList<>(privilege);
        // Also while a process that is ending still holds a file.
        unmount.addAll(List.of("umount", "-l", folder.toString()));
        Result result = command(unmount.toArray(String[]::new));
        if (result.status() != 0) {
            throw new UncheckedIOException(new IOException("could not unmount " + folder + ": " + result.output()));
        }
    }
}

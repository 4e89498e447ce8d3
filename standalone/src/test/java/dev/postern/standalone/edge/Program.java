package dev.postern.standalone.edge;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// A program of this machine, running, its output going to a file.
final class Program implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 20;

    private final Process process;
    private final Path log;

    private Program(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /// Where a program is, or the test is skipped: servers of others are no part of the build.
    static Path orSkip(String name, String packageName) {
        Optional<Path> found = Stream.concat(Arrays.stream(System.getenv("PATH").split(File.pathSeparator)),
                        Stream.of("/usr/sbin", "/usr/local/sbin")).map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable).findFirst();
        assumeTrue(found.isPresent(), () -> name + " is not installed on this machine: on Debian, apt install "
                + packageName);
        return found.get();
    }

    /// Starts one with an environment of nothing but the given variables and the search path.
    static Program start(Path log, Map<String, String> environment, List<String> command) {
        var builder = new ProcessBuilder(command).directory(log.getParent().toFile());
        builder.environment().keySet().retainAll(List.of("PATH"));
        builder.environment().putAll(environment);
        try {
            return new Program(builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start(), log);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Waits until it is ready.
    Program await(BooleanSupplier ready) throws InterruptedException {
        try {
            Poll.untilTrue("a ready " + log.getFileName(), () -> {
                if (!process.isAlive()) {
                    throw new IllegalStateException("it has ended with " + process.exitValue());
                }
                return ready.getAsBoolean();
            });
            return this;
        } catch (AssertionError late) {
            close();
            throw new AssertionError(log(), late);
        }
    }

    /// What it has written so far.
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Runs to its end and gives its exit code.
    int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            close();
            throw new AssertionError("it does not end: " + log());
        }
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}

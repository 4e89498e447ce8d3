package dev.postern.testbed;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A program of this machine that the testbed is held against.
record Program(Path path) {

    private static final int PATIENCE_SECONDS = 30;

    /// The program, or the test is skipped: it is no part of the build, and the testbed's own tests cover the same
    /// ground without it.
    static Program orSkip(String... names) {
        var folders = Stream.concat(Arrays.stream(System.getenv("PATH").split(File.pathSeparator)),
                Stream.of("/usr/sbin", "/usr/local/sbin")).map(Path::of).toList();
        Optional<Path> found = Arrays.stream(names).flatMap(name -> folders.stream().map(folder -> folder.resolve(name)))
                .filter(Files::isExecutable).findFirst();
        assumeTrue(found.isPresent(), () -> "none of " + List.of(names) + " is installed on this machine");
        return new Program(found.get());
    }

    /// Starts it, its output going to a file.
    Process start(Path output, String... arguments) throws IOException {
        return builder(arguments).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    }

    /// Runs it to its end.
    ///
    /// @return what it wrote, whatever its exit code
    String run(String input, String... arguments) throws IOException, InterruptedException {
        var process = builder(arguments).redirectErrorStream(true).start();
        try {
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException notInterested) {
                // It ended before it had read everything; its output says why.
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(path + " does not end");
            }
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    private ProcessBuilder builder(String... arguments) {
        return new ProcessBuilder(Stream.concat(Stream.of(path.toString()), Arrays.stream(arguments)).toList());
    }
}

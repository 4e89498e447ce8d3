package dev.postern.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// A [FarInternet] that this process has started.
final class InternetProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader from;
    private final Writer to;
    private final Map<String, String> environment = new HashMap<>();

    private InternetProcess(Process process) {
        this.process = process;
        this.from = process.inputReader(StandardCharsets.UTF_8);
        this.to = process.outputWriter(StandardCharsets.UTF_8);
    }

    /// @param domains healthy ones, [FarInternet#name] 0 and up
    /// @throws UncheckedIOException when it does not start
    static InternetProcess start(int domains) {
        try {
            var started = new InternetProcess(new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                    System.getProperty("java.class.path"), "-Dlogback.configurationFile=logback-check.xml",
                    FarInternet.class.getName(), Integer.toString(domains))
                    .redirectError(ProcessBuilder.Redirect.INHERIT).start());
            started.readEnvironment();
            return started;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// The settings that lead there.
    Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    /// Moves all its servers this far away.
    void distance(Duration roundTrip) {
        String line = Long.toString(roundTrip.toMillis());
        try {
            to.write(line + "\n");
            to.flush();
            if (!line.equals(line())) {
                throw new IOException("the small internet did not take on its distance");
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// The time that processors have spent on it so far.
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        try {
            to.close();
            process.waitFor();
        } catch (IOException _) {
            process.destroy();
        } catch (InterruptedException _) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }

    private void readEnvironment() throws IOException {
        for (String line = line(); !line.isEmpty(); line = line()) {
            int equals = line.indexOf('=');
            environment.put(line.substring(0, equals), line.substring(equals + 1));
        }
    }

    private String line() throws IOException {
        String line = from.readLine();
        if (line == null) {
            throw new IOException("the small internet has ended");
        }
        return line;
    }
}

package dev.postern.standalone.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// One of Postern's processes in a JVM of its own, set up by nothing but its environment.
final class OwnProcess implements AutoCloseable {

    /// Quick to start and small, since several share a machine; the class list of each JVM is the JDK's own.
    private static final List<String> JVM = List.of("--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final String name;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Path log;
    private Process process;

    private OwnProcess(String name, List<String> command, Map<String, String> environment, Path log) {
        this.name = name;
        this.command = command;
        this.environment = environment;
        this.log = log;
    }

    /// @param heap      as `-Xmx` takes it
    /// @param main      its class, with arguments
    /// @param folder    of its log
    static OwnProcess of(String name, String heap, Map<String, String> environment, Path folder, String... main) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.add("-Xmx" + heap);
        command.add("-XX:ErrorFile=" + folder.resolve(name + "-%p.crash"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(main));
        return new OwnProcess(name, command, environment, folder.resolve(name + ".log"));
    }

    void start() {
        try {
            var builder = new ProcessBuilder(command);
            builder.environment().keySet().removeIf(variable -> variable.startsWith("POSTERN_"));
            builder.environment().putAll(environment);
            process = builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        } catch (IOException failed) {
            throw new UncheckedIOException(name + " did not start", failed);
        }
    }

    boolean alive() {
        return process != null && process.isAlive();
    }

    /// SIGKILL: nothing is flushed, closed or said.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// SIGSTOP: it holds what it holds and does not answer.
    void freeze() {
        Signals.send("STOP", process.pid());
    }

    void thaw() {
        Signals.send("CONT", process.pid());
    }

    /// The end of what it has written, for whoever looks for the cause of a failure.
    String lastWords() {
        try {
            List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
            return "--- " + name + (alive() ? ", running" : ", not running") + "\n"
                    + String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size())) + "\n";
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Asked to stop, as an operator would.
    ///
    /// @return false when it does not within a minute
    boolean stop() throws InterruptedException {
        process.destroy();
        return process.waitFor(1, TimeUnit.MINUTES);
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}

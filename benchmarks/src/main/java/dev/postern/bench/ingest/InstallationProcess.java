package dev.postern.bench.ingest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// An [Installation] that this process has started, in a folder that goes with it.
final class InstallationProcess implements AutoCloseable {

    /// What `/proc` counts processor time in, on every Linux there is.
    private static final long NANOS_PER_TICK = 10_000_000;

    private final Path data;
    private final Process process;
    private final BufferedReader from;
    private final Writer to;
    private final Map<String, String> places = new HashMap<>();

    private InstallationProcess(Path data, Process process) {
        this.data = data;
        this.process = process;
        this.from = process.inputReader(StandardCharsets.UTF_8);
        this.to = process.outputWriter(StandardCharsets.UTF_8);
    }

    /// @throws UncheckedIOException when it does not start
    static InstallationProcess start(IngestPlan plan, InetSocketAddress dns) {
        try {
            Path data = Files.createTempDirectory("postern-bench");
            var started = new InstallationProcess(data, new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED",
                    "-Dlogging.level.root=error", "-Dlogback.configurationFile=logback-check.xml", "-cp",
                    System.getProperty("java.class.path"), Installation.class.getName(), data.toString(),
                    Integer.toString(plan.domains()), Integer.toString(plan.tenants()),
                    dns.getAddress().getHostAddress() + ":" + dns.getPort(), Boolean.toString(plan.profile()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT).start());
            started.answer().forEach(line -> started.places.put(line.substring(0, line.indexOf('=')),
                    line.substring(line.indexOf('=') + 1)));
            return started;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    String url() {
        return places.get("url");
    }

    String user() {
        return places.get("user");
    }

    int httpPort() {
        return Integer.parseInt(places.get("http"));
    }

    int smtpPort() {
        return Integer.parseInt(places.get("smtp"));
    }

    /// The report address of a domain, by its number.
    String address(int domain) {
        return places.get("address" + domain);
    }

    /// Has it carry out a command.
    List<String> tell(String command) {
        try {
            to.write(command + "\n");
            to.flush();
            return answer();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Processor time so far, in nanoseconds: of groups of its threads, of the rest of its process, of PostgreSQL.
    Map<String, Long> cpu() {
        var cpu = new TreeMap<String, Long>();
        tell("cpu").forEach(line -> cpu.put(line.substring(0, line.lastIndexOf('=')),
                Long.parseLong(line.substring(line.lastIndexOf('=') + 1))));
        long threads = cpu.values().stream().mapToLong(Long::longValue).sum();
        cpu.put("JVM (compiler, collector)", process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() - threads);
        cpu.put("PostgreSQL", postgresCpu());
        return cpu;
    }

    private long postgresCpu() {
        try {
            long postmaster = Long.parseLong(Files.readAllLines(data.resolve("postgres/postmaster.pid")).getFirst()
                    .strip());
            var handle = ProcessHandle.of(postmaster).orElseThrow();
            // What has ended is in its parent's account.
            long ticks = ticks(postmaster, true);
            for (ProcessHandle child : handle.children().toList()) {
                ticks += ticks(child.pid(), false);
            }
            return ticks * NANOS_PER_TICK;
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static long ticks(long pid, boolean withEnded) throws IOException {
        String stat;
        try {
            stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        } catch (java.nio.file.NoSuchFileException ended) {
            return 0;
        }
        // The command in parentheses may have blanks; behind it the state is field 3, utime field 14.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long own = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        return withEnded ? own + Long.parseLong(fields[13]) + Long.parseLong(fields[14]) : own;
    }

    /// Bytes of Kafka's folder, without what files reserve and do not use.
    long kafkaBytes() {
        return bytes(data.resolve("kafka"), path -> path.toString().endsWith(".log"));
    }

    private static long bytes(Path folder, java.util.function.Predicate<Path> which) {
        var total = new long[1];
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    total[0] += which.test(file) ? attributes.size() : 0;
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException gone) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return total[0];
    }

    @Override
    public void close() {
        try {
            to.close();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroy();
                process.waitFor();
            }
            delete();
        } catch (IOException _) {
            process.destroy();
        } catch (InterruptedException _) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }

    private void delete() throws IOException {
        Files.walkFileTree(data, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failed) throws IOException {
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private List<String> answer() throws IOException {
        var lines = new ArrayList<String>();
        for (String line = from.readLine(); ; line = from.readLine()) {
            if (line == null) {
                throw new IOException("the installation has ended");
            }
            if (line.isEmpty()) {
                return lines;
            }
            lines.add(line);
        }
    }
}

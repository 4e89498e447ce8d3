package dev.postern.standalone.fault;

import dev.postern.servers.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// PostgreSQL at a fixed port, which can be killed and started again on its data.
final class Postgres implements AutoCloseable {

    private final Path data;
    private final int port;
    private EmbeddedPostgres server;

    Postgres(Path data, int port) {
        this.data = data;
        this.port = port;
    }

    void start() {
        server = EmbeddedPostgres.durable(data, port);
    }

    String url() {
        return server.url();
    }

    String owner() {
        return server.user();
    }

    /// SIGKILL to the server and to all that serve a connection: what was not in the write-ahead log on disk is gone.
    void kill() throws IOException {
        List<ProcessHandle> all = processes();
        all.forEach(ProcessHandle::destroyForcibly);
        all.stream().map(ProcessHandle::onExit).forEach(CompletableFuture::join);
        // It finds nothing to stop, and lets go of the folder.
        server.close();
    }

    void freeze() throws IOException {
        processes().forEach(process -> Signals.send("STOP", process.pid()));
    }

    void thaw() throws IOException {
        processes().forEach(process -> Signals.send("CONT", process.pid()));
    }

    private List<ProcessHandle> processes() throws IOException {
        long postmaster = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip());
        ProcessHandle handle = ProcessHandle.of(postmaster).orElseThrow();
        return Stream.concat(Stream.of(handle), handle.descendants()).toList();
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}

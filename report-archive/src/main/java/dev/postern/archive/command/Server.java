package dev.postern.archive.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.stream.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.core.JacksonException;

/// A running Postern, spoken to by its REST API.
final class Server implements AutoCloseable {

    /// The server does not do what it is asked.
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    private record Begun(UUID id) {
    }

    private record Problem(String detail) {
    }

    private static final int PIPE = 256 * 1024;

    private final URI address;
    private final String token;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10)).build();

    Server(URI address, String token) {
        this.address = address;
        this.token = token;
    }

    /// Sends a file as it is, a folder as a zip.
    ///
    /// @return the import's id
    /// @throws IOException when the path can't be read, or the server not be reached
    UUID begin(Path path) throws IOException, InterruptedException, Refused {
        var unreadable = new AtomicReference<IOException>();
        var body = Files.isDirectory(path)
                ? HttpRequest.BodyPublishers.ofInputStream(() -> zipped(path, unreadable))
                : HttpRequest.BodyPublishers.ofFile(path);
        var request = request("/api/v1/imports?name=" + URLEncoder.encode(name(path), UTF_8))
                .header("Content-Type", "application/octet-stream").POST(body).build();
        try {
            return read(http.send(request, HttpResponse.BodyHandlers.ofByteArray()), Begun.class).id();
        } catch (IOException failed) {
            throw Optional.ofNullable(unreadable.get()).orElse(failed);
        }
    }

    /// How an import is doing, as JSON.
    byte[] status(UUID id) throws IOException, InterruptedException, Refused {
        var response = http.send(request("/api/v1/imports/" + id).timeout(Duration.ofMinutes(1)).GET().build(),
                HttpResponse.BodyHandlers.ofByteArray());
        read(response, Status.class);
        return response.body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path)).header("Authorization", "Bearer " + token);
    }

    private static <T> T read(HttpResponse<byte[]> response, Class<T> type) throws Refused {
        try {
            if (response.statusCode() / 100 == 2) {
                return Json.read(response.body(), type);
            }
            String detail = Json.read(response.body(), Problem.class).detail();
            if (detail != null) {
                throw new Refused(detail);
            }
        } catch (JacksonException notOurs) {
            throw new Refused("What answers there is not Postern: it says " + response.statusCode() + ".");
        }
        throw new Refused("The server answered " + response.statusCode() + ".");
    }

    private static String name(Path path) {
        Path name = path.toAbsolutePath().normalize().getFileName();
        return name == null ? "files" : name.toString();
    }

    private static InputStream zipped(Path folder, AtomicReference<IOException> unreadable) {
        try {
            var in = new PipedInputStream(PIPE);
            var out = new PipedOutputStream(in);
            Thread.ofPlatform().daemon().name("zip-folder").start(() -> {
                try {
                    FolderZip.write(folder, out);
                    // Only a whole zip is closed: the server must not take half of one for all of it.
                    out.close();
                } catch (IOException failed) {
                    unreadable.set(failed);
                }
            });
            return in;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}

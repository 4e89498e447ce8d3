package dev.postern.archive.command;

import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.stream.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/// Does what the arguments say, a path after the other, and says what came of each.
public final class Bringing {

    private static final String TOKEN = "POSTERN_TOKEN";
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    /// Nothing moves for so long only where nobody records.
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /// ASCII only: nothing in it that a terminal would obey.
    private static final JsonMapper ASCII = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;
    private final ImportLine line;

    /// @param environment `POSTERN_TOKEN` and `POSTERN_SERVER`
    /// @param progress    whether `err` is a terminal
    public Bringing(Map<String, String> environment, PrintStream out, PrintStream err, boolean progress) {
        this.environment = environment;
        this.out = out;
        this.err = err;
        this.line = new ImportLine(err, progress);
    }

    /// Does all of it and says what to end with.
    public ExitCode run(List<String> words) {
        return switch (Arguments.parse(words, environment)) {
            case Parsed.Invalid<Arguments>(var problems) -> {
                err.println("postern: " + problems.stream().map(Problem::message).collect(Collectors.joining(" ")));
                err.println();
                err.print(Usage.text());
                yield ExitCode.USAGE;
            }
            case Parsed.Valid<Arguments>(Arguments.Help(), var _) -> {
                out.print(Usage.text());
                yield ExitCode.GOOD;
            }
            case Parsed.Valid<Arguments>(Arguments.Bring bring, var _) -> run(bring);
        };
    }

    private ExitCode run(Arguments.Bring bring) {
        for (Path path : bring.paths()) {
            if (!Files.isReadable(path) || !Files.isDirectory(path) && !Files.isRegularFile(path)) {
                return usage("There is no file or folder " + Summary.shown(path.toString()) + " that can be read.");
            }
        }
        Optional<String> token;
        try {
            token = token(bring);
        } catch (IOException unreadable) {
            return usage("The token file can't be read: " + Summary.shown(reason(unreadable)) + ".");
        }
        if (token.isEmpty()) {
            return usage("Who are you? Make an API token under Settings, and set " + TOKEN + " or name a file with "
                    + "--token-file.");
        }
        warnOfOpenRoad(bring.server());
        var worst = ExitCode.GOOD;
        try (var server = new Server(bring.server(), token.get())) {
            for (Path path : bring.paths()) {
                worst = worst.or(bring(server, bring, path));
            }
        }
        return worst;
    }

    /// A token that can't be a header's value is no token.
    private Optional<String> token(Arguments.Bring bring) throws IOException {
        String text = bring.tokenFile().isPresent() ? Files.readString(bring.tokenFile().get())
                : environment.getOrDefault(TOKEN, "");
        return Optional.of(text.strip()).filter(word -> !word.isEmpty() && word.chars().allMatch(c -> c > ' ' && c < 0x7f));
    }

    private ExitCode bring(Server server, Arguments.Bring bring, Path path) {
        try {
            line.show("Sending " + path.getFileName());
            UUID id = server.begin(path);
            Optional<byte[]> end = end(server, id);
            line.clear();
            if (end.isEmpty()) {
                err.println("postern: " + Summary.shown(path.toString()) + " was taken, and nothing has been recorded for "
                        + PATIENCE.toMinutes() + " minutes. It goes on when the ingest worker does: " + bring.server()
                        + "/import/" + id);
                return ExitCode.REFUSED;
            }
            var status = Json.read(end.get(), Status.class);
            out.print(bring.json() ? ASCII.writeValueAsString(ASCII.readTree(end.get())) + "\n" : Summary.of(status));
            out.flush();
            return status.exitCode();
        } catch (Server.Refused refused) {
            line.clear();
            err.println("postern: " + Summary.shown(path.toString()) + ": " + Summary.shown(refused.getMessage()));
            return ExitCode.REFUSED;
        } catch (ConnectException unreachable) {
            line.clear();
            err.println("postern: Nothing answers at " + bring.server() + ". Is Postern running? --server says where.");
            return ExitCode.REFUSED;
        } catch (IOException failed) {
            line.clear();
            err.println("postern: " + Summary.shown(path.toString()) + " was not imported: "
                    + Summary.shown(reason(failed)) + ".");
            return ExitCode.REFUSED;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return ExitCode.BROKEN;
        }
    }

    /// Waits until all is recorded; empty where it does not go on.
    private Optional<byte[]> end(Server server, UUID id) throws IOException, InterruptedException, Server.Refused {
        long movedAt = System.nanoTime();
        long before = -1;
        while (true) {
            byte[] json = server.status(id);
            var status = Json.read(json, Status.class);
            if (status.finished()) {
                return Optional.of(json);
            }
            line.show(status);
            long moved = status.bytesRead() + status.recorded();
            if (moved != before) {
                before = moved;
                movedAt = System.nanoTime();
            } else if (System.nanoTime() - movedAt > PATIENCE.toNanos()) {
                return Optional.empty();
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
    }

    private void warnOfOpenRoad(URI server) {
        if (server.getScheme().equals("http") && !isLoopback(server.getHost())) {
            err.println("postern: " + server + " is not https: the token and the reports can be read on the way.");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (IOException unknown) {
            return false;
        }
    }

    private ExitCode usage(String message) {
        err.println("postern: " + message);
        return ExitCode.USAGE;
    }

    private static String reason(IOException failed) {
        if (failed instanceof NoSuchFileException missing) {
            return missing.getFile() + " is not there";
        }
        return failed.getMessage() == null ? failed.getClass().getSimpleName() : failed.getMessage().replaceFirst("\\.$", "");
    }
}

package dev.postern.archive.command;

import dev.postern.parse.Parsed;
import dev.postern.parse.Quoted;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What stands behind `./postern import`.
public sealed interface Arguments {

    URI LOCAL = URI.create("http://localhost:8080");

    /// @param server    where Postern's pages are
    /// @param tokenFile holds the API token; where empty, the environment does
    /// @param json      whether the answer is for a program
    /// @param paths     files and folders, at least one
    record Bring(URI server, Optional<Path> tokenFile, boolean json, List<Path> paths) implements Arguments {
        public Bring {
            paths = List.copyOf(paths);
        }
    }

    /// Asks for the usage text.
    record Help() implements Arguments {
    }

    /// Options and paths may come in any order; behind `--` everything is a path.
    ///
    /// @param environment `POSTERN_SERVER` stands in for `--server`
    static Parsed<Arguments> parse(List<String> words, Map<String, String> environment) {
        var rest = new ArrayDeque<>(words);
        var paths = new ArrayList<String>();
        String server = environment.getOrDefault("POSTERN_SERVER", "");
        Optional<String> tokenFile = Optional.empty();
        boolean json = false;
        boolean options = true;
        while (!rest.isEmpty()) {
            String word = rest.pop();
            if (!options || !word.startsWith("-") || word.equals("-")) {
                paths.add(word);
                continue;
            }
            switch (word) {
                case "--" -> options = false;
                case "-h", "--help" -> {
                    return Parsed.valid(new Help());
                }
                case "--json" -> json = true;
                case "--server", "--token-file" -> {
                    if (rest.isEmpty()) {
                        return wrong(word + " needs a value behind it.");
                    }
                    if (word.equals("--server")) {
                        server = rest.pop();
                    } else {
                        tokenFile = Optional.of(rest.pop());
                    }
                }
                default -> {
                    return wrong("There is no option " + Quoted.of(word) + ".");
                }
            }
        }
        if (paths.isEmpty()) {
            return wrong("Which files or folders?");
        }
        return bring(server, tokenFile, json, paths);
    }

    private static Parsed<Arguments> bring(String server, Optional<String> tokenFile, boolean json, List<String> paths) {
        try {
            URI address = server.isBlank() ? LOCAL : URI.create(server.strip().replaceAll("/+$", ""));
            if (address.getHost() == null || !List.of("http", "https").contains(address.getScheme())
                    || address.getRawQuery() != null || address.getRawFragment() != null) {
                return wrong(Quoted.of(server) + " is no address of a server, like https://postern.example.");
            }
            return Parsed.valid(new Bring(address, tokenFile.map(Path::of), json, paths.stream().map(Path::of).toList()));
        } catch (InvalidPathException noPath) {
            return wrong(Quoted.of(noPath.getInput()) + " can't be a path.");
        } catch (IllegalArgumentException noAddress) {
            return wrong(Quoted.of(server) + " is no address of a server, like https://postern.example.");
        }
    }

    private static Parsed<Arguments> wrong(String message) {
        return Parsed.invalid("usage", message, "");
    }
}

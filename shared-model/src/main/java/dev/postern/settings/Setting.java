package dev.postern.settings;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// One setting of an installation: an environment variable, what it means and what it may be.
///
/// @param name     the variable, `POSTERN_SMTP_PORT`
/// @param meaning  what it sets, for `docs/configuration.md`
/// @param fallback the text used when the variable is absent or empty; empty when there is no default
/// @param allowed  what a value may be, as shown when one is refused
/// @param reader   reads a text; throws [IllegalArgumentException] when it is not allowed
/// @param <T>      what a value is read as
public record Setting<T>(String name, String meaning, String fallback, String allowed, Function<String, T> reader) {

    private static final int MAX_PORT = 65_535;

    /// A TCP port; 0 lets the system choose a free one.
    public static Setting<Integer> port(String name, int fallback, String meaning) {
        return number(name, fallback, 0, MAX_PORT, meaning);
    }

    public static Setting<Integer> number(String name, int fallback, int least, int most, String meaning) {
        return new Setting<>(name, meaning, Integer.toString(fallback), "a whole number from " + least + " to " + most,
                text -> {
                    int value = Integer.parseInt(text);
                    if (value < least || value > most) {
                        throw new IllegalArgumentException("out of range");
                    }
                    return value;
                });
    }

    public static Setting<String> text(String name, String fallback, String meaning) {
        return new Setting<>(name, meaning, fallback, "any text", Function.identity());
    }

    public static Setting<Optional<String>> optional(String name, String meaning) {
        return new Setting<>(name, meaning, "", "any text",
                text -> text.isEmpty() ? Optional.empty() : Optional.of(text));
    }

    public static Setting<Path> path(String name, String fallback, String meaning) {
        return new Setting<>(name, meaning, fallback, "a path", Path::of);
    }

    public static Setting<Boolean> flag(String name, boolean fallback, String meaning) {
        return new Setting<>(name, meaning, Boolean.toString(fallback), "true or false", text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        });
    }

    /// `host:port`, several with commas; IPv6 addresses in brackets. Names are not looked up here.
    public static Setting<List<InetSocketAddress>> addresses(String name, String fallback, String meaning) {
        return new Setting<>(name, meaning, fallback, "host:port, several with commas",
                text -> text.isEmpty() ? List.of()
                        : Arrays.stream(text.split(",")).map(String::strip).map(Setting::address).toList());
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("no port");
        }
        int port = Integer.parseInt(text.substring(colon + 1));
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("no such port");
        }
        return InetSocketAddress.createUnresolved(text.substring(0, colon).replaceAll("^\\[|]$", ""), port);
    }
}

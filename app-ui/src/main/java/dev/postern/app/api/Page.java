package dev.postern.app.api;

import io.swagger.v3.oas.annotations.media.Schema;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.http.HttpStatus;

/// One page of a list.
///
/// @param items what is on it
/// @param next  send this as `after` for the next page; null on the last
public record Page<T>(List<T> items,
                      @Schema(description = "Send this as `after` for the next page; absent on the last.")
                      String next) {

    static final int USUAL = 50;
    static final int MOST = 200;

    /// Where a page of a list by time ends; programs see it as an opaque text.
    record Position(Instant at, UUID id) {

        private static final Instant FAR = Instant.parse("9999-12-31T00:00:00Z");

        String text() {
            return Base64.getUrlEncoder().withoutPadding()
                    .encodeToString((at + " " + id).getBytes(StandardCharsets.US_ASCII));
        }

        static Position of(String text) {
            try {
                String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII)
                        .split(" ", 2);
                if (parts.length == 2) {
                    return new Position(storable(Instant.parse(parts[0])), UUID.fromString(parts[1]));
                }
            } catch (IllegalArgumentException | DateTimeException garbled) {
                throw garbled(text);
            }
            throw garbled(text);
        }

        /// Java's instants reach further than PostgreSQL's.
        private static Instant storable(Instant at) {
            if (at.isBefore(Instant.EPOCH) || at.isAfter(FAR)) {
                throw new DateTimeException("no time at which something happened");
            }
            return at;
        }

        private static ApiProblem garbled(String text) {
            return ApiProblem.of(HttpStatus.BAD_REQUEST,
                    "after='" + text + "' is not the 'next' of a page before.");
        }
    }

    /// Refuses a limit that is out of bounds.
    static int limit(int asked) {
        if (asked < 1 || asked > MOST) {
            throw ApiProblem.of(HttpStatus.BAD_REQUEST, "limit is from 1 to " + MOST + ".");
        }
        return asked;
    }

    /// @param found up to one more than fit, which tells whether there is a next page
    static <R, T> Page<T> of(List<R> found, int limit, Function<R, T> form, Function<R, String> cursor) {
        List<R> shown = found.subList(0, Math.min(limit, found.size()));
        return new Page<>(shown.stream().map(form).toList(),
                found.size() > limit ? cursor.apply(shown.getLast()) : null);
    }
}

package dev.postern.standalone.edge;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;

/// Waits for what comes about by itself, up to a deadline that is generous on a busy machine.
final class Poll {

    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final Duration PACE = Duration.ofMillis(50);

    private Poll() {
    }

    /// Asks until there is an answer.
    ///
    /// @param attempt may fail with an exception as long as it is not there yet
    static <T> T until(String what, Callable<Optional<T>> attempt) throws InterruptedException {
        Instant deadline = Instant.now().plus(DEADLINE);
        Exception last = null;
        while (Instant.now().isBefore(deadline)) {
            try {
                Optional<T> answer = attempt.call();
                if (answer.isPresent()) {
                    return answer.get();
                }
            } catch (InterruptedException stopped) {
                throw stopped;
            } catch (Exception notYet) {
                last = notYet;
            }
            Thread.sleep(PACE);
        }
        throw new AssertionError("waited in vain for " + what, last);
    }

    static void untilTrue(String what, Callable<Boolean> attempt) throws InterruptedException {
        until(what, () -> Optional.of(attempt.call()).filter(Boolean::booleanValue));
    }
}

package dev.postern.standalone.fault;

import java.io.IOException;
import java.io.UncheckedIOException;

/// What Java can't send by itself.
final class Signals {

    private Signals() {
    }

    static void send(String signal, long process) {
        try {
            int status = new ProcessBuilder("kill", "-" + signal, Long.toString(process)).inheritIO().start().waitFor();
            if (status != 0) {
                throw new IllegalStateException("SIG" + signal + " could not be sent to process " + process);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}

package dev.postern.probe.dns;

import java.io.IOException;

/// No DNS server gave a usable answer. The message says why, for people.
final class NoAnswerException extends IOException {

    NoAnswerException(String why) {
        super(why);
    }
}

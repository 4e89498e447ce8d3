package dev.postern.check;

import java.time.Instant;

/// What was asked and what came back.
///
/// @param asked    the question, `TXT _mta-sts.example.com`
/// @param answered the answer as text, or why there was none; shortened to 20,000 characters
/// @param at       when the answer came
public record Evidence(String asked, String answered, Instant at) {

    private static final int MAX_LENGTH = 20_000;

    public Evidence {
        // The answer is a stranger's bytes, and PostgreSQL's text holds no zero.
        answered = answered.replace('\0', '\uFFFD');
        if (answered.length() > MAX_LENGTH) {
            answered = answered.substring(0, MAX_LENGTH) + "…";
        }
    }
}

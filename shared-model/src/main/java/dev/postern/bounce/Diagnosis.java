package dev.postern.bounce;

import java.util.Optional;

/// What a bounce means, and how far that can be told.
public sealed interface Diagnosis {

    /// @param certain whether its words were found; otherwise only a code that this sender uses for it
    record Known(Wording wording, boolean certain) implements Diagnosis {
    }

    /// It speaks of encryption, in words that are in no catalogue.
    ///
    /// @param status the code that says so; empty where words do
    record SomethingWithTls(Optional<String> status) implements Diagnosis {
    }

    /// Nothing in it speaks of TLS, MTA-STS or DANE.
    record NothingWithTls() implements Diagnosis {
    }

    static Diagnosis of(Bounce bounce) {
        Optional<Wording> byWords = Wording.in(bounce.text());
        if (byWords.isPresent()) {
            return new Known(byWords.get(), true);
        }
        Optional<Wording> byCode = bounce.statuses().stream().map(Wording::byCode).flatMap(Optional::stream).findFirst();
        if (byCode.isPresent()) {
            return new Known(byCode.get(), false);
        }
        // RFC 3463 §3.8: X.7.4 security features not supported, X.7.5 cryptographic failure, X.7.6 cryptographic algorithm
        // not supported; RFC 4954: X.7.11 encryption required.
        Optional<String> status = bounce.statuses().stream().filter(code -> code.matches("[45]\\.7\\.([4-6]|1[01])"))
                .findFirst();
        String lower = bounce.text().toLowerCase(java.util.Locale.ROOT);
        boolean words = java.util.stream.Stream.of("mta-sts", "starttls", "tlsa", "tls ", "certificate", "dnssec")
                .anyMatch(lower::contains);
        return status.isPresent() || words ? new SomethingWithTls(status) : new NothingWithTls();
    }
}

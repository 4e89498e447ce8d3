package dev.postern.dane;

import java.util.List;

/// What a sender that does DANE makes of an MX host (RFC 7672 §2.2).
public sealed interface DaneResult {

    /// DANE does not apply; the sender does as it does without (RFC 7672 §2.2).
    ///
    /// @param why in words, as the end of a sentence
    record NotUsed(String why) implements DaneResult {
    }

    /// A record matches: mail is delivered.
    record Matched(TlsaRecord record) implements DaneResult {
    }

    /// There are usable records and none matches: mail is not delivered to this host.
    ///
    /// @param details why not, for each record that counts
    record Mismatch(List<String> details) implements DaneResult {
        public Mismatch {
            details = List.copyOf(details);
        }
    }

    /// There are records and none can be used: TLS is mandatory, whatever the certificate (RFC 7672 §2.2).
    ///
    /// @param details why not, for each record
    record NoUsableRecords(List<String> details) implements DaneResult {
        public NoUsableRecords {
            details = List.copyOf(details);
        }
    }

    /// Answers of DNS are signed and the signatures do not hold: mail is not delivered to this host until they do
    /// (RFC 7672 §2.1.2).
    record Bogus(String why) implements DaneResult {
    }

    /// It could not be told.
    record Unknown(String why) implements DaneResult {
    }
}

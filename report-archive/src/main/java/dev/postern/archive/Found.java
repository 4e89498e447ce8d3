package dev.postern.archive;

import java.util.Locale;

/// What an archive holds, one at a time.
public sealed interface Found {

    /// How it is called in its archive: for people, never a path. Printable, at most [ItemName#MOST] characters.
    String name();

    /// Something that may be a report or a mail with reports in it.
    ///
    /// @param contentType `message/rfc822`, `application/tlsrpt+json` or `application/tlsrpt+gzip`, by the bytes
    /// @param bytes       as they stand in the archive, but that a mail's lines end with CRLF (RFC 5322 §2.3)
    record Item(String name, String contentType, byte[] bytes) implements Found {
    }

    /// Something that can't be a report, or can't be read.
    record LeftOut(String name, Reason reason) implements Found {
    }

    /// Why something was left out.
    enum Reason {
        NOT_A_REPORT("Neither a report, a mail nor an archive, such as a picture or a web page"),
        NO_REPORT_IN_MAIL("A mail that nothing like a report is attached to"),
        EMPTY("Empty"),
        TOO_LARGE("Larger than a mail may be"),
        NESTED_TOO_DEEP("An archive too deep in other archives"),
        DAMAGED("An archive or compressed file that is damaged; what came before the damage is read"),
        NOT_A_FILE("A link or a device");

        private final String words;

        Reason(String words) {
            this.words = words;
        }

        /// Stable name in kebab case.
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /// For people, without a full stop.
        public String words() {
            return words;
        }
    }
}

package dev.postern.observation;

import java.util.List;

/// Whether one address of a TLSRPT record can take a report.
///
/// @param uri    as published
/// @param hosts  the mail servers of the address in order of preference; for HTTPS, the one host
/// @param detail what was seen, for people
public record ReportDestination(String uri, Outcome outcome, List<String> hosts, String detail) {

    /// What asking came to.
    public enum Outcome {
        /// A mail server greeted, or a web server answered over HTTPS with a valid certificate.
        ANSWERS,
        /// There is no host to deliver to.
        NO_HOST,
        /// Every address is private or otherwise not public.
        NOT_PUBLIC,
        /// Nobody answers, or it refuses.
        NO_ANSWER,
        /// HTTPS: no valid TLS.
        TLS_FAILED,
        /// It could not be told from here.
        UNKNOWN
    }

    public ReportDestination {
        hosts = List.copyOf(hosts);
    }
}

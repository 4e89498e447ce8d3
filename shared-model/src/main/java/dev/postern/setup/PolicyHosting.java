package dev.postern.setup;

/// Who answers at `https://mta-sts.<domain>`.
public enum PolicyHosting {
    /// Postern's policy host, by a CNAME.
    POSTERN,
    /// The customer's own web server: Postern writes the file, checks it and watches it.
    CUSTOMER
}

package dev.postern.db.tenancy;

/// Roles for work that spans tenants. Each sees only the columns that its work needs.
public enum SystemRole {
    /// Reads and clears the outbox.
    RELAY("postern_relay"),
    /// Finds the domains that are due for a probe.
    SCHEDULER("postern_scheduler"),
    /// Finds how long each organisation keeps its reports, and who has mails to look at once more.
    RETENTION("postern_retention"),
    /// Finds the mailboxes that are due to be read.
    MAILBOXES("postern_mailboxes"),
    /// Finds whose policies were fetched.
    FETCHES("postern_fetches"),
    /// Finds the domains whose DNS records are due to be written.
    DNS("postern_dns");

    private final String role;

    SystemRole(String role) {
        this.role = role;
    }

    String role() {
        return role;
    }
}

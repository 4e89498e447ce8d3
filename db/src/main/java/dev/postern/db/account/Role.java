package dev.postern.db.account;

import java.util.Locale;

/// What a person or an API token may do in an organisation. From the one that may do most to the one that may do least:
/// whatever a role may do, those before it may do too. All of them may see everything, and have a domain looked at again.
public enum Role {
    /// Whose organisation it is.
    OWNER,
    /// Decides on rules, connections and tokens.
    ADMIN,
    /// Does the daily work: domains and their rollout.
    OPERATOR,
    /// Reviews what was done and reported.
    REVIEWER,
    /// Looks on.
    AUDITOR;

    /// Whether this role is enough.
    public boolean may(Permission permission) {
        return compareTo(permission.least()) <= 0;
    }

    /// The word people see.
    public String title() {
        return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
    }
}

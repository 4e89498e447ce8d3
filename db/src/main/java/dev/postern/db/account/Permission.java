package dev.postern.db.account;

/// What not everybody in an organisation may do. Seeing is for all, so it is not among these.
public enum Permission {
    /// Policies, steps of the rollout, who serves the policy, and what else a domain's set-up consists of.
    CHANGE_ROLLOUT(Role.OPERATOR, "change the rollout of domains"),
    /// Domains and MX hosts.
    ADD_DOMAINS(Role.OPERATOR, "add domains and MX hosts"),
    /// Domains and MX hosts, with their policies and reports.
    REMOVE_DOMAINS(Role.ADMIN, "remove domains and MX hosts"),
    /// What then no longer holds a watch up.
    SET_FAILURES_ASIDE(Role.OPERATOR, "set failures aside"),
    /// Uploads, imports, and trying rejected reports again.
    BRING_REPORTS(Role.OPERATOR, "bring reports in"),
    /// What the organisation asks of a watch and of reports.
    CHANGE_RULES(Role.ADMIN, "change the rules of the organisation"),
    /// Mailboxes and other accounts elsewhere.
    CHANGE_CONNECTIONS(Role.ADMIN, "change connections"),
    /// Making and revoking them.
    CHANGE_TOKENS(Role.ADMIN, "make or revoke API tokens");

    private final Role least;
    private final String words;

    Permission(Role least, String words) {
        this.least = least;
        this.words = words;
    }

    /// The role with the fewest rights that has this one.
    public Role least() {
        return least;
    }

    /// After "may".
    public String words() {
        return words;
    }
}

package dev.postern.app.security;

import dev.postern.db.account.Permission;
import dev.postern.db.account.Role;

/// Somebody asked for what their role does not allow. Nothing was done.
public final class NotPermitted extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Permission missing;

    public NotPermitted(Role role, Permission missing) {
        super(reason(role, missing), null, false, false);
        this.missing = missing;
    }

    public Permission missing() {
        return missing;
    }

    /// Who may do it, and what one is oneself, in a sentence or two.
    public static String reason(Role role, Permission missing) {
        String who = switch (missing.least()) {
            case OWNER -> "Only owners";
            case ADMIN -> "Only owners and administrators";
            case OPERATOR -> "Only owners, administrators and operators";
            case REVIEWER -> "Only owners, administrators, operators and reviewers";
            case AUDITOR -> "Everybody";
        };
        return who + " may " + missing.words() + "; your role is " + role.title() + ".";
    }
}

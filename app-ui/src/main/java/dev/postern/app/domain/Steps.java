package dev.postern.app.domain;

import dev.postern.rollout.MaxAge;
import dev.postern.rollout.Step;
import dev.postern.setup.MailDomain;

/// What each step of the rollout means for one domain, in its own words: what is asked before it is taken.
public final class Steps {

    private Steps() {
    }

    /// The question of the confirmation.
    static String question(Step step, MailDomain domain) {
        String name = domain.name().unicode();
        return switch (step) {
            case BEGIN_TESTING -> "Begin testing for " + name + "?";
            case ENFORCE -> "Enforce for " + name + "?";
            case LENGTHEN -> "Let senders hold the policy of " + name + " for longer?";
            case SHORTEN -> "Let senders hold the policy of " + name + " for a day only?";
            case ROLL_BACK -> "Back to testing for " + name + "?";
            case RETIRE -> "Retire MTA-STS for " + name + "?";
            case RESUME -> "Go back to testing for " + name + "?";
        };
    }

    /// What senders will do, and from when.
    ///
    /// @param maxAge of the newest policy
    static String consequence(Step step, MailDomain domain, MaxAge maxAge) {
        String name = domain.name().unicode();
        return switch (step) {
            case BEGIN_TESTING -> "A policy in testing is published. Senders deliver to " + name
                    + " as before, and report what failed.";
            case ENFORCE -> "Senders that have seen the new id refuse to deliver mail to " + name + " over a connection "
                    + "without valid TLS, and hold that policy for a week. Going back to testing stays possible at any time.";
            case LENGTHEN -> "Senders hold the policy for " + maxAge.longer().map(MaxAge::words).orElse(maxAge.words())
                    + " instead of " + maxAge.words() + ". That protects against longer outages and attacks, and a mistake "
                    + "lasts for as long at senders that do not look for a new id.";
            case SHORTEN -> "Do this ahead of a change. Senders that fetched the policy before still hold it for "
                    + maxAge.words() + ".";
            case ROLL_BACK -> "Senders deliver to " + name + " whatever happens, once they see the new id. Those that do "
                    + "not look for it hold the enforced policy for up to " + maxAge.words() + ". The watch begins anew.";
            case RETIRE -> "The policy says none from then on. Keep the record and the policy host of " + name
                    + " in place until Postern says that they may go (RFC 8461 §8.3).";
            case RESUME -> "A policy in testing is published again for " + name + ", and the watch begins anew.";
        };
    }

    /// Whether it makes senders refuse mail, or stop protecting it: then the audit wants to know why.
    public static boolean needsReason(Step step) {
        return switch (step) {
            case ENFORCE, SHORTEN, ROLL_BACK, RETIRE -> true;
            case BEGIN_TESTING, LENGTHEN, RESUME -> false;
        };
    }
}

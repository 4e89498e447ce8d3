package dev.postern.app.bulk;

import dev.postern.app.base.Words;
import dev.postern.rollout.MaxAge;
import dev.postern.rollout.Step;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What a step means for many domains at once: what is asked before it is taken.
final class BulkWords {

    private BulkWords() {
    }

    /// The question of the confirmation.
    static String question(Step step, List<StepChoices.Candidate> domains) {
        String which = domains.size() == 1 ? domains.getFirst().domain().name().unicode()
                : Words.count(domains.size()) + " domains";
        return switch (step) {
            case BEGIN_TESTING -> "Begin testing for " + which + "?";
            case ENFORCE -> "Enforce for " + which + "?";
            case LENGTHEN -> "Let senders hold the policy of " + which + " for longer?";
            case SHORTEN -> "Let senders hold the policy of " + which + " for a day only?";
            case ROLL_BACK -> "Back to testing for " + which + "?";
            case RETIRE -> "Retire MTA-STS for " + which + "?";
            case RESUME -> "Go back to testing for " + which + "?";
        };
    }

    /// What senders will do, and from when.
    static String consequence(Step step, List<StepChoices.Candidate> domains) {
        String longest = domains.stream().map(StepChoices.Candidate::maxAge).max(Comparator.naturalOrder())
                .orElse(MaxAge.DAY).words();
        return switch (step) {
            case BEGIN_TESTING -> "Each gets a policy in testing that names its mail servers as they are in the DNS now. "
                    + "Senders deliver as before, and report what failed.";
            case ENFORCE -> "As soon as senders see the new id of a domain in the DNS, they refuse to deliver mail to it over "
                    + "a connection without valid TLS, and hold that policy for a week. Going back to testing stays possible "
                    + "at any time.";
            case LENGTHEN -> "From the next fetch on, senders hold each policy for longer: " + lengths(domains) + ". That "
                    + "protects against longer outages and attacks, and a mistake lasts for as long at senders that do not "
                    + "look for a new id.";
            case SHORTEN -> "Do this ahead of a change. Senders that fetched a policy before still hold it, for up to "
                    + longest + ".";
            case ROLL_BACK -> "Senders deliver whatever happens, once they see the new id. Those that do not look for it hold "
                    + "the enforced policy for up to " + longest + ". The watch of each domain begins anew.";
            case RETIRE -> "The policies say none from then on. Keep the records and the policy hosts in place until Postern "
                    + "says of each domain that they may go (RFC 8461 §8.3).";
            case RESUME -> "A policy in testing is published again for each, and their watches begin anew.";
        };
    }

    /// What has to be published in the DNS afterwards; each domain's page has the values.
    static String afterwards(List<StepChoices.Candidate> domains) {
        return domains.size() == 1 ? "It takes effect once the new id is in the DNS; the domain's page has the record."
                : "It takes effect for each once its new id is in the DNS; its page has the record.";
    }

    private static String lengths(List<StepChoices.Candidate> domains) {
        var counts = domains.stream().collect(Collectors.groupingBy(StepChoices.Candidate::maxAge, TreeMap::new,
                Collectors.counting()));
        return counts.entrySet().stream().map(entry -> (counts.size() == 1 ? "" : Words.count(entry.getValue()) + " ")
                + "from " + entry.getKey().words() + " to " + entry.getKey().longer().orElse(entry.getKey()).words())
                .collect(Collectors.joining(", "));
    }

    /// Whether one has to type how many domains it is about: what makes senders refuse mail, or ends the protection.
    static boolean typed(Step step, int domains) {
        return domains > 1 && (step == Step.ENFORCE || step == Step.RETIRE);
    }
}

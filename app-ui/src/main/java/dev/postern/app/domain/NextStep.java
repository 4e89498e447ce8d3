package dev.postern.app.domain;

import dev.postern.check.Check;
import dev.postern.check.Verdict;
import dev.postern.db.finding.StoredFinding;
import dev.postern.rollout.EnforceGate;
import dev.postern.rollout.Requirement;
import dev.postern.rollout.Retirement;
import dev.postern.setup.MailDomain;
import dev.postern.setup.PolicyHosting;
import java.util.EnumSet;
import java.util.Set;

/// The one thing to do next for a domain.
///
/// @param title what to do
/// @param text  how, or why not yet
/// @param tab   the tab of the domain's page where it is done
public record NextStep(String title, String text, Tab tab) {

    /// The tabs of a domain's page.
    public enum Tab { SETUP, CHECKS, WATCH, REPORTS, PLAN }

    private static final Set<Check.Need> ENFORCE_RESTS_ON = EnumSet.of(Check.Need.REQUIRED, Check.Need.NO_FAILURE);

    public static NextStep of(DomainStatus status) {
        MailDomain domain = status.domain();
        if (status.verdict(Check.VANTAGE_AGREEMENT) == Verdict.FAIL) {
            return new NextStep("Look at this first", "Postern gets different answers from different places. That is what "
                    + "a downgrade attack looks like, and it can also be a change that is still spreading.", Tab.CHECKS);
        }
        return step(status, domain);
    }

    private static NextStep step(DomainStatus status, MailDomain domain) {
        String name = domain.name().unicode();
        return switch (domain.phase()) {
            case SETUP -> domain.verified()
                    ? new NextStep("Publish the policy in testing", "Confirm the mail servers and publish. In testing, "
                    + "senders deliver as before and report what failed.", Tab.SETUP)
                    : new NextStep("Prove that " + name + " is yours", "Publish the TXT record shown below. Postern looks "
                    + "again every few minutes, and at once when you press Check again.", Tab.SETUP);
            case TESTING -> testing(status);
            case ENFORCE -> broken(status)
                    ? new NextStep("Put the policy in order", "Something senders need is not as it should be. Mail may be "
                    + "refused while it stays so; look at the checks that fail, or go back to testing.", Tab.CHECKS)
                    : new NextStep("Nothing to do", "The policy is enforced, and Postern keeps watch.", Tab.WATCH);
            case RETIRING -> new NextStep("Wait until senders have forgotten the policy", "Leave record and policy host "
                    + "in place until Postern says that they may go (RFC 8461 §8.3): at least "
                    + Retirement.MAX_AGE_SECONDS / 3600 + " hours.", Tab.PLAN);
            case NONE -> new NextStep("Take the records away", "No sender holds the policy any more. The records at "
                    + "_mta-sts and mta-sts may go.", Tab.PLAN);
        };
    }

    private static NextStep testing(DomainStatus status) {
        if (status.verdict(Check.STS_POLICY_BODY) != Verdict.PASS) {
            return status.domain().hosting() == PolicyHosting.POSTERN
                    ? new NextStep("Lead senders to the policy", "Publish the CNAME of the policy host. The policy is "
                    + "ready there.", Tab.SETUP)
                    : new NextStep("Put the policy file on your web server", "Serve the file shown below, exactly as it "
                    + "is, as text/plain.", Tab.SETUP);
        }
        if (status.verdict(Check.STS_RECORD_SYNTAX) != Verdict.PASS) {
            return new NextStep("Announce the policy", "It is seen served. Now publish its id at _mta-sts.", Tab.SETUP);
        }
        if (status.verdict(Check.TLSRPT_RECORD) != Verdict.PASS) {
            return new NextStep("Let senders report", "Publish the TLS-RPT record: without reports there is nothing to "
                    + "watch.", Tab.SETUP);
        }
        if (EnforceGate.open(status.gate())) {
            return new NextStep("Ready to enforce", "Everything that enforce needs is there.", Tab.PLAN);
        }
        long missing = status.gate().stream().filter(requirement -> !requirement.met()).count();
        String watch = status.watch().cleanDays() + " of " + EnforceGate.CLEAN_DAYS + " clean days so far.";
        return new NextStep("Watch the reports", missing == 1 ? watch : watch + " Also missing: " + status.gate().stream()
                .filter(requirement -> !requirement.met()).limit(missing - 1).map(Requirement::title)
                .collect(java.util.stream.Collectors.joining(", ")) + ".", Tab.WATCH);
    }

    /// Only what enforce rests on: missing SPF, say, refuses nobody's mail to the domain.
    private static boolean broken(DomainStatus status) {
        return status.findings().stream().map(StoredFinding::finding).anyMatch(finding ->
                finding.verdict() == Verdict.FAIL && ENFORCE_RESTS_ON.contains(finding.check().need()));
    }
}

package dev.postern.app.domain;

import dev.postern.app.base.Words;
import dev.postern.check.Check;
import dev.postern.check.Verdict;
import dev.postern.name.HostName;
import dev.postern.rollout.Gate;
import dev.postern.rollout.MaxAge;
import dev.postern.rollout.News;
import dev.postern.rollout.PolicyTrail;
import dev.postern.rollout.Requirement;
import dev.postern.rollout.Step;
import dev.postern.setup.MailDomain;
import dev.postern.setup.PolicyHosting;
import java.util.List;
import java.util.Optional;

/// The one thing to do next for a domain.
///
/// @param title  what to do
/// @param text   how
/// @param why    why not yet: what is still missing, the first to work on first; empty where nothing is
/// @param action the step to take now; empty where the next thing is done elsewhere
/// @param tab    the tab of the domain's page where it is done, or where its evidence is
public record NextStep(String title, String text, List<Requirement> why, Optional<Step> action, Tab tab) {

    /// The tabs of a domain's page.
    public enum Tab { SETUP, CHECKS, WATCH, REPORTS, ROLLOUT, CHANGES }

    private NextStep(String title, String text, Tab tab) {
        this(title, text, List.of(), Optional.empty(), tab);
    }

    /// Whether mail may be refused until it is done.
    public boolean alarm() {
        return action.filter(Step.ROLL_BACK::equals).isPresent();
    }

    public static NextStep of(DomainStatus status) {
        MailDomain domain = status.domain();
        if (status.verdict(Check.VANTAGE_AGREEMENT) == Verdict.FAIL) {
            return new NextStep("Look at this first", "Postern gets different answers from different places. That is what "
                    + "a downgrade attack looks like, and it can also be a change that is still spreading.", Tab.CHECKS);
        }
        return switch (domain.phase()) {
            case SETUP -> setup(status);
            case TESTING -> testing(status);
            case ENFORCE -> enforce(status);
            case RETIRING -> retiring(status);
            case NONE -> new NextStep("Take the records away", "No sender holds the policy any more. The record at "
                    + "_mta-sts may go, then the host mta-sts (RFC 8461 §8.3).", Tab.SETUP);
        };
    }

    private static NextStep setup(DomainStatus status) {
        String name = status.domain().name().unicode();
        if (!status.domain().verified() && !status.plan().written().isEmpty()) {
            return new NextStep("Prove that " + name + " is yours", status.plan().records().isEmpty()
                    ? "Postern writes the records into your DNS and looks whether they are seen. That takes a minute or two."
                    : "Publish the CNAMEs shown below. Postern looks again every few minutes, and at once when you press "
                    + "Check again.", Tab.SETUP);
        }
        if (!status.domain().verified()) {
            return new NextStep("Prove that " + name + " is yours", "Publish the TXT record shown below. Postern looks "
                    + "again every few minutes, and at once when you press Check again.", Tab.SETUP);
        }
        return new NextStep("Publish the policy in testing", "Confirm the mail servers and publish. In testing, "
                + "senders deliver as before and report what failed.", Tab.SETUP);
    }

    private static NextStep testing(DomainStatus status) {
        Optional<NextStep> out = out(status);
        if (out.isPresent()) {
            return out.get();
        }
        if (status.verdict(Check.TLSRPT_RECORD) != Verdict.PASS) {
            return new NextStep("Let senders report", "Publish the TLS-RPT record: without reports there is nothing to "
                    + "watch.", Tab.SETUP);
        }
        Gate gate = status.gate(Step.ENFORCE).orElseThrow();
        if (gate.open()) {
            return new NextStep("Ready to enforce", "Everything that enforce needs is there.", List.of(),
                    Optional.of(Step.ENFORCE), Tab.ROLLOUT);
        }
        return new NextStep("Watch the reports", status.watch().cleanDays() + " of " + status.facts().rules().days()
                + " clean days so far.", gate.missing(), Optional.empty(), Tab.WATCH);
    }

    private static NextStep enforce(DomainStatus status) {
        if (!News.faults(status.facts()).isEmpty()) {
            return new NextStep("Senders may refuse mail now", "Something they insist on under enforce is broken. Mend it, "
                    + "or roll back to testing until it is.", status.gate(Step.LENGTHEN).map(Gate::missing).orElse(List.of())
                    .stream().filter(requirement -> requirement.check().isPresent()).toList(),
                    Optional.of(Step.ROLL_BACK), Tab.CHECKS);
        }
        List<String> refused = status.domain().observedMx().stream().filter(mx -> HostName.parse(mx).asOptional()
                .filter(host -> !status.facts().trail().refusing(host, status.facts().now()).isEmpty()).isPresent()).toList();
        if (!refused.isEmpty()) {
            return new NextStep("Senders refuse " + String.join(", ", refused), "It is an MX, and some senders still hold a "
                    + "policy that does not name it. What to do now is under Changes.", Tab.CHANGES);
        }
        Optional<NextStep> out = out(status);
        if (out.isPresent()) {
            return out.get();
        }
        Optional<Gate> longer = status.gate(Step.LENGTHEN);
        if (longer.filter(Gate::open).isPresent()) {
            return new NextStep("Let senders hold the policy for longer", "It has been enforced without a fault. With a "
                    + "max_age of " + RolloutTab.maxAge(status).longer().map(MaxAge::words).orElse("") + ", protection "
                    + "outlasts longer outages.", List.of(), Optional.of(Step.LENGTHEN), Tab.ROLLOUT);
        }
        return new NextStep("Nothing to do", "The policy is enforced, and Postern keeps watch.",
                longer.map(Gate::missing).orElse(List.of()), Optional.empty(), Tab.WATCH);
    }

    private static NextStep retiring(DomainStatus status) {
        return out(status).orElseGet(() -> new NextStep("Wait until senders have forgotten the policy", status.facts()
                .trail().forgottenAt().map(at -> "Leave record and policy host in place until " + Words.time(at)
                + ": until then a sender may hold an older policy (RFC 8461 §8.3).")
                .orElse("Leave record and policy host in place (RFC 8461 §8.3)."), Tab.ROLLOUT));
    }

    /// What is missing until the newest policy is out: the policy first, then its id (RFC 8461 §8.1).
    private static Optional<NextStep> out(DomainStatus status) {
        boolean hosted = status.domain().hosting() == PolicyHosting.POSTERN;
        PolicyTrail.Progress progress = status.facts().trail().progress();
        return switch (progress) {
            case NOTHING, OUT -> Optional.empty();
            case POLICY_AWAITED -> Optional.of(hosted && status.plan().writtenByPostern(Check.POLICY_HOST_ADDRESS)
                    ? new NextStep("Postern leads senders to the policy", "It writes the CNAME of the policy host, and looks "
                    + "whether the policy is seen there. That takes a minute or two.", Tab.SETUP) : hosted
                    ? new NextStep("Lead senders to the policy", "Publish the CNAME of the policy host. The policy is "
                    + "ready there.", Tab.SETUP)
                    : new NextStep("Put the policy file on your web server", "Serve the file shown below, exactly as it "
                    + "is, as text/plain.", Tab.SETUP));
            case ID_AWAITED -> Optional.of(status.plan().writtenByPostern(Check.STS_RECORD_SYNTAX)
                    ? new NextStep("Postern announces the policy", "It is seen served. Postern writes its id into the DNS, which "
                    + "the world sees within minutes. Set-up shows how that goes.", Tab.SETUP)
                    : new NextStep("Announce the policy", "It is seen served. Now publish its id at "
                    + "_mta-sts.", Tab.SETUP));
        };
    }
}

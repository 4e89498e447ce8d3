package dev.postern.timeline;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.postern.check.Verdict;
import dev.postern.mtasts.Mode;
import dev.postern.rollout.Phase;
import dev.postern.rollout.Step;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyHosting;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// One thing that happened. The JSON form carries its kind in `kind`; kinds and fields are kept for ever, since
/// stored events are read by later versions.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
        @JsonSubTypes.Type(value = TimelineEvent.DomainAdded.class, name = "domain-added"),
        @JsonSubTypes.Type(value = TimelineEvent.DomainRemoved.class, name = "domain-removed"),
        @JsonSubTypes.Type(value = TimelineEvent.MxHostAdded.class, name = "mx-host-added"),
        @JsonSubTypes.Type(value = TimelineEvent.MxHostRemoved.class, name = "mx-host-removed"),
        @JsonSubTypes.Type(value = TimelineEvent.OwnershipProven.class, name = "ownership-proven"),
        @JsonSubTypes.Type(value = TimelineEvent.PolicyPublished.class, name = "policy-published"),
        @JsonSubTypes.Type(value = TimelineEvent.HostingChanged.class, name = "hosting-changed"),
        @JsonSubTypes.Type(value = TimelineEvent.PhaseChanged.class, name = "phase-changed"),
        @JsonSubTypes.Type(value = TimelineEvent.CheckChanged.class, name = "check-changed"),
        @JsonSubTypes.Type(value = TimelineEvent.MxChanged.class, name = "mx-changed"),
        @JsonSubTypes.Type(value = TimelineEvent.CertificateReplaced.class, name = "certificate-replaced"),
        @JsonSubTypes.Type(value = TimelineEvent.PolicySeenServed.class, name = "policy-seen-served"),
        @JsonSubTypes.Type(value = TimelineEvent.PolicyAnnounced.class, name = "policy-announced"),
        @JsonSubTypes.Type(value = TimelineEvent.WatchReset.class, name = "watch-reset"),
        @JsonSubTypes.Type(value = TimelineEvent.FailuresSetAside.class, name = "failures-set-aside"),
        @JsonSubTypes.Type(value = TimelineEvent.SetAsideEnded.class, name = "set-aside-ended"),
        @JsonSubTypes.Type(value = TimelineEvent.WatchRulesChanged.class, name = "watch-rules-changed"),
        @JsonSubTypes.Type(value = TimelineEvent.GateOpened.class, name = "gate-opened"),
        @JsonSubTypes.Type(value = TimelineEvent.IncidentBegan.class, name = "incident-began"),
        @JsonSubTypes.Type(value = TimelineEvent.IncidentEnded.class, name = "incident-ended"),
        @JsonSubTypes.Type(value = TimelineEvent.PlanStarted.class, name = "plan-started"),
        @JsonSubTypes.Type(value = TimelineEvent.PlanStepDone.class, name = "plan-step-done"),
        @JsonSubTypes.Type(value = TimelineEvent.PlanCompleted.class, name = "plan-completed"),
        @JsonSubTypes.Type(value = TimelineEvent.PlanAbandoned.class, name = "plan-abandoned"),
        @JsonSubTypes.Type(value = TimelineEvent.PlanAlarm.class, name = "plan-alarm"),
        @JsonSubTypes.Type(value = TimelineEvent.ReportReceived.class, name = "report-received"),
        @JsonSubTypes.Type(value = TimelineEvent.ReportRejected.class, name = "report-rejected"),
        @JsonSubTypes.Type(value = TimelineEvent.DnsWritingChosen.class, name = "dns-writing-chosen"),
        @JsonSubTypes.Type(value = TimelineEvent.DnsRecordWritten.class, name = "dns-record-written"),
        @JsonSubTypes.Type(value = TimelineEvent.DnsWriteFailed.class, name = "dns-write-failed")})
public sealed interface TimelineEvent {

    /// The name of the domain or MX host in A-labels; it stays readable after the domain was removed.
    String domain();

    Severity severity();

    /// What happened, in one line.
    String headline();

    private static String because(String reason) {
        return reason == null || reason.isEmpty() ? "" : ": " + reason;
    }

    /// @param by the person, as shown to others
    record DomainAdded(String domain, String by) implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.INFO;
        }

        @Override
        public String headline() {
            return "Domain added by " + by;
        }
    }

    record DomainRemoved(String domain, String by) implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.WARNING;
        }

        @Override
        public String headline() {
            return "Domain removed by " + by;
        }
    }

    /// @param domain the host
    record MxHostAdded(String domain, String by) implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.INFO;
        }

        @Override
        public String headline() {
            return "MX host added by " + by;
        }
    }

    /// @param domain the host
    record MxHostRemoved(String domain, String by) implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.WARNING;
        }

        @Override
        public String headline() {
            return "MX host removed by " + by;
        }
    }

    record OwnershipProven(String domain, OwnershipProof proof) implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.GOOD;
        }

        @Override
        public String headline() {
            return "Ownership proven by " + proof.words();
        }
    }

    /// @param policyId the id for the `_mta-sts` record
    /// @param reason   in the person's words; empty or, in what older versions stored, null where none was given
    record PolicyPublished(String domain, int version, Mode mode, long maxAgeSeconds, List<String> mx,
                           String policyId, String by, String reason) implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.INFO;
        }

        @Override
        public String headline() {
            return "Policy version " + version + " (" + mode.wire() + ") published by " + by + because(reason);
        }
    }

    record HostingChanged(String domain, PolicyHosting to, String by) implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.INFO;
        }

        @Override
        public String headline() {
            return (to == PolicyHosting.POSTERN ? "Policy now hosted by Postern" : "Policy now on your own web server")
                    + ", chosen by " + by;
        }
    }

    /// @param by     who chose it; `Postern` where time did
    /// @param reason in the person's words; empty or, in what older versions stored, null where none was given
    record PhaseChanged(String domain, Phase from, Phase to, String by, String reason) implements TimelineEvent {
        @Override
        public Severity severity() {
            return to == Phase.ENFORCE ? Severity.GOOD : Severity.INFO;
        }

        @Override
        public String headline() {
            return from.title() + " → " + to.title() + ", by " + by + because(reason);
        }
    }

    /// A probe has seen the version served from outside.
    record PolicySeenServed(String domain, int version) implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.INFO;
        }

        @Override
        public String headline() {
            return "Policy version " + version + " is seen served; its id may go into the DNS";
        }
    }

    /// A probe has seen the version's id in the DNS while it was served.
    record PolicyAnnounced(String domain, int version, String policyId) implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.GOOD;
        }

        @Override
        public String headline() {
            return "Policy version " + version + " is announced with id " + policyId;
        }
    }

    /// A failure that enforce would have refused set the watch back.
    ///
    /// @param day        the day that the report is about
    /// @param resultType the word in the report
    /// @param mx         empty where the sender named none
    /// @param remedy     what to do about it
    /// @param enforced   whether senders refused the mail, since the policy was enforced
    /// @param report     key of a stored report that tells of it; null where it is no longer kept
    record WatchReset(String domain, LocalDate day, String organizationName, String resultType, String mx,
                      long sessions, String remedy, boolean enforced, UUID report) implements TimelineEvent {

        public WatchReset toldBy(UUID report) {
            return new WatchReset(domain, day, organizationName, resultType, mx, sessions, remedy, enforced, report);
        }

        @Override
        public Severity severity() {
            return Severity.PROBLEM;
        }

        @Override
        public String headline() {
            return (enforced ? "Mail was refused on " : "The watch begins anew after ") + day + ": " + sessions + " × "
                    + resultType + (mx.isEmpty() ? "" : " at " + mx) + ", reported by "
                    + (organizationName.isEmpty() ? "an unnamed sender" : organizationName) + ". " + remedy;
        }
    }

    /// @param resultType the word in the report; empty for every type
    /// @param mx         empty for every MX
    /// @param reason     in the person's words
    record FailuresSetAside(String domain, String organizationName, String resultType, String mx, String reason,
                            String by) implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.WARNING;
        }

        @Override
        public String headline() {
            return "Failures reported by " + organizationName + (resultType.isEmpty() ? "" : " (" + resultType + ")")
                    + (mx.isEmpty() ? "" : " at " + mx) + " set aside by " + by + ": " + reason;
        }
    }

    record SetAsideEnded(String domain, String organizationName, String by) implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.INFO;
        }

        @Override
        public String headline() {
            return "Failures reported by " + organizationName + " count again, by " + by;
        }
    }

    /// The organisation asks for more or less of a watch from now on.
    ///
    /// @param domain empty: it holds for all
    record WatchRulesChanged(String domain, int days, int organizations, long sessions, String by)
            implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.WARNING;
        }

        @Override
        public String headline() {
            return "A watch now needs " + days + " clean days, " + organizations + (organizations == 1 ? " organization"
                    : " organizations") + " and " + sessions + (sessions == 1 ? " session" : " sessions") + ", by " + by;
        }
    }

    /// Everything that a step needs is there.
    record GateOpened(String domain, Step step) implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.GOOD;
        }

        @Override
        public String headline() {
            return "Ready: " + step.title();
        }
    }

    /// A fault stands while senders may hold a policy in enforce: they refuse mail because of it.
    ///
    /// @param checkIds the checks that fail
    /// @param message  what they say
    record IncidentBegan(String domain, List<String> checkIds, String message) implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.PROBLEM;
        }

        @Override
        public String headline() {
            return "Senders may refuse mail now. " + message;
        }
    }

    /// @param checkIds the checks that failed
    record IncidentEnded(String domain, List<String> checkIds) implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.GOOD;
        }

        @Override
        public String headline() {
            return "Nothing makes senders refuse mail any more";
        }
    }

    /// @param title what is to change
    record PlanStarted(String domain, UUID plan, String title, String by) implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.INFO;
        }

        @Override
        public String headline() {
            return "Change planned by " + by + ": " + title;
        }
    }

    /// A probe has seen a step of a plan done.
    ///
    /// @param title     what is to change
    /// @param step      stable id of the step
    /// @param stepTitle what was done
    /// @param evidence  what was seen, in a sentence
    record PlanStepDone(String domain, UUID plan, String title, String step, String stepTitle, String evidence)
            implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.GOOD;
        }

        @Override
        public String headline() {
            return "Done: " + stepTitle + ". " + evidence;
        }
    }

    record PlanCompleted(String domain, UUID plan, String title) implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.GOOD;
        }

        @Override
        public String headline() {
            return "Change completed: " + title;
        }
    }

    record PlanAbandoned(String domain, UUID plan, String title, String by) implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.WARNING;
        }

        @Override
        public String headline() {
            return "Change abandoned by " + by + ": " + title;
        }
    }

    /// The world moves against a plan, or an MX is there that senders refuse.
    ///
    /// @param plan     null where it concerns no plan
    /// @param cause    names the cause among those of the domain or plan
    /// @param title    what is wrong
    /// @param message  what is so, and for how long
    /// @param remedies what to do now, the best first
    record PlanAlarm(String domain, UUID plan, String cause, String title, String message, List<String> remedies)
            implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.PROBLEM;
        }

        @Override
        public String headline() {
            return title + ". " + message;
        }
    }

    /// @param checkId stable id of the check
    record CheckChanged(String domain, String checkId, String title, Verdict from, Verdict to, String message)
            implements TimelineEvent {
        @Override
        public Severity severity() {
            return switch (to) {
                case PASS -> Severity.GOOD;
                case WARN, UNKNOWN -> Severity.WARNING;
                case FAIL -> Severity.PROBLEM;
            };
        }

        @Override
        public String headline() {
            return title + ": " + message;
        }
    }

    /// @param added   MX hosts that were not there before
    /// @param removed MX hosts that are gone
    /// @param covered whether the policy names all of those added; true where there is no policy
    record MxChanged(String domain, List<String> added, List<String> removed, boolean covered)
            implements TimelineEvent {
        @Override
        public Severity severity() {
            return covered ? Severity.INFO : Severity.PROBLEM;
        }

        @Override
        public String headline() {
            String what = (added.isEmpty() ? "" : "MX added: " + String.join(", ", added) + (removed.isEmpty() ? "" : "; "))
                    + (removed.isEmpty() ? "" : "MX removed: " + String.join(", ", removed));
            return covered ? what : what + "; the policy does not name it";
        }
    }

    /// A server shows another certificate than before.
    ///
    /// @param host     the MX or the policy host
    /// @param issuer   of the new one
    /// @param notAfter when the new one expires
    /// @param trusted  whether the new one leads to a trusted root and names the host
    record CertificateReplaced(String domain, String host, String issuer, Instant notAfter, boolean trusted)
            implements TimelineEvent {
        @Override
        public Severity severity() {
            return trusted ? Severity.INFO : Severity.PROBLEM;
        }

        @Override
        public String headline() {
            return "New certificate at " + host + (trusted ? ", valid until " + notAfter : ", which senders refuse");
        }
    }

    /// @param report       key of the stored report
    /// @param successful   successful sessions of the report's widest policy, never added across policy types
    ///                     (RFC 8460 §4.3)
    /// @param failed       failed sessions likewise
    /// @param failures     failed sessions by result type, as reported
    record ReportReceived(String domain, UUID report, String organizationName, String reportId, Instant start,
                          Instant end, long successful, long failed, Map<String, Long> failures)
            implements TimelineEvent {
        @Override
        public Severity severity() {
            return failed > 0 ? Severity.PROBLEM : Severity.INFO;
        }

        @Override
        public String headline() {
            return "Report from " + (organizationName.isEmpty() ? "an unnamed sender" : organizationName) + ": "
                    + (failed > 0 ? failed + " of " + (failed + successful) + " sessions failed"
                    : successful + (successful == 1 ? " session" : " sessions") + ", none failed");
        }
    }

    /// @param rejected key of the kept bytes
    /// @param code     stable reason
    record ReportRejected(String domain, UUID rejected, String code, String reason) implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.WARNING;
        }

        @Override
        public String headline() {
            return "A report was not counted: " + reason;
        }
    }

    /// @param writer who writes the DNS records from now on, in words; `you` for a person
    record DnsWritingChosen(String domain, String writer, String by) implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.INFO;
        }

        @Override
        public String headline() {
            return "DNS records are now written by " + writer + ", chosen by " + by;
        }
    }

    /// @param name     owner name of the record
    /// @param type     `TXT` or `CNAME`
    /// @param value    what it says now
    /// @param replaced what stood there before, of the same kind; empty where nothing did
    /// @param provider where it was written, in words
    record DnsRecordWritten(String domain, String name, String type, String value, String replaced, String provider)
            implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.GOOD;
        }

        @Override
        public String headline() {
            return "DNS record " + name + " written at " + provider + ": " + value;
        }
    }

    /// Told once, and again only after a write has succeeded.
    ///
    /// @param reason what is wrong and what to do
    record DnsWriteFailed(String domain, String provider, String reason) implements TimelineEvent {
        @Override
        public Severity severity() {
            return Severity.PROBLEM;
        }

        @Override
        public String headline() {
            return "DNS records could not be written at " + provider + ": " + reason;
        }
    }
}

package dev.postern.rollout;

import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ResultType;
import java.time.LocalDate;
import java.util.List;

/// What reports say of one domain, day by day, as far as the [simulation][EnforceSimulation] looks at it. Rows may come in
/// any order, and several of the same kind add up.
///
/// @param sessions what senders counted under each policy type
/// @param failures why sessions failed
public record Reported(List<Sessions> sessions, List<Failures> failures) {

    /// Sessions of one organization on one day under one policy type.
    ///
    /// @param organization the reporting organization as it names itself
    /// @param authentic    whether the reports are signed by their sender, or were uploaded by a member
    /// @param speaking     sessions of the reports for which this policy type speaks. These alone can be added up over
    ///                     policy types: one session may stand under several (RFC 8460 §4.3)
    public record Sessions(LocalDate day, String organization, boolean authentic, PolicyType policyType, long successful,
                           long failed, long speaking) {
    }

    /// Failed sessions of one kind at one MX.
    ///
    /// @param mx           as the sender named it; empty where it did not
    /// @param failed       sessions
    /// @param withoutCount failure details that do not say of how many sessions: of one at least
    public record Failures(LocalDate day, String organization, boolean authentic, PolicyType policyType,
                           ResultType resultType, String mx, long failed, long withoutCount) {
    }

    public static final Reported NOTHING = new Reported(List.of(), List.of());

    public Reported {
        sessions = List.copyOf(sessions);
        failures = List.copyOf(failures);
    }
}

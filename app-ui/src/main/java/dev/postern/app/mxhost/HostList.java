package dev.postern.app.mxhost;

import dev.postern.check.Verdict;
import dev.postern.db.report.PolicyTypeFigures;
import dev.postern.setup.MxHostCandidate;
import dev.postern.setup.RegisteredMxHost;
import java.util.List;
import java.util.Optional;

/// An organisation's MX hosts at a glance.
///
/// @param candidates hosts that its domains name and that are not registered
public record HostList(List<Row> rows, List<MxHostCandidate> candidates) {

    /// One registered host.
    ///
    /// @param serves names of the organisation's domains whose mail goes there, in A-labels
    /// @param record whether its TLSRPT record is live; unknown before the first probe
    /// @param total  its reports of the period; absent without any
    public record Row(RegisteredMxHost host, List<String> serves, Verdict record,
                      Optional<PolicyTypeFigures.Total> total) {
        public Row {
            serves = List.copyOf(serves);
        }
    }

    public HostList {
        rows = List.copyOf(rows);
        candidates = List.copyOf(candidates);
    }
}

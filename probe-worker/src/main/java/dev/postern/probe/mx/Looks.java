package dev.postern.probe.mx;

import dev.postern.observation.MxHost;
import java.time.Instant;
import java.util.Optional;

/// Where looks at MX hosts are kept and shared: by the workers of a vantage point in the database, by a single command
/// in memory.
public interface Looks {

    /// What was seen of a host.
    ///
    /// @param notBefore older looks don't count
    Optional<MxHost> find(String host, Instant notBefore);

    /// Claims a host for one look.
    ///
    /// @return false while another worker is looking
    boolean claim(String host);

    /// Keeps a look, and ends the claim.
    void keep(MxHost seen);

    /// Ends a claim without a look.
    void release(String host);
}

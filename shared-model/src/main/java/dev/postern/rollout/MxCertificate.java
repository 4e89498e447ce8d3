package dev.postern.rollout;

import dev.postern.observation.MxEndpoint;
import dev.postern.observation.MxHost;
import dev.postern.observation.Observation;
import dev.postern.pki.Chain;
import dev.postern.pki.Trust;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// How long the certificates of one MX last.
///
/// @param until the earliest end among its addresses; empty when one of them shows none that is trusted and names the
///              MX, or none was seen
public record MxCertificate(String mx, Optional<Instant> until) {

    /// Of each MX that was seen.
    public static List<MxCertificate> of(Observation seen) {
        return seen.mxHosts().stream().map(MxCertificate::of).toList();
    }

    private static MxCertificate of(MxHost host) {
        var chains = host.endpoints().stream().map(MxEndpoint::tls).flatMap(Optional::stream)
                .map(MxEndpoint.Tls::chain).flatMap(Optional::stream).toList();
        boolean good = !chains.isEmpty() && chains.stream().allMatch(chain -> chain.trust() == Trust.TRUSTED
                && chain.leaf().covers(host.host()));
        return new MxCertificate(host.host(), good ? chains.stream().map(Chain::certificates).flatMap(List::stream)
                .map(each -> each.notAfter()).min(Comparator.naturalOrder()) : Optional.empty());
    }
}

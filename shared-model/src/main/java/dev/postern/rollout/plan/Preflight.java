package dev.postern.rollout.plan;

import dev.postern.name.HostName;
import java.util.List;
import java.util.Optional;

/// What a probe looks at for the plans of a domain, beyond what the domain publishes itself.
///
/// @param hosts hosts that are to become MXs
/// @param caa   hosts whose CAA records matter
/// @param place the name where the policy host is to be; empty when it does not move
public record Preflight(List<HostName> hosts, List<HostName> caa, Optional<HostName> place) {

    public Preflight {
        hosts = List.copyOf(hosts);
        caa = List.copyOf(caa);
    }

    /// What these changes together need.
    public static Preflight of(List<Change> changes) {
        return new Preflight(changes.stream().flatMap(change -> change.incoming().stream()).distinct().toList(),
                changes.stream().flatMap(change -> change instanceof Change.RenewCertificate renewal
                        && renewal.authority().isPresent() ? List.of(renewal.mx()).stream()
                        : List.<HostName>of().stream()).distinct().toList(),
                changes.stream().flatMap(change -> change instanceof Change.MovePolicyHost move
                        ? List.of(move.target()).stream() : List.<HostName>of().stream()).findFirst());
    }

    public boolean nothing() {
        return hosts.isEmpty() && caa.isEmpty() && place.isEmpty();
    }
}

package dev.postern.setup;

import dev.postern.name.DomainName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// An MX host that an organisation's domains name and that is not registered: what may be done about it.
///
/// @param host   in A-labels
/// @param serves the organisation's domains that name it, in A-labels, sorted
public record MxHostCandidate(String host, List<String> serves, Standing standing) {

    /// Whose the host's name is.
    public enum Standing {
        /// In or below a domain that the organisation has proven: it can publish the record.
        OWN,
        /// In or below a domain of the organisation that is not proven yet.
        UNPROVEN,
        /// Somebody else's: only its owner can publish the record, and gets the reports.
        FOREIGN
    }

    public MxHostCandidate {
        serves = List.copyOf(serves);
    }

    /// The hosts that the domains name, without those registered; own ones first, then by name.
    ///
    /// @param registered names of registered MX hosts
    public static List<MxHostCandidate> of(Collection<MailDomain> domains, Set<DomainName> registered) {
        Map<String, List<String>> serves = new TreeMap<>();
        for (MailDomain domain : domains) {
            domain.observedMx().stream().filter(host -> !host.equals(".")).distinct().forEach(host ->
                    serves.computeIfAbsent(host, _ -> new ArrayList<>()).add(domain.name().ascii()));
        }
        registered.forEach(host -> serves.remove(host.ascii()));
        Map<Standing, List<MxHostCandidate>> byStanding = new LinkedHashMap<>();
        for (Standing standing : Standing.values()) {
            byStanding.put(standing, new ArrayList<>());
        }
        serves.forEach((host, names) -> {
            Standing standing = standing(host, domains);
            byStanding.get(standing).add(new MxHostCandidate(host, names.stream().sorted().toList(), standing));
        });
        return byStanding.values().stream().flatMap(List::stream).toList();
    }

    private static Standing standing(String host, Collection<MailDomain> domains) {
        var around = domains.stream().filter(domain -> host.equals(domain.name().ascii())
                || host.endsWith("." + domain.name().ascii())).toList();
        return around.stream().anyMatch(MailDomain::verified) ? Standing.OWN
                : around.isEmpty() ? Standing.FOREIGN : Standing.UNPROVEN;
    }
}

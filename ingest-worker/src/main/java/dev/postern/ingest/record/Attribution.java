package dev.postern.ingest.record;

import dev.postern.db.report.RecordingStore;
import dev.postern.db.report.ReportAddresses;
import dev.postern.ingest.log.Destination;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.tlsrpt.ReportingDay;
import dev.postern.tlsrpt.TlsReport;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// Whose the reports of some messages are: looked up once for all of them.
final class Attribution {

    /// Whom a piece belongs to, and what of it.
    sealed interface Found {

        /// It is about these domains, all of one organisation.
        ///
        /// @param parts not empty
        record Own(UUID tenant, List<Part> parts) implements Found {
        }

        /// It can't be counted.
        ///
        /// @param domain whose address it came to; empty where it came to the organisation itself
        record Refused(UUID tenant, Optional<ReportAddresses.Owner> domain, Problem reason) implements Found {
        }

        /// It came to an address that belongs to no domain any more.
        record Nobody() implements Found {
        }
    }

    /// What of a report is about one domain.
    record Part(ReportAddresses.Owner owner, TlsReport report, List<Problem> notes) {
    }

    private final ReportAddresses addresses;
    private final Map<String, ReportAddresses.Owner> byToken;
    /// An import has many reports about the same few domains.
    private final Map<Named, List<ReportAddresses.Owner>> byNames = new HashMap<>();
    private final Map<UUID, Map<String, ReportAddresses.Owner>> mxHosts = new HashMap<>();

    private record Named(UUID tenant, List<String> names) {
    }

    private Attribution(ReportAddresses addresses, Map<String, ReportAddresses.Owner> byToken) {
        this.addresses = addresses;
        this.byToken = byToken;
    }

    static Attribution of(ReportAddresses addresses, Collection<Destination> destinations) {
        Set<String> tokens = new HashSet<>();
        for (Destination destination : destinations) {
            if (destination instanceof Destination.Address(var token)) {
                tokens.add(token);
            }
        }
        return new Attribution(addresses, tokens.isEmpty() ? Map.of() : addresses.owners(tokens));
    }

    /// The organisation that a message is for, and the domain if it came to one's address.
    Optional<Found.Refused> destination(Destination destination, Problem reason) {
        return switch (destination) {
            case Destination.Address(var token) -> Optional.ofNullable(byToken.get(token))
                    .map(owner -> new Found.Refused(owner.tenant(), Optional.of(owner), reason));
            case Destination.Organisation(var tenant) -> Optional.of(new Found.Refused(tenant, Optional.empty(), reason));
        };
    }

    Found find(Destination destination, Parsed<ReportContent.Read> content, Instant receivedAt) {
        return switch (content) {
            case Parsed.Invalid<ReportContent.Read> invalid -> refused(destination, problem(invalid));
            case Parsed.Valid<ReportContent.Read>(var read, var _) -> {
                LocalDate day = ReportingDay.of(read.report().start(), read.report().end());
                yield RecordingStore.isPlausible(day, receivedAt) ? find(destination, read.report())
                        : refused(destination, new Problem("period-implausible", "The report says that it is about " + day
                                + ", which can't be: it came on " + receivedAt + ".", "RFC 8460 §4.4"));
            }
        };
    }

    private Found find(Destination destination, TlsReport report) {
        return switch (destination) {
            case Destination.Address(var token) -> {
                ReportAddresses.Owner owner = byToken.get(token);
                yield owner == null ? new Found.Nobody() : find(destination, owner, report);
            }
            case Destination.Organisation(var tenant) -> {
                var parts = new ArrayList<Part>();
                List<ReportAddresses.Owner> owners = byNames.computeIfAbsent(new Named(tenant,
                        Addressee.names(report)), named -> addresses.named(named.tenant(), named.names()));
                Set<String> hosts = owners.stream().filter(ReportAddresses.Owner::mxHost)
                        .map(ReportAddresses.Owner::domain).collect(Collectors.toSet());
                for (ReportAddresses.Owner owner : owners) {
                    if (new Addressee(owner, false, hosts).ownPart(report) instanceof Parsed.Valid<TlsReport>(var own, var notes)
                            && !own.policies().isEmpty()) {
                        parts.add(new Part(owner, own, notes));
                    }
                }
                yield parts.isEmpty() ? refused(destination, new Problem("misdirected", "The report bears "
                        + Addressee.borne(report) + ", which this organisation does not have here. Add the domain, then "
                        + "try the report again.", "RFC 8460 §4.4")) : new Found.Own(tenant, parts);
            }
        };
    }

    /// What came to the address of a domain or MX host. What it says under `tlsa` about a registered MX host of the same
    /// organisation is that host's, whichever of the organisation's addresses the sender found (RFC 8460 §3 lets it be
    /// the recipient domain's).
    private Found find(Destination destination, ReportAddresses.Owner owner, TlsReport report) {
        List<ReportAddresses.Owner> hosts = otherHosts(owner, Addressee.tlsaBases(report));
        Set<String> names = hosts.stream().map(ReportAddresses.Owner::domain).collect(Collectors.toSet());
        var parts = new ArrayList<Part>();
        switch (new Addressee(owner, true, names).ownPart(report)) {
            case Parsed.Valid<TlsReport>(var own, var notes) -> parts.add(new Part(owner, own, notes));
            case Parsed.Invalid<TlsReport> invalid -> {
                if (hosts.isEmpty()) {
                    return refused(destination, problem(invalid));
                }
            }
        }
        for (ReportAddresses.Owner host : hosts) {
            TlsReport about = new Addressee(host, false, Set.of()).ownPart(report).orThrow();
            parts.add(new Part(host, about, List.of(new Problem("other-address", "The report came to the address of "
                    + owner.domain() + ". What it says about this MX host is counted here.", "RFC 8460 §4.4"))));
        }
        return new Found.Own(owner.tenant(), parts);
    }

    private List<ReportAddresses.Owner> otherHosts(ReportAddresses.Owner owner, Set<String> bases) {
        if (bases.isEmpty() || owner.mxHost() && bases.equals(Set.of(owner.domain()))) {
            return List.of();
        }
        Map<String, ReportAddresses.Owner> registered = mxHosts.computeIfAbsent(owner.tenant(), addresses::mxHosts);
        return bases.stream().sorted().map(registered::get).filter(Objects::nonNull)
                .filter(host -> !host.domainId().equals(owner.domainId())).toList();
    }

    private Found refused(Destination destination, Problem reason) {
        return destination(destination, reason).<Found>map(refused -> refused).orElseGet(Found.Nobody::new);
    }

    /// The first problem's code, and all in words.
    private static Problem problem(Parsed.Invalid<?> invalid) {
        return new Problem(invalid.problems().getFirst().code(), invalid.reason(), "");
    }
}

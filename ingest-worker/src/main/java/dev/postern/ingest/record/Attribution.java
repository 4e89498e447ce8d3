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
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

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
                yield owner == null ? new Found.Nobody() : switch (new Addressee(owner, true).ownPart(report)) {
                    case Parsed.Invalid<TlsReport> invalid -> refused(destination, problem(invalid));
                    case Parsed.Valid<TlsReport>(var own, var notes) ->
                            new Found.Own(owner.tenant(), List.of(new Part(owner, own, notes)));
                };
            }
            case Destination.Organisation(var tenant) -> {
                var parts = new ArrayList<Part>();
                for (ReportAddresses.Owner owner : byNames.computeIfAbsent(new Named(tenant, Addressee.names(report)),
                        named -> addresses.named(named.tenant(), named.names()))) {
                    if (new Addressee(owner, false).ownPart(report) instanceof Parsed.Valid<TlsReport>(var own, var notes)
                            && !own.policies().isEmpty()) {
                        parts.add(new Part(owner, own, notes));
                    }
                }
                yield parts.isEmpty() ? refused(destination, new Problem("misdirected", "The report bears "
                        + Addressee.borne(report) + ", none of which is a domain here. Add the domain, then bring the "
                        + "report again.", "RFC 8460 §4.4")) : new Found.Own(tenant, parts);
            }
        };
    }

    private Found refused(Destination destination, Problem reason) {
        return destination(destination, reason).<Found>map(refused -> refused).orElseGet(Found.Nobody::new);
    }

    /// The first problem's code, and all in words.
    private static Problem problem(Parsed.Invalid<?> invalid) {
        return new Problem(invalid.problems().getFirst().code(), invalid.reason(), "");
    }
}

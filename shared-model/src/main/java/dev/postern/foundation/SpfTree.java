package dev.postern.foundation;

import dev.postern.foundation.SpfTerm.Directive;
import dev.postern.foundation.SpfTerm.Mechanism;
import dev.postern.foundation.SpfTerm.Qualifier;
import dev.postern.observation.DnsAnswer;
import dev.postern.parse.Parsed;
import dev.postern.parse.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Where an SPF record leads by `include` and `redirect`, as a receiver follows it that no mechanism stops early.
///
/// @param lookups how many terms cause a lookup, all records together (RFC 7208 §4.6.4); counting ends soon after ten
/// @param faults  what makes receivers report an error, each a sentence without full stop
/// @param unknown names whose records could not be read, or were not asked for
/// @param open    where a record stands that lets any server pass, `+all` or a network of every address
/// @param macros  whether a macro leads somewhere that only a message tells
/// @param branches what each term of the record itself comes to, as far as it was followed
public record SpfTree(int lookups, List<String> faults, List<String> unknown, List<String> open, boolean macros,
                      List<Branch> branches) {

    /// One term of the record, with all that it leads to.
    ///
    /// @param lookups how many it causes
    /// @param faulty  whether it is a reason for [SpfTree#faults]
    /// @param open    whether it lets any server pass
    public record Branch(SpfTerm term, int lookups, boolean faulty, boolean open) {
    }

    /// What receivers allow (RFC 7208 §4.6.4).
    public static final int MOST_LOOKUPS = 10;
    /// Far enough beyond the limit to say by how much.
    private static final int ENOUGH = 40;

    public SpfTree {
        faults = List.copyOf(faults);
        unknown = List.copyOf(unknown);
        open = List.copyOf(open);
        branches = List.copyOf(branches);
    }

    /// Whether there may be more lookups than were counted.
    public boolean cutShort() {
        return lookups >= ENOUGH || !unknown.isEmpty();
    }

    /// Follows a record.
    ///
    /// @param domain   where it stands, lower case
    /// @param included TXT of the names that it leads to; a name that is not in it was not asked for
    public static SpfTree of(String domain, SpfRecord record, Map<String, DnsAnswer> included) {
        var walk = new Walk(included);
        var branches = new ArrayList<Branch>();
        for (SpfTerm term : followed(record)) {
            if (walk.lookups >= ENOUGH) {
                break;
            }
            branches.add(walk.branch(term, List.of(domain)));
        }
        return new SpfTree(walk.lookups, List.copyOf(walk.faults), List.copyOf(walk.unknown), List.copyOf(walk.open),
                walk.macros, branches);
    }

    /// The names that a record leads to next, in lower case, without those that hold macros.
    public static List<String> next(SpfRecord record) {
        return targets(record).flatMap(target -> target.name().stream()).distinct().toList();
    }

    private static Stream<DomainSpec> targets(SpfRecord record) {
        return Stream.concat(record.evaluated().stream().map(Directive::mechanism)
                .filter(Mechanism.Include.class::isInstance).map(mechanism -> ((Mechanism.Include) mechanism).target()),
                record.redirect().stream());
    }

    /// What a receiver gets to: the directives, and the redirect unless an `all` makes it void.
    private static List<SpfTerm> followed(SpfRecord record) {
        return Stream.<SpfTerm>concat(record.evaluated().stream(), record.redirect().stream()
                .map(SpfTerm.Redirect::new))
                .toList();
    }

    private static final class Walk {

        private final Map<String, DnsAnswer> included;
        private final Set<String> faults = new LinkedHashSet<>();
        private final Set<String> unknown = new LinkedHashSet<>();
        private final Set<String> open = new LinkedHashSet<>();
        private int lookups;
        private int faultsMet;
        private int openMet;
        private boolean macros;

        Walk(Map<String, DnsAnswer> included) {
            this.included = included;
        }

        Branch branch(SpfTerm term, List<String> path) {
            int lookupsBefore = lookups;
            int faultsBefore = faultsMet;
            int openBefore = openMet;
            follow(term, path, true);
            return new Branch(term, lookups - lookupsBefore, faultsMet > faultsBefore, openMet > openBefore);
        }

        /// @param passing whether a match in this record lets the sender pass in the end
        private void follow(SpfRecord record, List<String> path, boolean passing) {
            for (SpfTerm term : followed(record)) {
                if (lookups >= ENOUGH) {
                    return;
                }
                follow(term, path, passing);
            }
        }

        private void follow(SpfTerm term, List<String> path, boolean passing) {
            switch (term) {
                case Directive(Qualifier qualifier, Mechanism mechanism) -> {
                    boolean passes = passing && qualifier == Qualifier.PASS;
                    if (mechanism.causesLookup()) {
                        lookups++;
                    }
                    if (passes && matchesEverybody(mechanism)) {
                        open.add(path.getLast());
                        openMet++;
                    }
                    if (mechanism instanceof Mechanism.Include(var target)) {
                        follow(target, path, "include", passes);
                    }
                }
                case SpfTerm.Redirect(var target) -> {
                    lookups++;
                    follow(target, path, "redirect", passing);
                }
                case SpfTerm.Explanation _, SpfTerm.OtherModifier _ -> {
                    // For words only, asked when a sender was refused already (RFC 7208 §6.2).
                }
            }
        }

        private void fault(String sentence) {
            faults.add(sentence);
            faultsMet++;
        }

        private static boolean matchesEverybody(Mechanism mechanism) {
            return switch (mechanism) {
                case Mechanism.All _ -> true;
                case Mechanism.Ip4(var _, int prefix) -> prefix == 0;
                case Mechanism.Ip6(var _, int prefix) -> prefix == 0;
                case Mechanism.A(var _, int ip4, int ip6) -> ip4 == 0 || ip6 == 0;
                case Mechanism.Mx(var _, int ip4, int ip6) -> ip4 == 0 || ip6 == 0;
                case Mechanism.Include _, Mechanism.Ptr _, Mechanism.Exists _ -> false;
            };
        }

        private void follow(DomainSpec target, List<String> path, String how, boolean passing) {
            if (target.hasMacros()) {
                macros = true;
                return;
            }
            Optional<String> name = target.name();
            if (name.isEmpty()) {
                fault(how + " names " + Quoted.of(target.text()) + ", which DNS can't be asked for");
                return;
            }
            if (path.contains(name.get())) {
                fault(how + " leads back to " + name.get() + ", a loop");
                return;
            }
            DnsAnswer answer = included.get(name.get());
            switch (answer) {
                case null -> unknown.add(name.get());
                case DnsAnswer.Unknown _ -> unknown.add(name.get());
                case DnsAnswer.Absent _ -> fault(how + " leads to " + name.get() + ", which has no TXT record");
                case DnsAnswer.Found(var texts, var _) -> {
                    switch (SpfRecord.parse(texts)) {
                        case Parsed.Invalid<SpfRecord> _ -> fault(how + " leads to " + name.get()
                                + ", which has no valid SPF record");
                        case Parsed.Valid<SpfRecord>(var record, var _) -> {
                            var further = new ArrayList<>(path);
                            further.add(name.get());
                            follow(record, further, passing);
                        }
                    }
                }
            }
        }
    }
}

package dev.postern.foundation;

import dev.postern.foundation.SpfTerm.Directive;
import dev.postern.foundation.SpfTerm.Mechanism;
import dev.postern.foundation.SpfTerm.Qualifier;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.parse.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The TXT record of a domain that says which servers may send with it as envelope sender (RFC 7208).
///
/// @param terms in the order in which receivers compare; `redirect` and `exp` at most once each
public record SpfRecord(List<SpfTerm> terms) {

    private static final String VERSION = "v=spf1";
    private static final int MOST_PROBLEMS = 20;

    /// @throws IllegalArgumentException when a modifier is there twice
    public SpfRecord {
        terms = List.copyOf(terms);
        if (count(terms, SpfTerm.Redirect.class) > 1 || count(terms, SpfTerm.Explanation.class) > 1) {
            throw new IllegalArgumentException("redirect and exp may be there once each");
        }
    }

    private static long count(List<SpfTerm> terms, Class<? extends SpfTerm> kind) {
        return terms.stream().filter(kind::isInstance).count();
    }

    /// Reads the one SPF record among the TXT records of a name (RFC 7208 §4.5).
    ///
    /// @param txtRecords each with its strings joined, without spaces between
    public static Parsed<SpfRecord> parse(List<String> txtRecords) {
        var ours = ours(txtRecords);
        if (ours.size() > 1) {
            return Parsed.invalid("spf-record-repeated", "There are " + ours.size() + " SPF records; receivers then "
                    + "report an error for every mail. Make one of them.", "RFC 7208 §4.5");
        }
        return ours.isEmpty() ? missing(txtRecords) : new Words().parse(ours.getFirst());
    }

    /// The version is all there is, or a space follows; its case does not matter (RFC 5234 §2.3).
    private static List<String> ours(List<String> txtRecords) {
        return txtRecords.stream().filter(text -> text.regionMatches(true, 0, VERSION, 0, VERSION.length())
                && (text.length() == VERSION.length() || text.charAt(VERSION.length()) == ' ')).toList();
    }

    private static Parsed<SpfRecord> missing(List<String> txtRecords) {
        return txtRecords.stream().filter(SpfRecord::isMeant).findFirst()
                .map(meant -> Parsed.<SpfRecord>invalid("spf-record-version", Quoted.of(meant) + " does not begin with "
                        + "exactly v=spf1 and a space, so receivers skip it.", "RFC 7208 §4.5"))
                .orElseGet(() -> Parsed.invalid("spf-record-missing", "There is no SPF record (v=spf1 …).",
                        "RFC 7208 §4.5"));
    }

    /// Written by someone who meant an SPF record: `v=spf1;`, a leading space or quote, `v = spf1`.
    private static boolean isMeant(String text) {
        String start = text.substring(0, Math.min(text.length(), 40)).toLowerCase(Locale.ROOT)
                .replaceAll("[\\s\"'“”]", "");
        return start.startsWith("v=spf") || start.startsWith("spf1") || start.startsWith("spf=");
    }

    /// One record in place of several: what any of them allows, with the mildest last word that still is one.
    ///
    /// @param txtRecords the TXT records of the name
    /// @return empty when one of them can't be read, or leaves the decision to another domain
    public static Optional<SpfRecord> merged(List<String> txtRecords) {
        Set<SpfTerm> together = new LinkedHashSet<>();
        boolean firm = true;
        for (String text : ours(txtRecords)) {
            Optional<SpfRecord> record = new Words().parse(text).asOptional();
            if (record.isEmpty() || record.get().redirect().isPresent()
                    || count(record.get().terms, SpfTerm.Explanation.class) > 0) {
                return Optional.empty();
            }
            record.get().evaluated().stream().filter(term -> !(term.mechanism() instanceof Mechanism.All))
                    .forEach(together::add);
            firm &= record.get().all().filter(Qualifier.FAIL::equals).isPresent();
        }
        together.add(new Directive(firm ? Qualifier.FAIL : Qualifier.SOFTFAIL, new Mechanism.All()));
        return Optional.of(new SpfRecord(List.copyOf(together)));
    }

    /// The directives that receivers get to: nothing behind `all` is ever compared (RFC 7208 §5.1).
    public List<Directive> evaluated() {
        var reached = new ArrayList<Directive>();
        for (SpfTerm term : terms) {
            if (term instanceof Directive directive) {
                reached.add(directive);
                if (directive.mechanism() instanceof Mechanism.All) {
                    break;
                }
            }
        }
        return List.copyOf(reached);
    }

    /// What becomes of a sender that nothing else matched, if the record itself says so.
    public Optional<Qualifier> all() {
        return evaluated().stream().filter(directive -> directive.mechanism() instanceof Mechanism.All)
                .map(Directive::qualifier).findFirst();
    }

    /// Where the decision is left to; empty also when an `all` makes a redirect void (RFC 7208 §6.1).
    public Optional<DomainSpec> redirect() {
        return all().isPresent() ? Optional.empty() : terms.stream().filter(SpfTerm.Redirect.class::isInstance)
                .map(SpfTerm.Redirect.class::cast).map(SpfTerm.Redirect::target).findFirst();
    }

    /// Whether it allows nobody to send: `v=spf1 -all`.
    public boolean allowsNobody() {
        return all().filter(Qualifier.FAIL::equals).isPresent()
                && evaluated().stream().noneMatch(directive -> directive.qualifier() != Qualifier.FAIL);
    }

    /// The same record with another last word, and without what stood behind it.
    public SpfRecord withAll(Qualifier last) {
        Stream<SpfTerm> kept = Stream.concat(
                evaluated().stream().filter(directive -> !(directive.mechanism() instanceof Mechanism.All)),
                Stream.of(new Directive(last, new Mechanism.All())));
        Stream<SpfTerm> modifiers = terms.stream().filter(term -> !(term instanceof Directive)
                && !(term instanceof SpfTerm.Redirect));
        return new SpfRecord(Stream.concat(kept, modifiers).toList());
    }

    /// The record as to publish.
    public String render() {
        return terms.isEmpty() ? VERSION
                : VERSION + " " + terms.stream().map(SpfTerm::render).collect(Collectors.joining(" "));
    }

    /// What one record says, while it is read.
    private static final class Words {

        private final Set<Problem> problems = new LinkedHashSet<>();
        private final Set<Problem> notes = new LinkedHashSet<>();
        private final List<SpfTerm> terms = new ArrayList<>();

        Parsed<SpfRecord> parse(String record) {
            if (!record.chars().allMatch(c -> c >= 0x20 && c < 0x7F)) {
                return Parsed.invalid("spf-record-not-ascii", "The record holds a character beyond printable "
                        + "US-ASCII; write names in A-labels, and one space between words.", "RFC 7208 §3.1");
            }
            for (String word : record.substring(VERSION.length()).split(" +")) {
                if (!word.isEmpty() && problems.size() < MOST_PROBLEMS) {
                    switch (SpfTermParser.parse(word)) {
                        case Parsed.Valid<SpfTerm>(var term, var _) -> terms.add(term);
                        case Parsed.Invalid<SpfTerm>(var wrong) -> problems.addAll(wrong);
                    }
                }
            }
            once(SpfTerm.Redirect.class, "redirect");
            once(SpfTerm.Explanation.class, "exp");
            if (!problems.isEmpty()) {
                return new Parsed.Invalid<>(problems.stream().limit(MOST_PROBLEMS).toList());
            }
            var read = new SpfRecord(terms);
            note(read);
            return Parsed.valid(read, notes.stream().limit(MOST_PROBLEMS).toList());
        }

        private void once(Class<? extends SpfTerm> kind, String name) {
            if (count(terms, kind) > 1) {
                problems.add(new Problem("spf-modifier-repeated", name + " is there more than once.", "RFC 7208 §6"));
            }
        }

        /// What receivers understand, but the author may have meant otherwise.
        private void note(SpfRecord read) {
            var reached = read.evaluated();
            if (count(terms, Directive.class) > reached.size()) {
                notes.add(new Problem("spf-after-all", "Nothing behind "
                        + reached.getLast().render() + " is ever compared; put it in front.", "RFC 7208 §5.1"));
            }
            if (read.all().isPresent() && count(terms, SpfTerm.Redirect.class) > 0) {
                notes.add(new Problem("spf-redirect-ignored", "redirect is ignored, as the record has an all.",
                        "RFC 7208 §6.1"));
            }
            if (reached.stream().anyMatch(directive -> directive.mechanism() instanceof Mechanism.Ptr)) {
                notes.add(new Problem("spf-ptr", "ptr is slow and unreliable, and is not to be used any more; name "
                        + "addresses instead.", "RFC 7208 §5.5"));
            }
            terms.stream().map(term -> term instanceof SpfTerm.OtherModifier other ? other.name() : null)
                    .filter(Objects::nonNull).map(name -> new Problem("spf-unknown-modifier", Quoted.of(name + "=")
                            + " is no modifier of SPF; receivers ignore it.", "RFC 7208 §6"))
                    .limit(MOST_PROBLEMS).forEach(notes::add);
        }
    }
}

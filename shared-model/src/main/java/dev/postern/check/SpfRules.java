package dev.postern.check;

import dev.postern.foundation.SpfRecord;
import dev.postern.foundation.SpfTerm;
import dev.postern.foundation.SpfTerm.Directive;
import dev.postern.foundation.SpfTerm.Mechanism;
import dev.postern.foundation.SpfTerm.Qualifier;
import dev.postern.foundation.SpfTree;
import dev.postern.name.DomainName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.FoundationAnswers;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.parse.Quoted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Which servers may send in the domain's name, and whether receivers can find out (RFC 7208).
final class SpfRules {

    private static final int NEARLY_TOO_MANY = 9;
    /// How many terms a message names as the ones that need most lookups.
    private static final int COSTLIEST = 3;
    /// No honest record is longer, and nobody could copy it.
    private static final int LONGEST = 2_000;

    private final String name;
    private final FoundationAnswers answers;
    private final Instant at;
    private final Parsed<SpfRecord> parsed;

    private SpfRules(DomainName domain, FoundationAnswers answers, Instant at) {
        this.name = domain.ascii();
        this.answers = answers;
        this.at = at;
        this.parsed = SpfRecord.parse(answers.spf().values());
    }

    static List<Finding> judge(DomainName domain, FoundationAnswers answers, Instant at) {
        var rules = new SpfRules(domain, answers, at);
        return List.of(rules.record(), rules.lookups(), rules.policy());
    }

    private List<Evidence> evidence() {
        return FoundationRules.evidence(name, answers.spf(), at);
    }

    private List<Evidence> evidenceOfAll() {
        var asked = new LinkedHashMap<String, DnsAnswer>();
        asked.put(name, answers.spf());
        new TreeMap<>(answers.spfIncluded()).forEach(asked::put);
        return FoundationRules.evidence(asked, at);
    }

    private String publish(SpfRecord record) {
        String text = record.render();
        if (text.length() > LONGEST) {
            return "Shorten TXT " + name + ": " + text.length() + " characters are more than receivers want to read "
                    + "(RFC 7208 §3.4)";
        }
        boolean namesNobody = record.evaluated().stream().allMatch(SpfRules::isAll) && record.redirect().isEmpty();
        return "Publish TXT " + name + " " + text
                + (namesNobody ? ", with the servers that send for you named in front of the last word" : "");
    }

    private Finding record() {
        Check check = Check.SPF_RECORD;
        if (answers.spf() instanceof DnsAnswer.Unknown(var why)) {
            return Finding.unknown(check, Subject.noAnswer(name, why), "", evidence());
        }
        return switch (parsed) {
            case Parsed.Invalid<SpfRecord>(var problems) when isRepeated(problems) ->
                    Finding.fail(check, problems.getFirst().toString(), SpfRecord.merged(answers.spf().values())
                            .map(one -> "Keep one record in place of them. " + publish(one))
                            .orElse("Make one record of them at " + name + "."), evidence());
            case Parsed.Invalid<SpfRecord> invalid -> Finding.fail(check, invalid.reason(), "Publish one TXT " + name
                    + " that names every server that sends for you: v=spf1 mx ~all when only your MXs do, v=spf1 -all "
                    + "when nothing does.", evidence());
            case Parsed.Valid<SpfRecord>(var record, var notes) when notes.isEmpty() -> Finding.pass(check,
                    record.allowsNobody() ? "Nobody may send in the name of " + name + "."
                            : "The SPF record can be read.", evidence());
            case Parsed.Valid<SpfRecord>(var record, var notes) -> Finding.warn(check, Subject.sentence(notes),
                    publish(tidied(record)) + (notes.stream().anyMatch(note -> note.code().equals("spf-ptr"))
                            ? ", with addresses (ip4:, ip6:, a:) in place of ptr." : ""), evidence());
        };
    }

    /// Says what the author meant in words that receivers use: nothing behind `all`, nothing that is ignored.
    private static SpfRecord tidied(SpfRecord record) {
        var terms = new ArrayList<>(record.terms());
        terms.removeIf(term -> term instanceof SpfTerm.OtherModifier
                || record.all().isPresent() && (term instanceof SpfTerm.Redirect || isAll(term)));
        var kept = new SpfRecord(terms);
        // Never advise +all, even where the fault is elsewhere.
        return record.all().map(last -> kept.withAll(last == Qualifier.PASS ? Qualifier.SOFTFAIL : last)).orElse(kept);
    }

    private static boolean isRepeated(List<Problem> problems) {
        return problems.getFirst().code().equals("spf-record-repeated");
    }

    private static boolean isAll(SpfTerm term) {
        return term instanceof Directive(var _, Mechanism.All _);
    }

    private SpfTree follow(SpfRecord record) {
        return SpfTree.of(name, record, answers.spfIncluded());
    }

    /// The record without the terms that come to something bad.
    private static SpfRecord without(SpfRecord record, SpfTree tree, Predicate<SpfTree.Branch> bad) {
        var out = tree.branches().stream().filter(bad).map(SpfTree.Branch::term).collect(Collectors.toSet());
        return new SpfRecord(record.terms().stream().filter(term -> !out.contains(term)).toList());
    }

    private Optional<Finding> notToBeJudged(Check check, String what) {
        if (answers.spf() instanceof DnsAnswer.Unknown(var why)) {
            return Optional.of(Finding.unknown(check, Subject.noAnswer(name, why), "", evidence()));
        }
        return parsed.asOptional().isPresent() ? Optional.empty() : Optional.of(Finding.unknown(check,
                "There is no valid SPF record to " + what + ".", "", evidence()));
    }

    private Finding lookups() {
        Check check = Check.SPF_LOOKUPS;
        return notToBeJudged(check, "follow").orElseGet(() -> lookups(check, parsed.orThrow()));
    }

    private Finding lookups(Check check, SpfRecord record) {
        var evidence = evidenceOfAll();
        SpfTree tree = follow(record);
        if (!tree.faults().isEmpty()) {
            SpfRecord rest = without(record, tree, SpfTree.Branch::faulty);
            return Finding.fail(check, "Receivers report an error for mail of " + name + ": "
                    + String.join("; ", tree.faults()) + ".", publish(rest.all().isPresent()
                    || rest.redirect().isPresent() ? rest : rest.withAll(Qualifier.SOFTFAIL))
                    + " unless that service still sends for you: then correct the term, or have the service correct "
                    + "its record.", evidence);
        }
        String needs = "The record needs " + (tree.cutShort() ? "at least " : "") + tree.lookups();
        if (tree.lookups() > SpfTree.MOST_LOOKUPS) {
            return Finding.fail(check, needs + " lookups; receivers stop after ten and report an error."
                    + costliest(tree), "Remove includes of services that no longer send for " + name + ", or move some "
                    + "to a subdomain of their own; ip4: and ip6: cost no lookup.", evidence);
        }
        if (!tree.unknown().isEmpty()) {
            return Finding.unknown(check, "The records of " + String.join(", ", tree.unknown()) + " could not be read.",
                    "", evidence);
        }
        return tree.lookups() >= NEARLY_TOO_MANY
                ? Finding.warn(check, needs + " of ten lookups." + costliest(tree), "Remove what no longer sends for "
                + name + " before a provider adds one of its own.", evidence)
                : Finding.pass(check, needs + " of ten lookups.", evidence);
    }

    /// The terms that need most, each with all that it leads to.
    private static String costliest(SpfTree tree) {
        var costs = tree.branches().stream().filter(branch -> branch.lookups() > 1)
                .sorted(Comparator.comparingInt(SpfTree.Branch::lookups).reversed()).limit(COSTLIEST)
                .map(branch -> branch.term().render() + " (" + branch.lookups() + ")").toList();
        return costs.isEmpty() ? "" : " Most are needed by " + String.join(", ", costs) + ".";
    }

    private Finding policy() {
        Check check = Check.SPF_POLICY;
        return notToBeJudged(check, "judge").orElseGet(() -> policy(check, parsed.orThrow()));
    }

    private Finding policy(Check check, SpfRecord record) {
        var evidence = evidenceOfAll();
        SpfTree tree = follow(record);
        if (!tree.open().isEmpty()) {
            return Finding.fail(check, "+all, or a network of every address, stands at "
                    + String.join(", ", tree.open()) + ": anybody may send in the name of " + name + ".",
                    firm(record, tree), evidence);
        }
        Optional<SpfRecord> decisive = decisive(record);
        if (decisive.isEmpty()) {
            return Finding.unknown(check, "The last word is left to "
                    + Quoted.of(record.redirect().orElseThrow().text()) + ", which could not be read.", "", evidence);
        }
        return decisive.get().all().map(last -> last == Qualifier.NEUTRAL
                ? Finding.warn(check, "?all says nothing about other servers.", firm(record, tree), evidence)
                : Finding.pass(check, "The record ends with " + last.sign() + "all.", evidence))
                .orElseGet(() -> Finding.warn(check, "The record has no last word: about other servers it says "
                        + "nothing.", firm(record, tree), evidence));
    }

    /// The record that has the last word: this one, or where redirects lead.
    private Optional<SpfRecord> decisive(SpfRecord record) {
        SpfRecord here = record;
        var been = new HashSet<String>();
        while (here.redirect().isPresent()) {
            Optional<SpfRecord> next = here.redirect().get().name().filter(been::add).map(answers.spfIncluded()::get)
                    .flatMap(answer -> SpfRecord.parse(answer.values()).asOptional());
            if (next.isEmpty()) {
                return next;
            }
            here = next.get();
        }
        return Optional.of(here);
    }

    /// The same senders with a last word, and without terms that let anybody pass. A redirect becomes an include, as an
    /// `all` would make it void (RFC 7208 §6.1) and its servers would be forgotten.
    private String firm(SpfRecord record, SpfTree tree) {
        var closed = without(record, tree, SpfTree.Branch::open).terms().stream();
        var kept = record.redirect().isPresent() ? closed.map(SpfRules::included)
                : closed.filter(term -> !(term instanceof SpfTerm.Redirect));
        SpfRecord firm = new SpfRecord(kept.toList())
                .withAll(record.all().filter(Qualifier.FAIL::equals).orElse(Qualifier.SOFTFAIL));
        return publish(firm);
    }

    private static SpfTerm included(SpfTerm term) {
        return term instanceof SpfTerm.Redirect(var target)
                ? new Directive(Qualifier.PASS, new Mechanism.Include(target)) : term;
    }
}

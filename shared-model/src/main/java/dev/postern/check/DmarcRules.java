package dev.postern.check;

import dev.postern.foundation.DmarcDiscovery;
import dev.postern.foundation.DmarcRecord;
import dev.postern.foundation.DmarcRecord.Policy;
import dev.postern.name.DomainName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.FoundationAnswers;
import dev.postern.observation.FoundationAnswers.Organizational;
import dev.postern.parse.Parsed;
import dev.postern.parse.Quoted;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What receivers do with mail in the domain's name that neither SPF nor DKIM covers (RFC 7489).
final class DmarcRules {

    private static final int ALL = 100;
    private static final int MOST_NAMED = 10;

    private final DomainName domain;
    private final String name;
    private final FoundationAnswers answers;
    private final Instant at;
    private final Optional<DmarcDiscovery> found;

    DmarcRules(DomainName domain, FoundationAnswers answers, Instant at) {
        this.domain = domain;
        this.name = domain.ascii();
        this.answers = answers;
        this.at = at;
        this.found = DmarcDiscovery.of(name, answers);
    }

    List<Finding> judge() {
        return List.of(record(), policy(), reports());
    }

    private Map<String, DnsAnswer> asked() {
        var asked = new LinkedHashMap<String, DnsAnswer>();
        asked.put(domain.child("_dmarc"), answers.dmarc());
        answers.organizational().ifPresent(above -> asked.put("_dmarc." + above.domain(), above.dmarc()));
        return asked;
    }

    private List<Evidence> evidence() {
        return FoundationRules.evidence(asked(), at);
    }

    /// Where DNS would have to answer before anything can be said; empty when it did.
    Optional<String> unanswered() {
        if (answers.dmarc() instanceof DnsAnswer.Unknown(var why)) {
            return Optional.of(Subject.noAnswer(domain.child("_dmarc"), why));
        }
        return DmarcDiscovery.isAbsent(answers.dmarc()) ? answers.organizational().flatMap(above ->
                above.dmarc() instanceof DnsAnswer.Unknown(var why)
                        ? Optional.of(Subject.noAnswer("_dmarc." + above.domain(), why)) : Optional.empty())
                : Optional.empty();
    }

    private Finding record() {
        Check check = Check.DMARC_RECORD;
        return unanswered().map(why -> Finding.unknown(check, why, "", evidence())).orElseGet(() -> {
            var own = DmarcRecord.parse(answers.dmarc().values());
            return answers.organizational().filter(_ -> passedOver(own)).map(above -> inherited(check, above))
                    .orElseGet(() -> judge(check, name, answers.dmarc().values(), own));
        });
    }

    /// Not when it was meant as one: then its author believes that it counts.
    private static boolean passedOver(Parsed<DmarcRecord> own) {
        return own instanceof Parsed.Invalid<DmarcRecord>(var problems)
                && problems.getFirst().code().equals("dmarc-record-missing");
    }

    private Finding inherited(Check check, Organizational above) {
        if (DmarcDiscovery.isAbsent(above.dmarc())) {
            return Finding.fail(check, "Neither " + name + " nor " + above.domain() + " has a DMARC record.",
                    first(name), evidence());
        }
        var texts = above.dmarc().values();
        Finding judged = judge(check, above.domain(), texts, DmarcRecord.parse(texts));
        return judged.verdict() == Verdict.FAIL ? judged : new Finding(check, judged.verdict(), "The record of "
                + above.domain() + " applies. " + judged.message(), judged.fix(), judged.evidence());
    }

    private Finding judge(Check check, String at, List<String> texts, Parsed<DmarcRecord> parsed) {
        String where = "TXT _dmarc." + at + " ";
        return switch (parsed) {
            case Parsed.Invalid<DmarcRecord> invalid -> Finding.fail(check, invalid.reason(),
                    DmarcRecord.mildest(texts).map(kept -> "Keep this one only, and raise p later: " + where + kept)
                            .or(() -> DmarcRecord.corrected(texts).map(text -> "Publish " + where + text))
                            .orElseGet(() -> first(at)), evidence());
            case Parsed.Valid<DmarcRecord>(var _, var notes) when notes.isEmpty() ->
                    Finding.pass(check, "The DMARC record can be read.", evidence());
            case Parsed.Valid<DmarcRecord>(var _, var notes) -> Finding.warn(check, Subject.sentence(notes),
                    DmarcRecord.corrected(texts).map(text -> "Publish " + where + text)
                            .orElse("Correct " + where.strip() + "."), evidence());
        };
    }

    private static String first(String at) {
        return "Publish TXT _dmarc." + at + " v=DMARC1; p=none; rua=mailto:dmarc@" + at
                + " with an address that takes the reports, then raise p. When nothing sends for the domain: "
                        + "v=DMARC1; p=reject";
    }

    private Finding policy() {
        Check check = Check.DMARC_POLICY;
        return found.map(applies -> policy(check, applies)).orElseGet(() -> notFound(check, "judge"));
    }

    private Finding notFound(Check check, String what) {
        return Finding.unknown(check, unanswered().orElse("There is no valid DMARC record to " + what + "."), "",
                evidence());
    }

    private Finding policy(Check check, DmarcDiscovery applies) {
        DmarcRecord record = applies.record();
        if (applies.policy() == Policy.NONE) {
            String written = isAbove(applies) && record.policy() != Policy.NONE ? "sp=none" : "p=none";
            return Finding.warn(check, written + " only watches: mail in the name of " + name
                    + " that nobody vouches for is delivered.", "When the reports show that your own mail passes: "
                    + enforced(applies) + ", and p=reject some weeks later.", evidence());
        }
        if (record.percent() < ALL) {
            return Finding.warn(check, "The policy holds for " + record.percent() + " % of the mail only.",
                    "Remove pct=: " + enforced(applies), evidence());
        }
        if (record.subdomains() == Policy.NONE) {
            return Finding.warn(check, "sp=none leaves every subdomain open.", "Remove sp=none: " + enforced(applies),
                    evidence());
        }
        return Finding.pass(check, "Mail that nobody vouches for is to be "
                + (applies.policy() == Policy.REJECT ? "rejected" : "put into quarantine") + "; alignment is "
                + record.alignment().words() + ".", evidence());
    }

    private boolean isAbove(DmarcDiscovery applies) {
        return !applies.where().equals(name);
    }

    private List<String> texts(DmarcDiscovery applies) {
        return (isAbove(applies) ? answers.organizational().orElseThrow().dmarc() : answers.dmarc()).values();
    }

    /// The record that applies, changed as little as it takes to protect the domain and what is below it.
    private String enforced(DmarcDiscovery applies) {
        var changes = new LinkedHashMap<String, String>();
        changes.put("pct", "");
        if (applies.record().subdomains() == Policy.NONE) {
            // From above it may take more than the domain by surprise: the gentler word.
            boolean byItself = isAbove(applies) && applies.record().policy() != Policy.NONE;
            changes.put("sp", byItself ? Policy.QUARANTINE.wire() : "");
        }
        if (applies.record().policy() == Policy.NONE) {
            changes.put("p", Policy.QUARANTINE.wire());
        }
        return "publish TXT _dmarc." + applies.where() + " " + DmarcRecord.with(texts(applies), changes)
                .orElse("with p=quarantine, without pct and sp");
    }

    /// How to enforce it; empty when it is enforced for all mail of the domain and of those below it, as logos need.
    Optional<String> notEnforced() {
        Optional<DmarcDiscovery> open = found.filter(applies -> applies.policy() == Policy.NONE
                || applies.record().percent() < ALL || applies.record().subdomains() == Policy.NONE);
        return open.map(applies -> "First " + enforced(applies))
                .or(() -> found.isPresent() ? Optional.empty() : Optional.of(first(name)));
    }

    private Finding reports() {
        Check check = Check.DMARC_REPORTS;
        return found.map(applies -> reports(check, applies))
                .orElseGet(() -> notFound(check, "read report addresses from"));
    }

    private Finding reports(Check check, DmarcDiscovery applies) {
        var rua = applies.record().rua().stream().filter(uri -> DmarcRecord.destination(uri).isPresent()).toList();
        if (rua.isEmpty()) {
            return Finding.warn(check, "Nobody is told what passes and what fails.", "Publish TXT _dmarc."
                    + applies.where() + " " + DmarcRecord.with(texts(applies), Map.of("rua", "mailto:dmarc@"
                            + applies.where()))
                    .orElse("with rua=mailto:dmarc@" + applies.where()) + " with an address that takes the reports.",
                    evidence());
        }
        var consents = new LinkedHashMap<String, DnsAnswer>();
        applies.outside().forEach(destination -> consents.put(destination, answers.dmarcConsent()
                .getOrDefault(destination, new DnsAnswer.Unknown("not asked"))));
        var asked = new LinkedHashMap<>(asked());
        consents.forEach((destination, answer) -> asked.put(consentAt(applies, destination), answer));
        var evidence = FoundationRules.evidence(asked, at);
        var silent = consents.keySet().stream().filter(destination ->
                DmarcDiscovery.isAbsent(consents.get(destination))).toList();
        if (!silent.isEmpty()) {
            return Finding.fail(check, "Receivers send no reports to " + String.join(", ", silent)
                    + ", since it has not consented.", silent.stream().map(destination -> "Have " + destination
                    + " publish TXT " + consentAt(applies, destination) + " v=DMARC1").collect(Collectors.joining("; "))
                    + ", or take the address out of rua.", evidence);
        }
        var unknown = consents.keySet().stream().filter(destination -> consents.get(destination)
                instanceof DnsAnswer.Unknown).toList();
        if (!unknown.isEmpty()) {
            return Finding.unknown(check, "Whether " + String.join(", ", unknown) + " has consented could not be told.",
                    "", evidence);
        }
        return Finding.pass(check, rua.stream().limit(MOST_NAMED).map(Quoted::of).collect(Collectors.joining(", ",
                "Reports go to ", rua.size() > MOST_NAMED ? " and " + (rua.size() - MOST_NAMED) + " more." : ".")),
                evidence);
    }

    private static String consentAt(DmarcDiscovery applies, String destination) {
        return applies.where() + "._report._dmarc." + destination;
    }
}

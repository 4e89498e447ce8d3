package dev.postern.check;

import dev.postern.foundation.BimiRecord;
import dev.postern.foundation.DkimKey;
import dev.postern.foundation.DmarcDiscovery;
import dev.postern.foundation.DmarcRecord;
import dev.postern.foundation.DmarcRecord.Policy;
import dev.postern.foundation.SpfRecord;
import dev.postern.foundation.SpfTerm.Qualifier;
import dev.postern.foundation.SpfTree;
import dev.postern.name.DomainName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.FoundationAnswers;
import dev.postern.parse.Parsed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The layers below MTA-STS: who may send in the domain's name. They stand by themselves; none holds up the rollout.
final class FoundationRules {

    private static final int NEARLY_TOO_MANY = 9;
    private static final int ALL = 100;

    private final DomainName domain;
    private final String name;
    private final FoundationAnswers answers;
    private final Set<String> given;
    private final Instant at;

    private FoundationRules(DomainName domain, FoundationAnswers answers, Set<String> given, Instant at) {
        this.domain = domain;
        this.name = domain.ascii();
        this.answers = answers;
        this.given = given;
        this.at = at;
    }

    /// @param given DKIM selectors that somebody named; what stands there counts, common ones only help
    static List<Finding> judge(DomainName domain, FoundationAnswers answers, Set<String> given, Instant at) {
        var rules = new FoundationRules(domain, answers, given, at);
        return List.of(rules.spfRecord(), rules.spfLookups(), rules.spfPolicy(), rules.dkim(), rules.dmarcRecord(),
                rules.dmarcPolicy(), rules.dmarcReports(), rules.bimi());
    }

    private List<Evidence> evidence(String where, DnsAnswer answer) {
        return List.of(new Evidence("TXT " + where, answer.text(), at));
    }

    private List<Evidence> evidence(Map<String, DnsAnswer> asked) {
        return asked.entrySet().stream().flatMap(each -> evidence(each.getKey(), each.getValue()).stream()).toList();
    }

    // SPF.

    private Optional<SpfRecord> spf() {
        return SpfRecord.parse(Subject.values(answers.spf())).asOptional();
    }

    private Finding spfRecord() {
        Check check = Check.SPF_RECORD;
        var evidence = evidence(name, answers.spf());
        String fix = "Publish one TXT " + name + " that begins with v=spf1, names every server that sends for you and "
                + "ends with ~all or -all; when nothing sends for the domain: v=spf1 -all";
        if (answers.spf() instanceof DnsAnswer.Unknown(var why)) {
            return Finding.unknown(check, Subject.noAnswer(name, why), "", evidence);
        }
        return switch (SpfRecord.parse(Subject.values(answers.spf()))) {
            case Parsed.Invalid<SpfRecord>(var problems) when problems.getFirst().code().equals("spf-record-repeated") ->
                    Finding.fail(check, problems.getFirst().toString(), SpfRecord.merged(Subject.values(answers.spf()))
                            .map(one -> "Replace them by this one: TXT " + name + " " + one.render())
                            .orElse("Make one record of them at " + name + "."), evidence);
            case Parsed.Invalid<SpfRecord> invalid -> Finding.fail(check, invalid.reason(), fix, evidence);
            case Parsed.Valid<SpfRecord>(var record, var notes) -> notes.isEmpty()
                    ? Finding.pass(check, record.allowsNobody() ? "Nobody may send in the name of " + name + "."
                    : "The SPF record can be read.", evidence)
                    : Finding.warn(check, Subject.sentence(notes), "Correct the SPF record of " + name + ".", evidence);
        };
    }

    private Finding spfLookups() {
        Check check = Check.SPF_LOOKUPS;
        var asked = new LinkedHashMap<String, DnsAnswer>();
        asked.put(name, answers.spf());
        new TreeMap<>(answers.spfIncluded()).forEach(asked::put);
        var evidence = evidence(asked);
        Optional<SpfRecord> record = spf();
        if (record.isEmpty()) {
            return Finding.unknown(check, "There is no SPF record to follow.", "", evidence);
        }
        SpfTree tree = SpfTree.of(name, record.get(), answers.spfIncluded());
        if (!tree.faults().isEmpty()) {
            return Finding.fail(check, "Receivers report an error for mail of " + name + ": "
                    + String.join("; ", tree.faults()) + ".", "Remove or correct that term in the SPF record.", evidence);
        }
        if (tree.lookups() > SpfTree.MOST_LOOKUPS) {
            return Finding.fail(check, "The record needs " + tree.lookups() + " lookups; receivers stop after ten and "
                    + "report an error.", "Remove includes of services that no longer send for " + name
                    + ", or move some to a subdomain of their own; ip4: and ip6: cost no lookup.", evidence);
        }
        if (!tree.unknown().isEmpty()) {
            return Finding.unknown(check, "The records of " + String.join(", ", tree.unknown()) + " could not be read.",
                    "", evidence);
        }
        return tree.lookups() >= NEARLY_TOO_MANY
                ? Finding.warn(check, "The record needs " + tree.lookups() + " of ten lookups.", "Remove what no longer "
                + "sends for " + name + " before a provider adds one of its own.", evidence)
                : Finding.pass(check, "The record needs " + tree.lookups() + " of ten lookups.", evidence);
    }

    private Finding spfPolicy() {
        Check check = Check.SPF_POLICY;
        var evidence = evidence(name, answers.spf());
        Optional<SpfRecord> record = spf();
        if (record.isEmpty()) {
            return Finding.unknown(check, "There is no SPF record to judge.", "", evidence);
        }
        Optional<Qualifier> last = lastWord(record.get());
        String firm = "Publish TXT " + name + " " + record.get().withAll(Qualifier.SOFTFAIL).render();
        if (last.isEmpty()) {
            return record.get().redirect().isPresent()
                    ? Finding.unknown(check, "The last word is at " + record.get().redirect().get()
                    + ", which could not be read.", "", evidence)
                    : Finding.warn(check, "The record has no last word: about other servers it says nothing.", firm,
                    evidence);
        }
        return switch (last.get()) {
            case PASS -> Finding.fail(check, "+all lets anybody send in the name of " + name + ".", firm, evidence);
            case NEUTRAL -> Finding.warn(check, "?all says nothing about other servers.", firm, evidence);
            case SOFTFAIL, FAIL -> Finding.pass(check, "The record ends with " + last.get().sign() + "all.", evidence);
        };
    }

    /// Follows redirects as far as they were asked.
    private Optional<Qualifier> lastWord(SpfRecord record) {
        SpfRecord at = record;
        for (int hops = 0; hops < SpfTree.MOST_LOOKUPS && at.redirect().isPresent(); hops++) {
            Optional<SpfRecord> next = at.redirect().get().name().map(answers.spfIncluded()::get)
                    .flatMap(answer -> SpfRecord.parse(Subject.values(answer)).asOptional());
            if (next.isEmpty()) {
                return Optional.empty();
            }
            at = next.get();
        }
        return at.all();
    }

    // DKIM.

    private Finding dkim() {
        Check check = Check.DKIM_KEYS;
        var counted = new TreeMap<String, DnsAnswer>();
        answers.dkim().forEach((selector, answer) -> {
            if (given.contains(selector) || answer instanceof DnsAnswer.Found) {
                counted.put(selector, answer);
            }
        });
        given.forEach(selector -> counted.putIfAbsent(selector, new DnsAnswer.Unknown("not asked yet")));
        var where = new TreeMap<String, DnsAnswer>();
        counted.forEach((selector, answer) -> where.put(domain.child(selector + "._domainkey"), answer));
        var evidence = evidence(where);
        if (counted.isEmpty()) {
            return Finding.unknown(check, "No key was found at the selectors that are in common use; that is no evidence "
                    + "that there is none.", "Name the selectors of " + name + ": s= in the DKIM-Signature of a mail that "
                    + "you sent.", evidence);
        }
        var bad = new ArrayList<String>();
        var weak = new ArrayList<String>();
        var unknown = new ArrayList<String>();
        var good = new ArrayList<String>();
        counted.forEach((selector, answer) -> sort(selector, answer, bad, weak, unknown, good));
        if (!bad.isEmpty()) {
            return Finding.fail(check, String.join(" ", bad), "Publish the key that your mail server shows for that "
                    + "selector below _domainkey." + name + ", or stop signing with it.", evidence);
        }
        if (!unknown.isEmpty()) {
            return Finding.unknown(check, String.join(" ", unknown), "", evidence);
        }
        return weak.isEmpty() ? Finding.pass(check, "Keys at " + String.join(", ", good) + ".", evidence)
                : Finding.warn(check, String.join(" ", weak), "Make a key of 2048 bits at a new selector, sign with it, "
                + "and remove the old one; leave out t=y once signatures verify.", evidence);
    }

    private void sort(String selector, DnsAnswer answer, List<String> bad, List<String> weak, List<String> unknown,
                      List<String> good) {
        if (answer instanceof DnsAnswer.Unknown(var why)) {
            unknown.add("The key at " + selector + " could not be read: " + why + ".");
            return;
        }
        if (answer instanceof DnsAnswer.Absent) {
            bad.add("There is no key at " + selector + ".");
            return;
        }
        switch (DkimKey.parse(Subject.values(answer))) {
            case Parsed.Invalid<DkimKey> invalid when given.contains(selector) ->
                    bad.add("At " + selector + ": " + invalid.reason());
            // One that nobody named: a wildcard may answer there, or a key is revoked after it was changed.
            case Parsed.Invalid<DkimKey> _ -> {
            }
            case Parsed.Valid<DkimKey>(var key, var notes) when !notes.isEmpty() || key.testing() -> weak.add("At "
                    + selector + ": " + Subject.sentence(notes) + (key.testing() ? " The key is in test mode (t=y)." : ""));
            case Parsed.Valid<DkimKey>(var key, var _) -> good.add(selector + " (" + key.algorithm() + " " + key.bits()
                    + " bits)");
        }
    }

    // DMARC.

    private Map<String, DnsAnswer> dmarcAsked() {
        var asked = new LinkedHashMap<String, DnsAnswer>();
        asked.put(domain.child("_dmarc"), answers.dmarc());
        answers.organizational().ifPresent(above -> asked.put("_dmarc." + above.domain(), above.dmarc()));
        return asked;
    }

    private Optional<DmarcDiscovery> dmarc() {
        return DmarcDiscovery.of(name, answers);
    }

    private Finding dmarcRecord() {
        Check check = Check.DMARC_RECORD;
        String where = domain.child("_dmarc");
        var evidence = evidence(dmarcAsked());
        String fix = "Publish TXT " + where + " v=DMARC1; p=none; rua=mailto: and an address of yours, then raise p.";
        if (answers.dmarc() instanceof DnsAnswer.Unknown(var why)) {
            return Finding.unknown(check, Subject.noAnswer(where, why), "", evidence);
        }
        if (answers.dmarc() instanceof DnsAnswer.Absent && answers.organizational().isPresent()) {
            var above = answers.organizational().get();
            if (above.dmarc() instanceof DnsAnswer.Unknown(var why)) {
                return Finding.unknown(check, Subject.noAnswer("_dmarc." + above.domain(), why), "", evidence);
            }
            return dmarc().map(found -> Finding.pass(check, "The record of " + found.where() + " applies.", evidence))
                    .orElseGet(() -> Finding.fail(check, "Neither " + name + " nor " + above.domain()
                            + " has a DMARC record.", fix, evidence));
        }
        return switch (DmarcRecord.parse(Subject.values(answers.dmarc()))) {
            case Parsed.Invalid<DmarcRecord> invalid -> Finding.fail(check, invalid.reason(), fix, evidence);
            case Parsed.Valid<DmarcRecord>(var _, var notes) -> notes.isEmpty()
                    ? Finding.pass(check, "The DMARC record can be read.", evidence)
                    : Finding.warn(check, Subject.sentence(notes), "Correct TXT " + where + ".", evidence);
        };
    }

    private Finding dmarcPolicy() {
        Check check = Check.DMARC_POLICY;
        var evidence = evidence(dmarcAsked());
        Optional<DmarcDiscovery> found = dmarc();
        if (found.isEmpty()) {
            return Finding.unknown(check, "There is no DMARC record to judge.", "", evidence);
        }
        DmarcRecord record = found.get().record();
        String where = "_dmarc." + found.get().where();
        if (found.get().policy() == Policy.NONE) {
            return Finding.warn(check, "p=none only watches: mail in the name of " + name + " that nobody vouches for is "
                    + "delivered.", "When the reports show that your own mail passes, set p=quarantine, then p=reject, in "
                    + "TXT " + where + ".", evidence);
        }
        if (record.percent() < ALL) {
            return Finding.warn(check, "The policy holds for " + record.percent() + " % of the mail only.",
                    "Remove pct= from TXT " + where + ".", evidence);
        }
        if (record.subdomains() == Policy.NONE) {
            return Finding.warn(check, "sp=none leaves every subdomain open.", "Remove sp=none from TXT " + where + ".",
                    evidence);
        }
        return Finding.pass(check, "Mail that nobody vouches for is to be "
                + (found.get().policy() == Policy.REJECT ? "rejected" : "put into quarantine") + "; alignment is "
                + record.alignment().words() + ".", evidence);
    }

    private Finding dmarcReports() {
        Check check = Check.DMARC_REPORTS;
        var asked = new LinkedHashMap<>(dmarcAsked());
        Optional<DmarcDiscovery> found = dmarc();
        if (found.isEmpty()) {
            return Finding.unknown(check, "There is no DMARC record to read report addresses from.", "", evidence(asked));
        }
        new TreeMap<>(answers.dmarcConsent()).forEach((destination, answer) ->
                asked.put(consent(found.get().where(), destination), answer));
        var evidence = evidence(asked);
        if (found.get().record().rua().isEmpty()) {
            return Finding.warn(check, "Nobody is told what passes and what fails.", "Add rua=mailto: and an address to TXT "
                    + "_dmarc." + found.get().where() + ".", evidence);
        }
        var silent = answers.dmarcConsent().entrySet().stream().filter(each -> !consents(each.getValue())
                && !(each.getValue() instanceof DnsAnswer.Unknown)).map(Map.Entry::getKey).sorted().toList();
        if (!silent.isEmpty()) {
            return Finding.fail(check, "Receivers send no reports to " + String.join(", ", silent)
                    + ", since it has not consented.", silent.stream().map(destination -> "Have TXT "
                    + consent(found.get().where(), destination) + " v=DMARC1 published.").collect(Collectors.joining(" ")),
                    evidence);
        }
        var unknown = answers.dmarcConsent().entrySet().stream().filter(each -> each.getValue()
                instanceof DnsAnswer.Unknown).map(Map.Entry::getKey).sorted().toList();
        return unknown.isEmpty() ? Finding.pass(check, "Reports go to " + String.join(", ", found.get().record().rua())
                + ".", evidence) : Finding.unknown(check, "Whether " + String.join(", ", unknown)
                + " has consented could not be told.", "", evidence);
    }

    private static String consent(String where, String destination) {
        return where + "._report._dmarc." + destination;
    }

    private static boolean consents(DnsAnswer answer) {
        return Subject.values(answer).stream().anyMatch(text -> text.strip().matches("(?s)v\\s*=\\s*DMARC1\\s*(;.*)?"));
    }

    // BIMI.

    private Finding bimi() {
        Check check = Check.BIMI_RECORD;
        String where = domain.child("default._bimi");
        var evidence = evidence(where, answers.bimi());
        return switch (answers.bimi()) {
            case DnsAnswer.Unknown(var why) -> Finding.unknown(check, Subject.noAnswer(where, why), "", evidence);
            case DnsAnswer.Absent _ -> Finding.pass(check, "There is no BIMI record, and none is needed.", evidence);
            case DnsAnswer.Found(var texts, var _) -> switch (BimiRecord.parse(texts)) {
                case Parsed.Invalid<BimiRecord> invalid -> Finding.fail(check, invalid.reason(),
                        "Publish TXT " + where + " v=BIMI1; l=https://…/logo.svg; a=https://…/mark.pem, or remove it.",
                        evidence);
                case Parsed.Valid<BimiRecord>(var record, var _) -> bimi(record, evidence);
            };
        };
    }

    private Finding bimi(BimiRecord record, List<Evidence> evidence) {
        Check check = Check.BIMI_RECORD;
        if (record.logo().isEmpty()) {
            return Finding.pass(check, name + " declines to show a logo.", evidence);
        }
        boolean enforced = dmarc().filter(found -> found.policy() != Policy.NONE && found.record().percent() == ALL)
                .isPresent();
        if (!enforced) {
            return Finding.fail(check, "A logo is shown only for a domain whose DMARC policy is enforced.",
                    "Raise p in TXT " + domain.child("_dmarc") + " to quarantine or reject first.", evidence);
        }
        return record.evidence().isEmpty() ? Finding.warn(check, "The record names no mark certificate; large mailbox "
                + "providers show no logo without.", "Get a verified or common mark certificate and name it in a=.", evidence)
                : Finding.pass(check, "The BIMI record can be read, and DMARC is enforced.", evidence);
    }
}

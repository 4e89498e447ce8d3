package dev.postern.check;

import dev.postern.foundation.DkimKey;
import dev.postern.name.DomainName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.FoundationAnswers;
import dev.postern.parse.Parsed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Whether the keys that signatures are checked with can be used (RFC 6376 §3.6).
///
/// Only selectors that somebody named are known to be in use. One in common use counts when a key stands there: what
/// else does may be a wildcard's, or a key that was revoked when it was changed.
final class DkimRules {

    /// What stands at one selector.
    private record Seen(Verdict verdict, String message, String fix) {
    }

    private final DomainName domain;
    private final FoundationAnswers answers;
    private final Set<String> given;
    private final Instant at;

    private DkimRules(DomainName domain, FoundationAnswers answers, Set<String> given, Instant at) {
        this.domain = domain;
        this.answers = answers;
        this.given = given;
        this.at = at;
    }

    static List<Finding> judge(DomainName domain, FoundationAnswers answers, Set<String> given, Instant at) {
        return List.of(new DkimRules(domain, answers, given, at).keys());
    }

    private String where(String selector) {
        return domain.child(selector + "._domainkey");
    }

    private Finding keys() {
        Check check = Check.DKIM_KEYS;
        var selectors = new TreeSet<>(answers.dkim().keySet());
        selectors.addAll(given);
        var asked = new TreeMap<String, DnsAnswer>();
        var seen = new ArrayList<Seen>();
        selectors.forEach(selector -> {
            DnsAnswer answer = answers.dkim().getOrDefault(selector, new DnsAnswer.Unknown("not asked yet"));
            if (given.contains(selector) || answer instanceof DnsAnswer.Found) {
                asked.put(where(selector), answer);
            }
            (given.contains(selector) ? Optional.of(judge(selector, answer)) : common(selector, answer))
                    .ifPresent(seen::add);
        });
        var evidence = FoundationRules.evidence(asked, at);
        // One known to be bad weighs most; not knowing one is no pass.
        for (Verdict verdict : List.of(Verdict.FAIL, Verdict.UNKNOWN, Verdict.WARN, Verdict.PASS)) {
            var these = seen.stream().filter(one -> one.verdict() == verdict).toList();
            if (!these.isEmpty()) {
                return new Finding(check, verdict, joined(these, Seen::message), joined(these, Seen::fix), evidence);
            }
        }
        return Finding.unknown(check, "No key was found at the selectors that are in common use; that is no evidence "
                + "that there is none.", "Name the selectors of " + domain.ascii() + ": s= in the DKIM-Signature of a "
                + "mail that you sent. A domain that sends nothing needs none.", evidence);
    }

    private static String joined(List<Seen> seen, Function<Seen, String> what) {
        return seen.stream().map(what).filter(text -> !text.isEmpty()).distinct().collect(Collectors.joining(" "));
    }

    private Optional<Seen> common(String selector, DnsAnswer answer) {
        return Optional.of(judge(selector, answer))
                .filter(seen -> seen.verdict() == Verdict.PASS || seen.verdict() == Verdict.WARN);
    }

    private Seen judge(String selector, DnsAnswer answer) {
        String fix = "Publish at TXT " + where(selector) + " the record that your mail server shows for it, v=DKIM1; "
                + "k=rsa; p=…, or stop signing with that selector.";
        return switch (answer) {
            case DnsAnswer.Unknown(var why) -> new Seen(Verdict.UNKNOWN, "The key at " + selector
                    + " could not be read: " + why + ".", "");
            case DnsAnswer.Absent _ -> new Seen(Verdict.FAIL, "There is no key at " + selector + ".", fix);
            case DnsAnswer.Found(var texts, var _) -> switch (DkimKey.parse(texts)) {
                case Parsed.Invalid<DkimKey> invalid -> new Seen(Verdict.FAIL,
                        "At " + selector + ": " + invalid.reason(), fix);
                case Parsed.Valid<DkimKey>(var key, var notes) when !notes.isEmpty() -> new Seen(Verdict.WARN, "At "
                        + selector + ": " + Subject.sentence(notes) + (key.testing() ? " It is in test mode (t=y)."
                                : ""),
                        "Make a key of " + DkimKey.GOOD_RSA_BITS + " bits, publish it at a new selector below "
                                + "_domainkey."
                                + domain.ascii() + " as v=DKIM1; k=rsa; p=…, sign with it, and remove the one at "
                                + selector + " a week later.");
                case Parsed.Valid<DkimKey>(var key, var _) when key.testing() -> new Seen(Verdict.WARN, "The key at "
                        + selector + " is in test mode (t=y): receivers may treat signed mail as if it were not.",
                        "Publish TXT " + where(selector) + " " + DkimKey.withoutTestMode(texts)
                                .orElse("without t=y") + " once signatures verify.");
                case Parsed.Valid<DkimKey>(var key, var _) -> new Seen(Verdict.PASS,
                        "There is a key at " + selector + " (" + key.algorithm() + ", " + key.bits() + " bits).", "");
            };
        };
    }
}

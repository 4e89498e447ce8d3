package dev.postern.check;

import dev.postern.foundation.BimiRecord;
import dev.postern.name.DomainName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.FoundationAnswers;
import dev.postern.parse.Parsed;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Whether the logo can be shown (draft-brand-indicators-for-message-identification).
final class BimiRules {

    /// Nobody copies a longer address.
    private static final int LONGEST = 500;

    private final String name;
    private final String where;
    private final DnsAnswer answer;
    private final DmarcRules dmarc;
    private final List<Evidence> evidence;

    private BimiRules(DomainName domain, FoundationAnswers answers, DmarcRules dmarc, Instant at) {
        this.name = domain.ascii();
        this.where = domain.child("default._bimi");
        this.answer = answers.bimi();
        this.dmarc = dmarc;
        this.evidence = FoundationRules.evidence(where, answer, at);
    }

    /// @param dmarc of the same domain: without its protection no logo is shown
    static List<Finding> judge(DomainName domain, FoundationAnswers answers, DmarcRules dmarc, Instant at) {
        return List.of(new BimiRules(domain, answers, dmarc, at).record());
    }

    private Finding record() {
        Check check = Check.BIMI_RECORD;
        return switch (answer) {
            case DnsAnswer.Unknown(var why) -> Finding.unknown(check, Subject.noAnswer(where, why), "", evidence);
            case DnsAnswer.Absent _ -> none(check);
            case DnsAnswer.Found(var texts, var _) -> switch (BimiRecord.parse(texts)) {
                // A wildcard's texts stand below every name.
                case Parsed.Invalid<BimiRecord>(var problems)
                        when problems.getFirst().code().equals("bimi-record-missing") -> none(check);
                case Parsed.Invalid<BimiRecord> invalid -> Finding.fail(check, invalid.reason(), "Publish one TXT "
                        + where + " v=BIMI1; l=https://" + name + "/logo.svg; a=https://" + name
                        + "/mark.pem with the addresses of your logo and its certificate, or none.", evidence);
                case Parsed.Valid<BimiRecord>(var record, var _) -> logo(check, record);
            };
        };
    }

    private Finding none(Check check) {
        return Finding.pass(check, "There is no BIMI record, and none is needed.", evidence);
    }

    private Finding logo(Check check, BimiRecord record) {
        if (record.logo().isEmpty()) {
            return Finding.pass(check, name + " declines to show a logo.", evidence);
        }
        Optional<String> unanswered = dmarc.unanswered();
        if (unanswered.isPresent()) {
            return Finding.unknown(check, "Whether DMARC is enforced, as a logo needs it, can't be told. "
                    + unanswered.get(), "", evidence);
        }
        Optional<String> notEnforced = dmarc.notEnforced();
        if (notEnforced.isPresent()) {
            return Finding.fail(check, "A logo is shown only for a domain whose DMARC policy is enforced, for all "
                    + "mail and for subdomains too.", notEnforced.get(), evidence);
        }
        if (record.evidence().isPresent()) {
            return Finding.pass(check, "The BIMI record can be read, and DMARC is enforced.", evidence);
        }
        String logo = record.logo().get().toString();
        return Finding.warn(check, "The record names no mark certificate; large mailbox providers show no logo "
                + "without.",
                "Get a verified or common mark certificate for the logo and publish TXT " + where + " v=BIMI1; l="
                        + (logo.length() > LONGEST ? "…" : logo) + "; a=https://" + name
                                + "/mark.pem with its address.",
                evidence);
    }
}

package dev.postern.check;

import dev.postern.dane.Dane;
import dev.postern.dane.DaneResult;
import dev.postern.dane.TlsaRecord;
import dev.postern.mtasts.Mode;
import dev.postern.observation.MxEndpoint;
import dev.postern.observation.MxEndpoint.Outcome;
import dev.postern.observation.MxEndpoint.Tls;
import dev.postern.observation.MxHost;
import dev.postern.observation.Tlsa;
import dev.postern.pki.Chain;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What makes senders insist on TLS, and what a sender that does DANE would meet (RFC 7672).
///
/// DANE goes first where both are published: a sender that does both must not deliver when DANE fails, whatever the
/// policy says (RFC 8461 §2).
final class DaneRules {

    /// What DANE comes to at one address of one MX.
    private record At(MxHost host, String where, DaneResult result) {
    }

    private final Subject subject;
    private final String name;
    private final List<At> all;
    private final List<Evidence> evidence;

    private DaneRules(Subject subject) {
        this.subject = subject;
        this.name = subject.name().ascii();
        this.all = subject.seen().mxHosts().stream().flatMap(host -> judge(host).stream()).toList();
        this.evidence = subject.seen().mxHosts().stream().map(DaneRules::evidence).toList();
    }

    static List<Finding> judge(Subject subject) {
        var rules = new DaneRules(subject);
        return List.of(rules.downgradeProtection(), rules.tlsa(), rules.withSts());
    }

    /// A host whose certificate nobody saw is judged by its records alone.
    private static List<At> judge(MxHost host) {
        var seen = new ArrayList<At>();
        for (MxEndpoint endpoint : host.endpoints()) {
            String where = host.host() + " (" + endpoint.address() + ")";
            Optional<Chain> chain = endpoint.tls().flatMap(Tls::chain);
            if (chain.isPresent()) {
                seen.add(new At(host, where, Dane.judge(host.tlsa(), host.host(), chain.get(), endpoint.at())));
            } else if (showsNone(endpoint.outcome())) {
                seen.add(new At(host, where, Dane.judgeWithoutTls(host.tlsa())));
            }
        }
        return seen.isEmpty() ? List.of(new At(host, host.host(), withoutDialogue(host.tlsa()))) : seen;
    }

    private static boolean showsNone(Outcome outcome) {
        return switch (outcome) {
            case EHLO_REFUSED, STARTTLS_NOT_OFFERED, STARTTLS_REFUSED, TLS_VERSION, TLS_FAILED -> true;
            default -> false;
        };
    }

    private static DaneResult withoutDialogue(Tlsa tlsa) {
        return switch (Dane.judgeWithoutTls(tlsa)) {
            case DaneResult.Mismatch _ -> new DaneResult.Unknown("no certificate could be seen from here");
            case DaneResult other -> other;
        };
    }

    private static Evidence evidence(MxHost host) {
        Tlsa tlsa = host.tlsa();
        return new Evidence("TLSA _25._tcp." + tlsa.base(), tlsa.records().stream().map(Object::toString)
                .collect(Collectors.joining("\n")) + (tlsa.records().isEmpty() ? "none" : "")
                + "\nDNSSEC of the records: " + tlsa.dnssec().state() + " " + tlsa.dnssec().detail()
                + "\nDNSSEC of the host's addresses: " + tlsa.host().state() + " " + tlsa.host().detail(), host.at());
    }

    private <R extends DaneResult> List<At> with(Class<R> kind) {
        return all.stream().filter(at -> kind.isInstance(at.result())).toList();
    }

    private static String words(List<At> those) {
        return those.stream().map(at -> at.where() + ": " + switch (at.result()) {
            case DaneResult.NotUsed(var why) -> why;
            case DaneResult.Matched(var record) -> "matches " + record;
            case DaneResult.Mismatch(var details) -> String.join("; ", details);
            case DaneResult.NoUsableRecords(var details) -> String.join("; ", details);
            case DaneResult.Bogus(var why) -> why;
            case DaneResult.Unknown(var why) -> why;
        }).distinct().collect(Collectors.joining(", "));
    }

    private Finding downgradeProtection() {
        Check check = Check.DOWNGRADE_PROTECTION;
        var shown = new ArrayList<>(subject.policyEvidence("https://mta-sts." + name
                + "/.well-known/mta-sts.txt"));
        shown.addAll(evidence);
        if (subject.nullMx()) {
            return Finding.pass(check, name + " takes no mail.", shown);
        }
        boolean enforced = Subject.stsRecord(subject.seen()).isPresent()
                && subject.servedPolicy().filter(policy -> policy.mode() == Mode.ENFORCE).isPresent();
        boolean dane = !all.isEmpty() && all.stream().allMatch(at -> at.result() instanceof DaneResult.Matched);
        if (enforced || dane) {
            return Finding.pass(check, enforced && dane ? "Senders insist on TLS, by the policy and by DANE."
                    : enforced ? "Senders that do MTA-STS insist on TLS: the policy says enforce."
                    : "Senders that do DANE insist on TLS.", shown);
        }
        String who = with(DaneResult.Matched.class).isEmpty() ? "" : " DANE protects some of its MXs only.";
        return Finding.warn(check, "A person in the middle can remove STARTTLS or show any certificate for " + name
                        + ", and senders deliver to them: no enforced policy and no DANE make senders insist on TLS." + who,
                "Take the policy of " + name + " to enforce, in the order of the stages here.", shown);
    }

    private Finding tlsa() {
        Check check = Check.DANE_TLSA;
        if (all.isEmpty()) {
            return subject.nullMx() ? Finding.pass(check, name + " takes no mail: there is no MX to name.",
                    subject.evidence("MX " + name, subject.seen().mx()))
                    : Finding.unknown(check, "The MXs of " + name + " are not known.", "", evidence);
        }
        var mismatches = with(DaneResult.Mismatch.class);
        if (!mismatches.isEmpty()) {
            return Finding.fail(check, "Senders that do DANE refuse " + words(mismatches) + ".", "Publish "
                    + mismatches.stream().map(DaneRules::recordFor).distinct().collect(Collectors.joining(" and "))
                    + " in the signed zone, and remove the records that match nothing.", evidence);
        }
        var bogus = with(DaneResult.Bogus.class);
        if (!bogus.isEmpty()) {
            return Finding.fail(check, "Senders that do DANE do not deliver to " + words(bogus) + ".",
                    "Have the zone signed again, or its DS records corrected at the registrar.", evidence);
        }
        var unusable = with(DaneResult.NoUsableRecords.class);
        if (!unusable.isEmpty()) {
            return Finding.warn(check, "The TLSA records can't be used for SMTP: " + words(unusable) + ".",
                    "Publish " + unusable.stream().map(DaneRules::recordFor).distinct()
                            .collect(Collectors.joining(" and ")) + " instead (RFC 7672 §3.1).", evidence);
        }
        var unsigned = all.stream().filter(at -> at.result() instanceof DaneResult.NotUsed
                && !at.host().tlsa().records().isEmpty()).toList();
        if (!unsigned.isEmpty()) {
            return Finding.warn(check, "There are TLSA records that no sender uses: " + words(unsigned) + ".",
                    "Sign the zone with DNSSEC, or remove the TLSA records.", evidence);
        }
        var unknown = with(DaneResult.Unknown.class);
        if (!unknown.isEmpty()) {
            return Finding.unknown(check, "Whether DANE matches could not be told: " + words(unknown) + ".", "",
                    evidence);
        }
        var matched = with(DaneResult.Matched.class);
        return matched.isEmpty() ? Finding.pass(check, "DANE is not used: there are no secure TLSA records.", evidence)
                : Finding.pass(check, words(matched) + ".", evidence);
    }

    /// The record to publish for what a host shows; DANE-EE with the key's digest lasts as long as the key (RFC 7671
    /// §5.1, §8.1).
    private static String recordFor(At at) {
        String owner = "TLSA _25._tcp." + at.host().tlsa().base();
        return at.host().endpoints().stream().flatMap(endpoint -> endpoint.tls().flatMap(Tls::chain).stream())
                .findFirst().map(chain -> owner + " " + TlsaRecord.of(
                        TlsaRecord.DANE_EE, TlsaRecord.PUBLIC_KEY,
                        TlsaRecord.SHA_256, chain.leaf()))
                .orElse(owner + " 3 1 1 and the SHA-256 of the public key");
    }

    private Finding withSts() {
        Check check = Check.DANE_WITH_STS;
        boolean policy = subject.policy().filter(held -> held.mode() != Mode.NONE).isPresent();
        var refused = all.stream().filter(at -> at.result() instanceof DaneResult.Mismatch
                || at.result() instanceof DaneResult.Bogus).toList();
        if (!policy) {
            return Finding.pass(check, "There is no policy for DANE to disagree with.", shown());
        }
        if (!refused.isEmpty()) {
            return Finding.fail(check, "A policy is published, and DANE fails: senders that do both do not deliver, "
                            + "whatever the policy says: " + words(refused) + ".",
                    "Make the TLSA records match first, or remove them; then go on with the policy.", shown());
        }
        long protectedByDane = with(DaneResult.Matched.class).stream().map(At::host).distinct().count();
        long hosts = subject.seen().mxHosts().size();
        if (protectedByDane > 0 && protectedByDane < hosts && with(DaneResult.Unknown.class).isEmpty()) {
            return Finding.warn(check, "Only " + protectedByDane + " of " + hosts + " MXs have DANE: an attacker leads "
                            + "senders that do DANE to one of the others.",
                    "Publish TLSA records for every MX of " + name + ".", shown());
        }
        if (all.isEmpty() && !subject.nullMx() || !with(DaneResult.Unknown.class).isEmpty()) {
            return Finding.unknown(check, "Whether DANE agrees with the policy could not be told.", "", shown());
        }
        return Finding.pass(check, protectedByDane == 0 ? "Only MTA-STS applies: no MX has DANE."
                : "DANE and MTA-STS both hold; senders that do both go by DANE.", shown());
    }

    private List<Evidence> shown() {
        return evidence.isEmpty() ? subject.evidence("MX " + name, subject.seen().mx()) : evidence;
    }
}

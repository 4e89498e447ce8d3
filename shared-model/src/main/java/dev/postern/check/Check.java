package dev.postern.check;

import java.util.Arrays;
import java.util.Optional;

/// The catalogue of checks, in the order in which to work on them. Ids are stable: APIs, links and stored findings
/// name them. The help in the pages and `docs/checks.md` are made from it.
public enum Check {
    VANTAGE_AGREEMENT("vantage-agreement", Stage.ENFORCEMENT, Need.NO_FAILURE, "Same answers from everywhere",
            "An attacker on one path changes what is seen on that path only: STARTTLS gone, another certificate, another "
                    + "policy. That is the downgrade that MTA-STS exists for (RFC 8461 §10).",
            "Two vantage points get answers that can't both be honest. It warns of valid certificates from different "
                    + "authorities. With one vantage point it is unknown."),

    DOMAIN_OWNERSHIP("domain-ownership", Stage.SETUP, Need.REQUIRED, "Ownership proven",
            "Reports are shown and policies served only to who controls the domain's DNS.",
            "None of the three proofs is in DNS."),
    MX_RECORDS("mx-records", Stage.SETUP, Need.REQUIRED, "Mail servers found",
            "The MX records say which hosts the policy has to name (RFC 5321 §5.1, RFC 8461 §4.1).",
            "There is neither an MX record nor an address. It warns of a null MX, an implicit MX and of one host named "
                    + "twice."),
    MX_ALIAS("mx-alias", Stage.SETUP, Need.ADVICE, "No MX is an alias",
            "An MX must name a host with addresses, not an alias (RFC 5321 §5.1, RFC 2181 §10.3). Senders disagree on "
                    + "whether a policy and a certificate are compared with the alias or with its target.",
            "An MX leads to a CNAME."),
    MX_ADDRESSES("mx-addresses", Stage.SETUP, Need.REQUIRED, "Every MX has public addresses",
            "A sender that finds no address for an MX tries the next; when there is none, mail waits and bounces.",
            "An MX has no address, or only private ones."),
    DNSSEC("dnssec", Stage.SETUP, Need.ADVICE, "DNSSEC holds",
            "A zone whose signatures don't hold is unreachable for every validating resolver (RFC 4035 §5.5). An unsigned "
                    + "zone works; DANE then can't be used, and MTA-STS is what protects its mail (RFC 8461 §1).",
            "The signatures of the domain's zone do not hold."),
    DNS_TTL("dns-ttl", Stage.SETUP, Need.ADVICE, "Records can be changed in time",
            "A changed policy is noticed when the TXT record's new id is (RFC 8461 §3.1). The TTL delays that, also when "
                    + "a mistake must be undone.",
            "It warns when the TTL of a record that the rollout changes is longer than a day."),
    TLSRPT_RECORD("tlsrpt-record", Stage.SETUP, Need.REQUIRED, "TLS-RPT record",
            "Senders read at _smtp._tls where to report what failed (RFC 8460 §3).",
            "There is no valid record, or it does not name Postern's report address."),
    TLSRPT_DESTINATIONS("tlsrpt-destinations", Stage.SETUP, Need.ADVICE, "Report addresses take reports",
            "Reports tell of broken TLS, so they must be able to arrive when the domain's own TLS is what is broken "
                    + "(RFC 8460 §3, §5.3).",
            "A report address has no server that answers. It warns when every address lies behind the MXs that the "
                    + "reports are about."),
    POLICY_HOST_ADDRESS("policy-host-address", Stage.SETUP, Need.REQUIRED, "Policy host address",
            "Senders fetch the policy from the host mta-sts below the domain (RFC 8461 §3.3).",
            "The policy host does not lead to where the policy is served."),

    STS_POLICY_FETCH("sts-policy-fetch", Stage.TESTING, Need.REQUIRED, "Policy served",
            "Over HTTPS with a certificate valid for the policy host, status 200, no redirect, text/plain (RFC 8461 "
                    + "§3.2, §3.3).",
            "A sender that fetches the policy gets none it may use. It warns of another media type, which some senders "
                    + "refuse."),
    STS_POLICY_SYNTAX("sts-policy-syntax", Stage.TESTING, Need.REQUIRED, "Policy can be read",
            "A policy that breaks the grammar is no policy: senders keep what they had (RFC 8461 §3.2, §5.1).",
            "The file breaks the grammar. It warns of what senders forgive."),
    POLICY_HOST_CERTIFICATE("policy-host-certificate", Stage.TESTING, Need.REQUIRED, "Policy host's certificate lasts",
            "When it expires, no sender can fetch the policy any more, and protection ends as caches do (RFC 8461 §3.3).",
            "It has expired or does so within 3 days. It warns from 14 days."),
    STS_POLICY_BODY("sts-policy-body", Stage.TESTING, Need.REQUIRED, "Policy as intended",
            "What senders fetch is what Postern holds for the domain.",
            "The served policy differs from the newest one published here."),
    STS_RECORD_SYNTAX("sts-record-syntax", Stage.TESTING, Need.REQUIRED, "MTA-STS record",
            "Senders look at _mta-sts for the id that says whether the policy changed (RFC 8461 §3.1).",
            "There is no valid record, more than one, or it has another id than the newest policy."),
    STS_ID_CHANGE("sts-id-change", Stage.TESTING, Need.NO_FAILURE, "Id and policy change together",
            "Senders that hold a policy look at the id only: a policy changed under the same id is not fetched, and a new "
                    + "id for the same policy costs every sender a fetch (RFC 8461 §3.1, §5.1).",
            "The policy changed since the last probe, and the id did not. It warns of the reverse."),
    STS_MAX_AGE("sts-max-age", Stage.TESTING, Need.ADVICE, "max_age fits",
            "Senders hold the policy for max_age seconds after each fetch. Short ones end protection at the first outage, "
                    + "weeks are advised once stable (RFC 8461 §3.2, §10.2); long ones make a mistake last.",
            "It warns below a day, under enforce below a week, and when it outlasts a certificate whose renewal is due."),

    POLICY_COVERS_MX("policy-covers-mx", Stage.ENFORCEMENT, Need.REQUIRED, "Policy names every MX",
            "Under enforce, senders refuse an MX that no pattern of the policy matches (RFC 8461 §4.1).",
            "An MX matches no pattern. It warns of a pattern that no MX matches."),
    MX_REACHABLE("mx-reachable", Stage.ENFORCEMENT, Need.REQUIRED, "Every MX answers",
            "Every address of every MX greets with 220 and takes EHLO (RFC 5321 §3.1).",
            "An address refuses, or does not speak SMTP. Silence and a refusal for now are no evidence: unknown."),
    MX_STARTTLS("mx-starttls", Stage.ENFORCEMENT, Need.REQUIRED, "Every MX offers STARTTLS",
            "Under enforce, senders refuse an MX without STARTTLS (RFC 8461 §4.2, RFC 3207).",
            "STARTTLS is not offered, or refused once offered."),
    MX_TLS_VERSION("mx-tls-version", Stage.ENFORCEMENT, Need.REQUIRED, "TLS 1.2 or newer",
            "Older versions are deprecated, and large senders no longer speak them (RFC 8996, RFC 8997).",
            "The handshake fails, or agrees on less than TLS 1.2."),
    MX_CERTIFICATE_CHAIN("mx-certificate-chain", Stage.ENFORCEMENT, Need.REQUIRED, "Certificates lead to a trusted root",
            "Under enforce, senders refuse an MX whose certificate does not lead to a root they trust (RFC 8461 §4.2).",
            "A chain is incomplete, self-signed or leads elsewhere."),
    MX_CERTIFICATE_NAME("mx-certificate-name", Stage.ENFORCEMENT, Need.REQUIRED, "Certificates name the MX",
            "Under enforce, senders refuse an MX whose certificate has no alternative name that covers the host of the MX "
                    + "record (RFC 8461 §4.2).",
            "No alternative name covers the MX host."),
    MX_CERTIFICATE_EXPIRY("mx-certificate-expiry", Stage.ENFORCEMENT, Need.REQUIRED, "Certificates are in date",
            "Under enforce, senders refuse an MX with an expired certificate (RFC 8461 §4.2).",
            "A certificate is out of date. It warns from 21 days before, from 7 for one that lives 30 days or less."),
    MX_CERTIFICATE_STRENGTH("mx-certificate-strength", Stage.ENFORCEMENT, Need.REQUIRED, "Keys and signatures are strong",
            "Public roots have not signed SHA-1 or RSA keys below 2048 bits for years, and senders refuse them (CA/Browser "
                    + "Forum Baseline Requirements §6.1.5).",
            "SHA-1 or MD5, RSA below 2048 bits, or an elliptic curve below 256."),
    MX_CERTIFICATE_REVOCATION("mx-certificate-revocation", Stage.ENFORCEMENT, Need.NO_FAILURE,
            "No certificate is stapled as revoked",
            "A server may staple its authority's word on revocation to the handshake (RFC 6066 §8). None stapled is "
                    + "usual.",
            "The stapled answer says revoked. It warns of one that can't be used."),
    DOWNGRADE_PROTECTION("downgrade-protection", Stage.ENFORCEMENT, Need.ADVICE, "STARTTLS can't be stripped unseen",
            "Without an enforced policy or DANE, whoever is on the path can remove STARTTLS or show any certificate, and "
                    + "senders deliver in the clear (RFC 3207 §6, RFC 8461 §1).",
            "It warns as long as nothing makes senders insist on TLS."),
    DANE_TLSA("dane-tlsa", Stage.ENFORCEMENT, Need.ADVICE, "DANE matches",
            "A sender that does DANE refuses an MX whose certificate matches none of its secure TLSA records (RFC 7672 "
                    + "§2.2, §3.1).",
            "An MX has secure TLSA records, and none matches. It warns of records that can't be used or are not signed."),
    DANE_WITH_STS("dane-with-sts", Stage.ENFORCEMENT, Need.NO_FAILURE, "DANE and MTA-STS agree",
            "Where both are published, a failure of DANE stops delivery whatever the policy says (RFC 8461 §2).",
            "DANE fails at an MX of a domain that has a policy. It warns when only some MXs have DANE."),

    SPF_RECORD("spf-record", Stage.FOUNDATION, Need.APART, "SPF record",
            "Says which servers may send with this domain as envelope sender (RFC 7208 §3).",
            "There is none, more than one, or it breaks the grammar."),
    SPF_LOOKUPS("spf-lookups", Stage.FOUNDATION, Need.APART, "SPF needs at most ten lookups",
            "Receivers stop after ten lookups that mechanisms cause, and treat the record as in error (RFC 7208 §4.6.4).",
            "More than ten, an include that leads nowhere, or a loop. It warns from nine."),
    SPF_POLICY("spf-policy", Stage.FOUNDATION, Need.APART, "SPF ends firmly",
            "What no mechanism matches is for the last word: -all or ~all (RFC 7208 §5.1, §10.1).",
            "+all lets anybody send. It warns of ?all and of no last word."),
    DKIM_KEYS("dkim-keys", Stage.FOUNDATION, Need.APART, "DKIM keys",
            "Receivers find the key of a signature at its selector (RFC 6376 §3.6). Selectors can't be listed from outside: "
                    + "finding none is no evidence.",
            "A given selector has no usable key. It warns of RSA keys below 2048 bits and of test mode."),
    DMARC_RECORD("dmarc-record", Stage.FOUNDATION, Need.APART, "DMARC record",
            "Ties what people see as sender to SPF and DKIM, and says what to do otherwise (RFC 7489 §6.3).",
            "There is none, more than one, or it breaks the grammar."),
    DMARC_POLICY("dmarc-policy", Stage.FOUNDATION, Need.APART, "DMARC is enforced",
            "p=none only watches; quarantine and reject protect (RFC 7489 §6.3).",
            "It warns of p=none, of pct below 100 and of subdomains left open."),
    DMARC_REPORTS("dmarc-reports", Stage.FOUNDATION, Need.APART, "DMARC reports arrive",
            "A destination outside the domain must consent in its own DNS, or receivers send it nothing (RFC 7489 §7.1).",
            "A destination has not consented. It warns when no reports are asked for."),
    BIMI_RECORD("bimi-record", Stage.FOUNDATION, Need.APART, "BIMI record",
            "Shows the brand's logo in some mailboxes, once DMARC is enforced. It protects nothing by itself "
                    + "(draft-brand-indicators-for-message-identification §4).",
            "A record that breaks the grammar, or one without enforced DMARC. None is fine.");

    /// What the step to `enforce` makes of a check.
    public enum Need {
        /// It must pass, or at most warn.
        REQUIRED,
        /// It must not fail; not knowing is no obstacle.
        NO_FAILURE,
        /// Shown on the way; enforce does not refuse mail over it.
        ADVICE,
        /// Another standard's; it stands by itself.
        APART
    }

    private final String id;
    private final Stage stage;
    private final Need need;
    private final String title;
    private final String meaning;
    private final String failsWhen;

    Check(String id, Stage stage, Need need, String title, String meaning, String failsWhen) {
        this.id = id;
        this.stage = stage;
        this.need = need;
        this.title = title;
        this.meaning = meaning;
        this.failsWhen = failsWhen;
    }

    /// The stable name in kebab case.
    public String id() {
        return id;
    }

    public Stage stage() {
        return stage;
    }

    public Need need() {
        return need;
    }

    public String title() {
        return title;
    }

    /// Why it matters, with its clause.
    public String meaning() {
        return meaning;
    }

    /// When it fails, and when it warns.
    public String failsWhen() {
        return failsWhen;
    }

    /// The check of a stored id; empty for one that this version does not know.
    public static Optional<Check> byId(String id) {
        return Arrays.stream(values()).filter(check -> check.id.equals(id)).findFirst();
    }
}

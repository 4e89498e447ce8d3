package dev.postern.tlsrpt;

import java.util.Arrays;

/// Why a session failed (RFC 8460 §4.3), what it means for an administrator, and what it would have meant for the mail
/// under MTA-STS enforce (RFC 8461 §5).
public enum ResultType {
    STARTTLS_NOT_SUPPORTED("starttls-not-supported", "RFC 8460 §4.3.1", Consequence.REFUSED,
            "The MX did not offer STARTTLS, or somebody on the path removed the offer.",
            "Switch STARTTLS on at this MX; if it is on, look at firewalls and SMTP proxies in front of it."),
    CERTIFICATE_HOST_MISMATCH("certificate-host-mismatch", "RFC 8460 §4.3.1", Consequence.REFUSED,
            "The certificate does not name the MX host.",
            "Get a certificate for this MX whose subject alternative names hold its host name."),
    CERTIFICATE_EXPIRED("certificate-expired", "RFC 8460 §4.3.1", Consequence.REFUSED,
            "The certificate of the MX has expired.",
            "Renew the certificate of this MX and reload the mail server."),
    CERTIFICATE_NOT_TRUSTED("certificate-not-trusted", "RFC 8460 §4.3.1", Consequence.REFUSED,
            "The sender does not trust the certificate of the MX: self-signed, an unknown authority, or an "
                    + "intermediate certificate is missing.",
            "Install a certificate of a public authority at this MX, with its whole chain."),
    VALIDATION_FAILURE("validation-failure", "RFC 8460 §4.3.3", Consequence.REFUSED,
            "The session failed for a reason that has no type of its own, often because the policy does not name the MX.",
            "Look at the failure reason code; see that the policy names every MX, then try the connection with the TLS "
                    + "versions and ciphers that you offer."),
    TLSA_INVALID("tlsa-invalid", "RFC 8460 §4.3.2.1", Consequence.DANE,
            "A TLSA record is malformed or matches no certificate of the MX (DANE).",
            "Publish TLSA records that match the MX's certificate or key; roll them before you renew."),
    DNSSEC_INVALID("dnssec-invalid", "RFC 8460 §4.3.2.1", Consequence.DANE,
            "DNSSEC validation failed, so no DANE records could be had.",
            "Have the zone's signatures and its DS record checked."),
    DANE_REQUIRED("dane-required", "RFC 8460 §4.3.2.1", Consequence.DANE,
            "The sender requires DANE for this domain and found no DNSSEC-signed TLSA records for the MX.",
            "Publish TLSA records in a signed zone, or ask the sender why it requires DANE."),
    STS_POLICY_FETCH_ERROR("sts-policy-fetch-error", "RFC 8460 §4.3.2.2", Consequence.UNPROTECTED,
            "The sender could not fetch the MTA-STS policy.",
            "Make sure that the policy host answers over HTTPS from everywhere, without redirects."),
    STS_POLICY_INVALID("sts-policy-invalid", "RFC 8460 §4.3.2.2", Consequence.UNPROTECTED,
            "The sender fetched a policy that it could not read.",
            "Compare the served file with the policy shown here."),
    STS_WEBPKI_INVALID("sts-webpki-invalid", "RFC 8460 §4.3.2.2", Consequence.UNPROTECTED,
            "The certificate of the policy host was not valid for it.",
            "Renew or replace the certificate of the policy host mta-sts."),
    /// A word that the RFC does not know; the word as sent is kept beside it.
    OTHER("other", "RFC 8460 §4.3", Consequence.UNCLEAR,
            "The sender gave no reason, or one that RFC 8460 does not list.",
            "Look at the report itself, and ask the sender's contact.");

    private final String wire;
    private final String rule;
    private final Consequence consequence;
    private final String meaning;
    private final String remedy;

    ResultType(String wire, String rule, Consequence consequence, String meaning, String remedy) {
        this.wire = wire;
        this.rule = rule;
        this.consequence = consequence;
        this.meaning = meaning;
        this.remedy = remedy;
    }

    /// The word in reports.
    public String wire() {
        return wire;
    }

    /// The clause that defines it: `RFC 8460 §4.3.1`.
    public String rule() {
        return rule;
    }

    /// What it would have meant under MTA-STS enforce, where the policy type is not DANE's: see [Consequence#of].
    public Consequence consequence() {
        return consequence;
    }

    /// What happened, in one sentence.
    public String meaning() {
        return meaning;
    }

    /// What to do about it, in one sentence.
    public String remedy() {
        return remedy;
    }

    /// The type of a word as sent, case aside.
    public static ResultType byWire(String word) {
        return Arrays.stream(values()).filter(type -> type != OTHER && type.wire.equalsIgnoreCase(word)).findFirst()
                .orElse(OTHER);
    }
}

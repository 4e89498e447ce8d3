package dev.postern.bounce;

import static dev.postern.check.Check.DANE_TLSA;
import static dev.postern.check.Check.DNSSEC;
import static dev.postern.check.Check.MX_CERTIFICATE_CHAIN;
import static dev.postern.check.Check.MX_CERTIFICATE_EXPIRY;
import static dev.postern.check.Check.MX_CERTIFICATE_NAME;
import static dev.postern.check.Check.MX_RECORDS;
import static dev.postern.check.Check.MX_STARTTLS;
import static dev.postern.check.Check.MX_TLS_VERSION;
import static dev.postern.check.Check.POLICY_COVERS_MX;
import static dev.postern.check.Check.STS_POLICY_BODY;

import dev.postern.check.Check;
import dev.postern.tlsrpt.ResultType;
import java.util.List;

/// What a bounce says was wrong.
public enum Fault {
    /// RFC 8461 §4.1.
    MX_NOT_IN_POLICY("MTA-STS", "The MX is not in the policy",
            "The sender holds the recipient domain's MTA-STS policy, and no MX that it could use is named there.",
            "Compare the MX records with the mx lines of the policy. Add the missing MX to the policy first, then publish a new "
                    + "id; senders that hold the old policy keep refusing until they have fetched the new one.",
            List.of(POLICY_COVERS_MX, STS_POLICY_BODY, MX_RECORDS), List.of(ResultType.VALIDATION_FAILURE)),
    /// RFC 8461 §4.2.
    STS_CERTIFICATE("MTA-STS", "The certificate of the MX failed the policy",
            "The sender holds the recipient domain's MTA-STS policy, and the certificate of the MX is expired, not from a "
                    + "trusted CA, or not for this name.",
            "Look at the certificate of the MX: its expiry, its chain with every intermediate, and its names.",
            List.of(MX_CERTIFICATE_EXPIRY, MX_CERTIFICATE_CHAIN, MX_CERTIFICATE_NAME),
            List.of(ResultType.CERTIFICATE_EXPIRED, ResultType.CERTIFICATE_NOT_TRUSTED,
                    ResultType.CERTIFICATE_HOST_MISMATCH)),
    /// RFC 7672 §2.2.
    DANE_STARTTLS("DANE", "The MX offered no TLS, though its TLSA records ask for it",
            "The MX has TLSA records, so the sender delivers with TLS only; the MX offered no STARTTLS, or the handshake "
                    + "failed.",
            "Bring STARTTLS back on this MX, on every address it has, or find what removes it on the way.",
            List.of(MX_STARTTLS, DANE_TLSA), List.of(ResultType.STARTTLS_NOT_SUPPORTED)),
    DANE_EXPIRED("DANE", "The certificate of the MX is expired",
            "The sender checked the MX by DANE and found an expired certificate.",
            "Renew the certificate, and publish the TLSA record of the new one before it is put to use.",
            List.of(MX_CERTIFICATE_EXPIRY, DANE_TLSA), List.of(ResultType.CERTIFICATE_EXPIRED)),
    /// RFC 7671 §8.1 on key rollover.
    TLSA_MISMATCH("DANE", "The certificate does not match the TLSA records",
            "None of the TLSA records of the MX matches the certificate that it shows: most often the certificate was renewed "
                    + "and the records were not.",
            "Publish the TLSA record of the certificate in use beside the old ones; remove those later.",
            List.of(DANE_TLSA, DNSSEC), List.of(ResultType.TLSA_INVALID)),
    DNSSEC_INVALID("DANE", "The domain's DNSSEC does not validate",
            "The recipient's zone is signed, and the sender's resolver could not validate an answer from it. A sender that "
                    + "uses DANE does not deliver then (RFC 7672 §2.1).",
            "Check DS and RRSIG records of the zones of the domain and of the MX: expired signatures and a DS left over from a "
                    + "key rollover are the usual causes.",
            List.of(DNSSEC, DANE_TLSA), List.of(ResultType.DNSSEC_INVALID)),
    /// RFC 7672 §3.2.2 and §3.2.3: names count for usage 2 only.
    DANE_NAME("DANE", "The certificate is for another name",
            "The sender checked the MX by DANE with a TLSA record of usage 2, and the certificate names neither the MX nor the "
                    + "domain.",
            "Issue a certificate that names the MX, or publish a TLSA record of usage 3, for which names do not count.",
            List.of(MX_CERTIFICATE_NAME, DANE_TLSA), List.of(ResultType.CERTIFICATE_HOST_MISMATCH)),
    STARTTLS_MISSING("MTA-STS, DANE or a rule of the sender's own", "The MX offered no STARTTLS",
            "The sender must use TLS for this mail, and the MX did not offer it, or refused to start. The bounce does not say "
                    + "which policy asked for TLS.",
            "See whether the MX offers STARTTLS on every address it has. If it does, something on the way to this sender "
                    + "removes it, which is what MTA-STS protects from.",
            List.of(MX_STARTTLS), List.of(ResultType.STARTTLS_NOT_SUPPORTED)),
    HANDSHAKE("MTA-STS, DANE or a rule of the sender's own", "The TLS handshake failed",
            "Sender and MX could not agree on TLS. The bounce does not say which policy asked for it.",
            "See which TLS versions and certificates the MX has; TLS 1.2 is the least that senders ask for.",
            List.of(MX_STARTTLS, MX_TLS_VERSION), List.of(ResultType.VALIDATION_FAILURE,
            ResultType.STARTTLS_NOT_SUPPORTED)),
    CERTIFICATE_UNTRUSTED("MTA-STS or a rule of the sender's own", "The certificate is not from a CA that the sender trusts",
            "The chain of the MX's certificate did not lead to a root that the sender trusts: self-signed, an intermediate "
                    + "missing, or expired.",
            "Send the full chain, and use a CA that senders trust.",
            List.of(MX_CERTIFICATE_CHAIN, MX_CERTIFICATE_EXPIRY), List.of(ResultType.CERTIFICATE_NOT_TRUSTED,
            ResultType.CERTIFICATE_EXPIRED)),
    CERTIFICATE_UNVERIFIED("MTA-STS, DANE or a rule of the sender's own", "The certificate does not match",
            "The sender reached the MX with TLS, and the certificate is not the one its policy asks for: another name (MTA-STS), "
                    + "or no TLSA record matches (DANE). An MX that the policy does not name looks the same to Postfix.",
            "Compare the names in the certificate with the MX and with the policy, and the TLSA records with the certificate.",
            List.of(MX_CERTIFICATE_NAME, POLICY_COVERS_MX, DANE_TLSA, MX_CERTIFICATE_CHAIN),
            List.of(ResultType.CERTIFICATE_HOST_MISMATCH, ResultType.VALIDATION_FAILURE, ResultType.TLSA_INVALID)),
    TLSA_LOOKUP("DANE", "The TLSA records could not be looked up",
            "The DNS gave the sender no usable answer to whether the MX has TLSA records, so it may not deliver without them "
                    + "(RFC 7672 §2.1.1).",
            "See that the name servers of the MX's zone answer TLSA queries, and that its signatures are valid.",
            List.of(DNSSEC, DANE_TLSA), List.of(ResultType.DNSSEC_INVALID)),
    SENT_WITHOUT_TLS("TLS, at the sending server", "The sender delivered without TLS",
            "The recipient's provider asks senders to use TLS, and the sending server did not. That is about mail that your own "
                    + "servers send, and no MTA-STS policy of the recipient's is to blame.",
            "Turn on STARTTLS for outgoing mail on the server that sent this.",
            List.of(), List.of());

    private final String mechanism;
    private final String title;
    private final String meaning;
    private final String remedy;
    private final List<Check> checks;
    private final List<ResultType> resultTypes;

    Fault(String mechanism, String title, String meaning, String remedy, List<Check> checks,
          List<ResultType> resultTypes) {
        this.mechanism = mechanism;
        this.title = title;
        this.meaning = meaning;
        this.remedy = remedy;
        this.checks = checks;
        this.resultTypes = resultTypes;
    }

    /// What made the sender refuse.
    public String mechanism() {
        return mechanism;
    }

    public String title() {
        return title;
    }

    public String meaning() {
        return meaning;
    }

    public String remedy() {
        return remedy;
    }

    /// The checks that show it, the likeliest first. None where the recipient's domain has no part in it.
    public List<Check> checks() {
        return checks;
    }

    /// As which the same sender may report it by TLS-RPT.
    public List<ResultType> resultTypes() {
        return resultTypes;
    }
}

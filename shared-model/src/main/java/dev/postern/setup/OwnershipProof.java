package dev.postern.setup;

/// How control of a domain's DNS was shown. Each rests on a value that only this organisation was given.
public enum OwnershipProof {
    /// The challenge in a TXT record.
    TXT_RECORD("the TXT record"),
    /// `mta-sts` leads to this domain's own name at Postern's policy host.
    POLICY_DELEGATION("the CNAME of the policy host"),
    /// `_smtp._tls` names this domain's own report address.
    REPORT_ADDRESS("the report address in the TLS-RPT record");

    private final String words;

    OwnershipProof(String words) {
        this.words = words;
    }

    /// For "proven by …".
    public String words() {
        return words;
    }
}

package dev.postern.check;

import java.util.Arrays;
import java.util.Optional;

/// The catalogue of checks, in the order in which to work on them. Ids are stable: APIs, links and stored findings
/// name them.
public enum Check {
    DOMAIN_OWNERSHIP("domain-ownership", Stage.SETUP, "Ownership proven",
            "Reports are shown and policies served only to who controls the domain's DNS."),
    MX_RECORDS("mx-records", Stage.SETUP, "Mail servers found",
            "The MX records say which hosts the policy has to name."),
    TLSRPT_RECORD("tlsrpt-record", Stage.SETUP, "TLS-RPT record",
            "Senders read at _smtp._tls where to report what failed (RFC 8460 §3)."),
    POLICY_HOST_ADDRESS("policy-host-address", Stage.SETUP, "Policy host address",
            "Senders fetch the policy from the host mta-sts below the domain (RFC 8461 §3.3)."),
    STS_POLICY_FETCH("sts-policy-fetch", Stage.TESTING, "Policy served",
            "Over HTTPS with a valid certificate, status 200, text/plain, and nothing wrong in it (RFC 8461 §3.2, §3.3)."),
    STS_POLICY_BODY("sts-policy-body", Stage.TESTING, "Policy as intended",
            "What senders fetch is what Postern holds for the domain."),
    STS_RECORD_SYNTAX("sts-record-syntax", Stage.TESTING, "MTA-STS record",
            "Senders look at _mta-sts for the id that says whether the policy changed (RFC 8461 §3.1)."),
    POLICY_COVERS_MX("policy-covers-mx", Stage.ENFORCEMENT, "Policy names every MX",
            "Under enforce, senders refuse an MX that no pattern of the policy matches (RFC 8461 §4.1).");

    private final String id;
    private final Stage stage;
    private final String title;
    private final String meaning;

    Check(String id, Stage stage, String title, String meaning) {
        this.id = id;
        this.stage = stage;
        this.title = title;
        this.meaning = meaning;
    }

    /// The stable name in kebab case.
    public String id() {
        return id;
    }

    public Stage stage() {
        return stage;
    }

    public String title() {
        return title;
    }

    /// Why it matters, in one sentence, with its clause.
    public String meaning() {
        return meaning;
    }

    /// The check of a stored id; empty for one that this version does not know.
    public static Optional<Check> byId(String id) {
        return Arrays.stream(values()).filter(check -> check.id.equals(id)).findFirst();
    }
}

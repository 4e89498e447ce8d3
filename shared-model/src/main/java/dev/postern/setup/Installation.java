package dev.postern.setup;

import dev.postern.name.DomainName;
import dev.postern.tlsrpt.TlsRptRecord;

/// The public names under which this installation is reached.
///
/// @param publicHost the host of web pages, report receiver and policy host, `postern.example.net`
public record Installation(String publicHost) {

    /// Where the ownership challenge is published.
    public String ownershipName(DomainName domain) {
        return domain.child("_postern-challenge");
    }

    public String ownershipValue(PolicyDomain domain) {
        return "postern-verification=" + domain.ownershipToken();
    }

    /// The policy host's name for one domain only. It carries the domain's token: with a name that all share, whoever
    /// added somebody else's delegated domain first would seem to own it.
    public String policyHostTarget(MailDomain domain) {
        return domain.ownershipToken() + ".mta-sts." + publicHost;
    }

    /// The `mailto:` report address (RFC 8460 §3).
    public String reportMailto(PolicyDomain domain) {
        return "mailto:" + domain.reportToken() + "@" + publicHost;
    }

    /// The `https:` report address (RFC 8460 §5.4).
    public String reportHttps(PolicyDomain domain) {
        return "https://" + publicHost + "/v1/tlsrpt/" + domain.reportToken();
    }

    /// Whether a published record sends reports to this installation under the domain's own address.
    public boolean reportsArrive(PolicyDomain domain, TlsRptRecord published) {
        return published.rua().stream().anyMatch(uri -> uri.uri().equalsIgnoreCase(reportMailto(domain))
                || uri.uri().equalsIgnoreCase(reportHttps(domain)));
    }
}

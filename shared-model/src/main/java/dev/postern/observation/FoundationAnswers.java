package dev.postern.observation;

import java.util.Map;
import java.util.Optional;

/// What DNS says of the layers below MTA-STS: SPF, DKIM, DMARC, BIMI.
///
/// @param spf            TXT of the domain itself
/// @param spfIncluded    TXT of every name that the SPF record leads to by `include` and `redirect`, by name in lower
///                       case; asked only as far as the ten-lookup limit reaches
/// @param dkim           TXT at `<selector>._domainkey`, by selector: those given, and common ones
/// @param dmarc          TXT at `_dmarc` of the domain
/// @param organizational for a domain below its organizational domain, TXT at `_dmarc` of that (RFC 7489 §6.6.3)
/// @param dmarcConsent   TXT at `<domain>._report._dmarc.<destination>` for each report destination outside the
///                       organizational domain, by destination (RFC 7489 §7.1)
/// @param bimi           TXT at `default._bimi`
public record FoundationAnswers(DnsAnswer spf, Map<String, DnsAnswer> spfIncluded, Map<String, DnsAnswer> dkim,
                                DnsAnswer dmarc, Optional<Organizational> organizational,
                                Map<String, DnsAnswer> dmarcConsent, DnsAnswer bimi) {

    /// @param domain the organizational domain
    public record Organizational(String domain, DnsAnswer dmarc) {
    }

    public FoundationAnswers {
        spfIncluded = Map.copyOf(spfIncluded);
        dkim = Map.copyOf(dkim);
        dmarcConsent = Map.copyOf(dmarcConsent);
    }

    /// Nothing could be asked.
    public static FoundationAnswers unknown(String why) {
        var none = new DnsAnswer.Unknown(why);
        return new FoundationAnswers(none, Map.of(), Map.of(), none, Optional.empty(), Map.of(), none);
    }
}

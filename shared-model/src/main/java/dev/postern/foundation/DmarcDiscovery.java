package dev.postern.foundation;

import com.google.common.net.InternetDomainName;
import dev.postern.foundation.DmarcRecord.Policy;
import dev.postern.observation.FoundationAnswers;
import dev.postern.observation.DnsAnswer;
import dev.postern.parse.Parsed;
import java.util.List;
import java.util.Optional;

/// Which DMARC record applies to a domain (RFC 7489 §6.6.3): its own, else that of its organizational domain.
///
/// @param where  the domain whose `_dmarc` it stands at
/// @param record as parsed
/// @param policy what it asks for mail of the domain in question
public record DmarcDiscovery(String where, DmarcRecord record, Policy policy) {

    private static final int MOST_DESTINATIONS = 10;
    private static final List<String> RESERVED = List.of("test", "example", "invalid", "localhost");

    /// The record that applies; empty when there is no valid one, or DNS could not tell.
    public static Optional<DmarcDiscovery> of(String domain, FoundationAnswers answers) {
        Optional<DmarcRecord> own = read(answers.dmarc());
        if (own.isPresent()) {
            return own.map(record -> new DmarcDiscovery(domain, record, record.policy()));
        }
        if (!isAbsent(answers.dmarc())) {
            return Optional.empty();
        }
        return answers.organizational().flatMap(above -> read(above.dmarc())
                .map(record -> new DmarcDiscovery(above.domain(), record, record.subdomains())));
    }

    /// Whether receivers pass a place over: nothing is there, or only texts of others, such as a wildcard's.
    public static boolean isAbsent(DnsAnswer answer) {
        return switch (answer) {
            case DnsAnswer.Absent _ -> true;
            case DnsAnswer.Found(var texts, var _) -> DmarcRecord.isAbsent(texts);
            case DnsAnswer.Unknown _ -> false;
        };
    }

    /// The domains outside the organizational domain that reports go to, which must consent (RFC 7489 §7.1); at most
    /// ten, as receivers need send to two addresses only (§6.2).
    public List<String> outside() {
        String own = organizationalDomain(where);
        return record.rua().stream().flatMap(uri -> DmarcRecord.destination(uri).stream())
                .filter(destination -> !organizationalDomain(destination).equals(own)).distinct()
                .limit(MOST_DESTINATIONS).toList();
    }

    private static Optional<DmarcRecord> read(DnsAnswer answer) {
        return answer instanceof DnsAnswer.Found(var texts, var _)
                ? DmarcRecord.parse(texts) instanceof Parsed.Valid<DmarcRecord>(var record, var _) ? Optional.of(record)
                : Optional.empty() : Optional.empty();
    }

    /// The domain that somebody registered, under which others stand (RFC 7489 §3.2): by the public suffix list, and
    /// for names reserved for tests the two last labels.
    ///
    /// @param domain in A-labels
    public static String organizationalDomain(String domain) {
        String[] labels = domain.split("\\.");
        if (RESERVED.contains(labels[labels.length - 1])) {
            return labels.length < 2 ? domain : labels[labels.length - 2] + "." + labels[labels.length - 1];
        }
        if (!InternetDomainName.isValid(domain)) {
            return domain;
        }
        InternetDomainName name = InternetDomainName.from(domain);
        return name.isUnderPublicSuffix() ? name.topPrivateDomain().toString() : domain;
    }
}

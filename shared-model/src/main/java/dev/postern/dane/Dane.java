package dev.postern.dane;

import dev.postern.observation.Dnssec;
import dev.postern.observation.Tlsa;
import dev.postern.pki.Certificate;
import dev.postern.pki.Chain;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/// Judges an MX host as a sender does that does DANE (RFC 7672).
public final class Dane {

    private Dane() {
    }

    /// Whether the certificates that a host showed match its TLSA records.
    ///
    /// @param host the MX host, in A-labels without trailing dot
    /// @param at   when it showed them
    public static DaneResult judge(Tlsa tlsa, String host, Chain chain, Instant at) {
        return judge(tlsa, records -> match(records, names(tlsa, host), chain, at));
    }

    /// The same for a host that showed no certificate, since it offers no TLS or the handshake failed. Where DANE
    /// applies, a sender does not deliver to it.
    public static DaneResult judgeWithoutTls(Tlsa tlsa) {
        return judge(tlsa, records -> new DaneResult.Mismatch(List.of("the server showed no certificate")));
    }

    /// Whether a sender can use a record for SMTP (RFC 7672 §3.1).
    ///
    /// @return why not; empty when it can
    public static Optional<String> obstacle(TlsaRecord record) {
        return Usability.obstacle(record);
    }

    private static DaneResult judge(Tlsa tlsa, Function<List<TlsaRecord>, DaneResult> usable) {
        return notSecure("the addresses of " + tlsa.base(), tlsa.host())
                .or(() -> notSecure("the TLSA records of " + tlsa.base(), tlsa.dnssec()))
                .orElseGet(() -> {
                    if (tlsa.records().isEmpty()) {
                        return new DaneResult.NotUsed(tlsa.base() + " has no TLSA records");
                    }
                    var records = tlsa.records().stream().filter(record -> Usability.obstacle(record).isEmpty())
                            .toList();
                    return records.isEmpty() ? new DaneResult.NoUsableRecords(tlsa.records().stream()
                            .map(record -> record.brief() + ": " + Usability.obstacle(record).orElseThrow()).toList())
                            : usable.apply(records);
                });
    }

    private static Optional<DaneResult> notSecure(String what, Dnssec dnssec) {
        String why = dnssec.detail().isEmpty() ? "" : ": " + dnssec.detail();
        return switch (dnssec.state()) {
            case SECURE -> Optional.empty();
            case INSECURE -> Optional.of(new DaneResult.NotUsed("DNSSEC does not vouch for " + what));
            case BOGUS -> Optional.of(new DaneResult.Bogus("DNSSEC does not hold for " + what + why));
            case UNKNOWN -> Optional.of(new DaneResult.Unknown("it could not be told whether DNSSEC vouches for " + what
                    + why));
        };
    }

    /// The names that a certificate may bear where names count: that of the records and that of the MX (RFC 7672
    /// §3.2.2).
    private static Set<String> names(Tlsa tlsa, String host) {
        var names = new TreeSet<String>();
        names.add(tlsa.base().toLowerCase(Locale.ROOT));
        names.add(host.toLowerCase(Locale.ROOT));
        return names;
    }

    private static DaneResult match(List<TlsaRecord> records, Set<String> names, Chain chain, Instant at) {
        var details = new ArrayList<String>();
        for (TlsaRecord record : records) {
            var mismatch = mismatch(record, names, chain, at);
            var passedOver = stronger(record, records).map(digest -> "passed over for the stronger record "
                    + digest.brief() + " (RFC 7671 §9)" + (mismatch.isEmpty() ? ", though it matches" : ""));
            if (mismatch.isEmpty() && passedOver.isEmpty()) {
                return new DaneResult.Matched(record);
            }
            details.add(record.brief() + ": " + passedOver.or(() -> mismatch).orElseThrow());
        }
        return new DaneResult.Mismatch(details);
    }

    /// A record with a stronger digest and the same usage and selector. Senders then ignore the weaker one (RFC 7671
    /// §9), so that publishing both does not let a broken digest through.
    private static Optional<TlsaRecord> stronger(TlsaRecord record, List<TlsaRecord> all) {
        return record.matching() != TlsaRecord.SHA_256 ? Optional.empty() : all.stream()
                .filter(other -> other.matching() == TlsaRecord.SHA_512 && other.usage() == record.usage()
                        && other.selector() == record.selector()).findFirst();
    }

    private static Optional<String> mismatch(TlsaRecord record, Set<String> names, Chain chain, Instant at) {
        return record.usage() == TlsaRecord.DANE_EE ? serverMismatch(record, chain)
                : anchorMismatch(record, names, chain, at);
    }

    /// Neither names nor dates count (RFC 7672 §3.1.1).
    private static Optional<String> serverMismatch(TlsaRecord record, Chain chain) {
        var shown = TlsaRecord.of(record.usage(), record.selector(), record.matching(), chain.leaf());
        return shown.equals(record) ? Optional.empty() : Optional.of("the server's certificate is " + shown.brief());
    }

    private static Optional<String> anchorMismatch(TlsaRecord record, Set<String> names, Chain chain, Instant at) {
        var certificates = chain.certificates().stream().map(Certificate::x509).toList();
        return new TrustAnchorPath(record, certificates, at).search().or(() -> covers(chain.leaf(), names)
                ? Optional.empty() : Optional.of("the server's certificate does not bear the name "
                + String.join(" or ", names)));
    }

    private static boolean covers(Certificate leaf, Set<String> names) {
        if (names.stream().anyMatch(leaf::covers)) {
            return true;
        }
        // Without alternative names the common name counts (RFC 7672 §3.2.3), unlike in MTA-STS.
        return leaf.dnsNames().isEmpty() && commonName(leaf).filter(names::contains).isPresent();
    }

    private static Optional<String> commonName(Certificate certificate) {
        try {
            return new LdapName(certificate.subject()).getRdns().reversed().stream()
                    .filter(part -> part.getType().equalsIgnoreCase("CN"))
                    .map(part -> String.valueOf(part.getValue()).toLowerCase(Locale.ROOT)).findFirst();
        } catch (InvalidNameException unreadable) {
            return Optional.empty();
        }
    }
}

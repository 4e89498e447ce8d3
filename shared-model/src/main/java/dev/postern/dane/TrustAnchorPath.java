package dev.postern.dane;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Whether a server's certificate leads to the trust anchor of a DANE-TA record (RFC 7672 §3.1.2, RFC 7671 §5.2):
/// signature by signature through the certificates that the server sent, in whatever order, each valid now and
/// allowed to issue.
///
/// Public CAs count for nothing here; neither does revocation.
final class TrustAnchorPath {

    /// A chain is two to four long. More would let a server make us verify signatures at length.
    private static final int MAX_CERTIFICATES = 16;
    private static final int MAY_SIGN_CERTIFICATES = 5;

    private final TlsaRecord record;
    private final List<X509Certificate> sent;
    private final Instant at;
    private final Optional<X509Certificate> own;
    private final Set<X509Certificate> tried = new HashSet<>();
    private String obstacle;

    /// @param record a usable one of usage 2
    /// @param sent   the server's own certificate first
    TrustAnchorPath(TlsaRecord record, List<X509Certificate> sent, Instant at) {
        this.record = record;
        this.sent = sent.stream().limit(MAX_CERTIFICATES).toList();
        this.at = at;
        this.own = record.matching() == TlsaRecord.EXACT && record.selector() == TlsaRecord.CERTIFICATE
                ? certificate(record.data()) : Optional.empty();
        this.obstacle = "no certificate that the server sent is the trust anchor";
    }

    /// Why there is no path; empty when there is one.
    Optional<String> search() {
        X509Certificate leaf = sent.getFirst();
        if (!validNow(leaf)) {
            return Optional.of("the server's certificate is valid from " + leaf.getNotBefore().toInstant() + " to "
                    + leaf.getNotAfter().toInstant());
        }
        return leads(leaf, 0) ? Optional.empty() : Optional.of(obstacle);
    }

    /// @param below how many certificates that issued another lie below the one that issued this
    private boolean leads(X509Certificate from, int below) {
        if (vouchedByKeyInRecord(from)) {
            return true;
        }
        for (X509Certificate issuer : issuers(from)) {
            boolean anchor = matches(issuer);
            if (!signed(from, issuer.getPublicKey()) || !mayIssue(issuer, below)) {
                continue;
            }
            if (anchor || tried.add(issuer) && leads(issuer, below + 1)) {
                return true;
            }
        }
        return false;
    }

    private List<X509Certificate> issuers(X509Certificate of) {
        var candidates = new ArrayList<>(sent.subList(1, sent.size()));
        own.ifPresent(candidates::add);
        candidates.removeIf(one -> !one.getSubjectX500Principal().equals(of.getIssuerX500Principal()));
        return candidates;
    }

    private boolean matches(X509Certificate issuer) {
        return TlsaRecord.of(record.usage(), record.selector(), record.matching(), issuer).equals(record);
    }

    /// A record may hold the anchor's key alone (RFC 7671 §5.2.3), which then has neither name nor dates.
    private boolean vouchedByKeyInRecord(X509Certificate from) {
        return record.matching() == TlsaRecord.EXACT && record.selector() == TlsaRecord.PUBLIC_KEY
                && BareKey.read(record.data()).filter(key -> signed(from, key)).isPresent();
    }

    private boolean mayIssue(X509Certificate issuer, int below) {
        boolean[] use = issuer.getKeyUsage();
        if (issuer.getBasicConstraints() < below || use != null && !use[MAY_SIGN_CERTIFICATES]) {
            obstacle = issuer.getSubjectX500Principal().getName() + " may not issue certificates here";
            return false;
        }
        if (!validNow(issuer)) {
            obstacle = issuer.getSubjectX500Principal().getName() + " is valid from "
                    + issuer.getNotBefore().toInstant() + " to " + issuer.getNotAfter().toInstant();
            return false;
        }
        return true;
    }

    private boolean validNow(X509Certificate certificate) {
        var now = Date.from(at);
        return !now.before(certificate.getNotBefore()) && !now.after(certificate.getNotAfter());
    }

    private boolean signed(X509Certificate certificate, PublicKey by) {
        try {
            certificate.verify(by);
            return true;
        } catch (GeneralSecurityException another) {
            return false;
        }
    }

    private static Optional<X509Certificate> certificate(String hex) {
        try {
            return Optional.of((X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(HexFormat.of().parseHex(hex))));
        } catch (CertificateException notOne) {
            return Optional.empty();
        }
    }
}

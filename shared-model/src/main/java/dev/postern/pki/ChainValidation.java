package dev.postern.pki;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Says where a chain leads (RFC 5280 §6), without asking anybody: no revocation list, no missing intermediate is
/// fetched, as most mail servers fetch none.
///
/// Dates are left aside here, since an expired certificate of a known authority is another mistake than one of an
/// unknown authority.
public final class ChainValidation {

    private static final int MAX_PATH = 10;
    private static final String SERVER = "1.3.6.1.5.5.7.3.1";
    private static final String ANY_PURPOSE = "2.5.29.37.0";

    private final Collection<X509Certificate> roots;

    /// @param roots the certificates of trusted roots
    public ChainValidation(Collection<X509Certificate> roots) {
        this.roots = List.copyOf(roots);
    }

    /// @param presented what the server sent, its own certificate first, the others in any order
    /// @param staple    the OCSP answer in DER that came with it
    /// @param now       for the age of the OCSP answer
    public Chain validate(List<X509Certificate> presented, Optional<byte[]> staple, Instant now) {
        var certificates = presented.stream().map(Certificate::of).toList();
        var path = new ArrayList<X509Certificate>();
        Optional<X509Certificate> root = path(presented, path);
        if (root.isEmpty()) {
            return new Chain(certificates, withoutRoot(path), "", staple.isPresent() ? Chain.Staple.UNUSABLE
                    : Chain.Staple.NONE);
        }
        if (!forServers(presented.getFirst())) {
            return new Chain(certificates, Trust.BROKEN, "the certificate is not meant for servers", Chain.Staple.NONE);
        }
        try {
            validate(path, root.get(), Optional.empty(), inside(path));
            return new Chain(certificates, Trust.TRUSTED, "", staple(path, root.get(), staple, now));
        } catch (CertPathValidatorException invalid) {
            Trust trust = invalid.getReason() == BasicReason.ALGORITHM_CONSTRAINED ? Trust.WEAK_ALGORITHM
                    : outOfDate(invalid) ? Trust.TRUSTED : Trust.BROKEN;
            return new Chain(certificates, trust, String.valueOf(invalid.getMessage()), Chain.Staple.NONE);
        }
    }

    /// Builds the path from the server's certificate upwards.
    ///
    /// @param path is filled with it, the root left out
    /// @return the root it ends at
    private Optional<X509Certificate> path(List<X509Certificate> presented, List<X509Certificate> path) {
        X509Certificate current = presented.getFirst();
        path.add(current);
        while (path.size() <= MAX_PATH) {
            X509Certificate issued = current;
            Optional<X509Certificate> root = roots.stream().filter(candidate -> issuedBy(issued, candidate)).findFirst();
            if (root.isPresent() || roots.contains(current)) {
                return root.isPresent() ? root : Optional.of(current);
            }
            Optional<X509Certificate> next = presented.stream().filter(candidate -> !path.contains(candidate)
                    && issuedBy(issued, candidate)).findFirst();
            if (next.isEmpty()) {
                return Optional.empty();
            }
            current = next.get();
            path.add(current);
        }
        return Optional.empty();
    }

    private static boolean issuedBy(X509Certificate issued, X509Certificate issuer) {
        if (!issued.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            return false;
        }
        try {
            issued.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException notSigned) {
            return false;
        }
    }

    private static Trust withoutRoot(List<X509Certificate> path) {
        X509Certificate last = path.getLast();
        boolean selfSigned = issuedBy(last, last);
        if (path.size() == 1) {
            return selfSigned ? Trust.SELF_SIGNED : Trust.INCOMPLETE;
        }
        return Trust.UNKNOWN_ROOT;
    }

    private static boolean forServers(X509Certificate leaf) {
        try {
            List<String> purposes = leaf.getExtendedKeyUsage();
            return purposes == null || purposes.contains(SERVER) || purposes.contains(ANY_PURPOSE);
        } catch (CertificateParsingException unreadable) {
            return false;
        }
    }

    private static void validate(List<X509Certificate> path, X509Certificate root,
                                 Optional<PKIXRevocationChecker> revocation, Date at) throws CertPathValidatorException {
        try {
            var parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
            parameters.setRevocationEnabled(false);
            revocation.ifPresent(parameters::addCertPathChecker);
            parameters.setDate(at);
            var certificates = path.getLast().equals(root) && path.size() > 1 ? path.subList(0, path.size() - 1) : path;
            CertPathValidator.getInstance("PKIX").validate(
                    CertificateFactory.getInstance("X.509").generateCertPath(certificates), parameters);
        } catch (CertPathValidatorException invalid) {
            throw invalid;
        } catch (GeneralSecurityException missing) {
            throw new CertPathValidatorException(missing);
        }
    }

    /// A moment within the dates of the whole path, if there is one.
    private static Date inside(List<X509Certificate> path) {
        return path.stream().map(X509Certificate::getNotBefore).max(Date::compareTo).orElseThrow();
    }

    private static boolean outOfDate(CertPathValidatorException invalid) {
        return invalid.getReason() == BasicReason.EXPIRED || invalid.getReason() == BasicReason.NOT_YET_VALID;
    }

    private static Chain.Staple staple(List<X509Certificate> path, X509Certificate root, Optional<byte[]> staple,
                                       Instant now) {
        if (staple.isEmpty() || staple.get().length == 0) {
            return Chain.Staple.NONE;
        }
        try {
            var checker = (PKIXRevocationChecker) CertPathValidator.getInstance("PKIX").getRevocationChecker();
            checker.setOptions(EnumSet.of(PKIXRevocationChecker.Option.ONLY_END_ENTITY,
                    PKIXRevocationChecker.Option.NO_FALLBACK));
            // The answer is given, so none is fetched.
            checker.setOcspResponses(Map.of(path.getFirst(), staple.get()));
            validate(path, root, Optional.of(checker), Date.from(now));
            return Chain.Staple.GOOD;
        } catch (CertPathValidatorException invalid) {
            return invalid.getReason() == BasicReason.REVOKED ? Chain.Staple.REVOKED : Chain.Staple.UNUSABLE;
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has PKIX", missing);
        }
    }
}

package dev.postern.testbed;

import java.io.IOException;
import java.security.KeyPair;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcDigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate that signs others, with its key: the root or the intermediate one.
record Issuer(KeyPair keys, X509Certificate certificate) {

    /// RFC 5280 §5.3.1: keyCompromise.
    private static final int KEY_COMPROMISE = 1;
    static final Duration STAPLE_LIFE = Duration.ofDays(4);

    X500Name name() {
        return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    }

    X509Certificate sign(NewCertificate request) {
        return request.signedBy(name(), keys);
    }

    boolean issued(X509Certificate other) {
        return other.getIssuerX500Principal().equals(certificate.getSubjectX500Principal());
    }

    /// An OCSP response (RFC 6960 §4.2) about a certificate, signed by this issuer itself.
    ///
    /// @param about   whose state it tells
    /// @param revoked since when it is revoked; empty: it is good
    /// @param from    when the response was made; it is valid for four days from then
    /// @param signing the keys that sign; this issuer's own unless the response is to be forged
    byte[] ocspResponse(X509Certificate about, Optional<Instant> revoked, Instant from, KeyPair signing) {
        try {
            var digests = new BcDigestCalculatorProvider();
            var id = new CertificateID(digests.get(CertificateID.HASH_SHA1), holder(certificate),
                    about.getSerialNumber());
            var responder = new RespID(SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()),
                    digests.get(RespID.HASH_SHA1));
            CertificateStatus state = revoked
                    .<CertificateStatus>map(since -> new RevokedStatus(Date.from(since), KEY_COMPROMISE))
                    .orElse(CertificateStatus.GOOD);
            var response = new BasicOCSPRespBuilder(responder)
                    .addResponse(id, state, Date.from(from), Date.from(from.plus(STAPLE_LIFE)))
                    .build(new JcaContentSignerBuilder(NewCertificate.SHA256).build(signing.getPrivate()),
                            new X509CertificateHolder[0], Date.from(from));
            OCSPResp whole = new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL, response);
            return whole.toASN1Structure().getEncoded(ASN1Encoding.DER);
        } catch (OCSPException | OperatorCreationException | CertificateEncodingException
                 | IOException failed) {
            throw new IllegalArgumentException("no OCSP response can be made", failed);
        }
    }

    private static X509CertificateHolder holder(X509Certificate certificate) throws CertificateEncodingException {
        return new JcaX509CertificateHolder(certificate);
    }
}

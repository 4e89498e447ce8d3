package dev.postern.testbed;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.CertificateStatus;
import org.bouncycastle.tls.CertificateStatusType;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ExtensionType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/// A TLS server that does what a test wants, also what the JDK's would refuse: old versions, short keys, and a stapled
/// OCSP response whatever it says. The JDK's list of disabled algorithms is one for the whole process, and the client
/// under test should keep it.
final class FaultyTlsServer extends DefaultTlsServer {

    private static final BcTlsCrypto CRYPTO = new BcTlsCrypto(new SecureRandom());
    private static final List<Integer> TLS13_SUITES = List.of(CipherSuite.TLS_AES_128_GCM_SHA256,
            CipherSuite.TLS_AES_256_GCM_SHA384, CipherSuite.TLS_CHACHA20_POLY1305_SHA256);
    private static final List<Integer> ECDSA_SUITES = List.of(
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA);
    private static final List<Integer> RSA_SUITES = List.of(
            CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA);

    private final TlsTerms terms;
    private final AsymmetricKeyParameter key;
    private String agreedVersion = "";

    FaultyTlsServer(TlsTerms terms) throws IOException {
        super(CRYPTO);
        this.terms = terms;
        this.key = PrivateKeyFactory.createKey(terms.identity().key().getEncoded());
    }

    /// As `TLSv1.3`; empty before the handshake is complete.
    String agreedVersion() {
        return agreedVersion;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return terms.versions().toArray(ProtocolVersion[]::new);
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        // Read by the superclass's init, where the key is known: only suites that it can sign for.
        var suites = new ArrayList<>(TLS13_SUITES);
        suites.addAll(isRsa() ? RSA_SUITES : ECDSA_SUITES);
        return TlsUtils.getSupportedCipherSuites(CRYPTO, suites.stream().mapToInt(Integer::intValue).toArray());
    }

    @Override
    public void notifyOfferedCipherSuites(int[] offered) throws IOException {
        if (terms.refuses()) {
            throw new TlsFatalAlert(AlertDescription.handshake_failure);
        }
        super.notifyOfferedCipherSuites(offered);
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        ProtocolVersion version = context.getServerVersion();
        agreedVersion = version.equals(ProtocolVersion.TLSv10) ? "TLSv1" : version.getName().replace("TLS ", "TLSv");
    }

    @Override
    public TlsCredentials getCredentials() throws IOException {
        return new BcDefaultTlsCredentialedSigner(new TlsCryptoParameters(context), CRYPTO, key, certificate(),
                signature());
    }

    @Override
    protected boolean allowCertificateStatus() {
        return terms.identity().staple().isPresent();
    }

    @Override
    public CertificateStatus getCertificateStatus() {
        return terms.identity().staple().map(Staple::new).orElse(null);
    }

    /// How the handshake is signed; null before TLS 1.2, where there is no choice.
    private SignatureAndHashAlgorithm signature() throws IOException {
        if (TlsUtils.isTLSv13(context)) {
            return offered(isRsa() ? SignatureScheme.rsa_pss_rsae_sha256 : SignatureScheme.ecdsa_secp256r1_sha256);
        }
        if (TlsUtils.isTLSv12(context)) {
            return offered(isRsa() ? SignatureScheme.rsa_pkcs1_sha256 : SignatureScheme.ecdsa_secp256r1_sha256);
        }
        return null;
    }

    private SignatureAndHashAlgorithm offered(int scheme) throws IOException {
        var wanted = SignatureScheme.getSignatureAndHashAlgorithm(scheme);
        if (!context.getSecurityParametersHandshake().getClientSigAlgs().contains(wanted)) {
            throw new TlsFatalAlert(AlertDescription.handshake_failure, "the client can't check " + wanted);
        }
        return wanted;
    }

    private boolean isRsa() {
        return key instanceof RSAKeyParameters;
    }

    private Certificate certificate() throws IOException {
        var chain = terms.identity().chain();
        var certificates = new TlsCertificate[chain.size()];
        try {
            for (int i = 0; i < certificates.length; i++) {
                certificates[i] = CRYPTO.createCertificate(chain.get(i).getEncoded());
            }
        } catch (CertificateEncodingException unencodable) {
            throw new TlsFatalAlert(AlertDescription.internal_error, unencodable);
        }
        if (!TlsUtils.isTLSv13(context)) {
            return new Certificate(certificates);
        }
        // In TLS 1.3 the response stands beside the certificate it is about (RFC 8446 §4.4.2.1).
        var entries = Arrays.stream(certificates).map(one -> new CertificateEntry(one, null))
                .toArray(CertificateEntry[]::new);
        if (certificateStatusRequest != null && terms.identity().staple().isPresent()) {
            var beside = new Hashtable<Integer, byte[]>();
            var bytes = new ByteArrayOutputStream();
            new Staple(terms.identity().staple().get()).encode(bytes);
            beside.put(ExtensionType.status_request, bytes.toByteArray());
            entries[0] = new CertificateEntry(certificates[0], beside);
        }
        return new Certificate(TlsUtils.EMPTY_BYTES, entries);
    }

    /// The bytes to staple, sent as they are, even when they are no OCSP response.
    private static final class Staple extends CertificateStatus {

        private final byte[] bytes;

        Staple(byte[] bytes) {
            // The superclass wants a response; it is never sent.
            super(CertificateStatusType.ocsp, new OCSPResponse(new OCSPResponseStatus(OCSPResponseStatus.TRY_LATER),
                    null));
            this.bytes = bytes;
        }

        @Override
        public void encode(OutputStream out) throws IOException {
            TlsUtils.writeUint8(CertificateStatusType.ocsp, out);
            TlsUtils.writeOpaque24(bytes, out);
        }
    }
}

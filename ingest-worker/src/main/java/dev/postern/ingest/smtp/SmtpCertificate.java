package dev.postern.ingest.smtp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificate of our own mail server, read from two PEM files and read again when they were renewed.
public final class SmtpCertificate {

    private static final Logger LOG = LoggerFactory.getLogger(SmtpCertificate.class);
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----(.+?)-----END PRIVATE KEY-----", Pattern.DOTALL);
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");

    private record Loaded(FileTime certificate, FileTime key, SSLContext context) {
    }

    private final Path certificate;
    private final Path key;
    private Loaded loaded;

    private SmtpCertificate(Path certificate, Path key) throws IOException {
        this.certificate = certificate;
        this.key = key;
        this.loaded = load();
    }

    /// @param certificate the chain in PEM, the server's own first
    /// @param key         its private key in PEM (PKCS #8, `BEGIN PRIVATE KEY`)
    /// @throws IOException with what is wrong, when the files can't be used
    public static SmtpCertificate read(Path certificate, Path key) throws IOException {
        return new SmtpCertificate(certificate, key);
    }

    /// For the next connection. When renewed files can't be used, the certificate at hand stays.
    synchronized SSLContext context() {
        try {
            if (!Files.getLastModifiedTime(certificate).equals(loaded.certificate())
                    || !Files.getLastModifiedTime(key).equals(loaded.key())) {
                loaded = load();
            }
        } catch (IOException unusable) {
            LOG.warn("The renewed certificate of the mail receiver can't be used: {}", unusable.getMessage());
        }
        return loaded.context();
    }

    private Loaded load() throws IOException {
        FileTime certificateTime = Files.getLastModifiedTime(certificate);
        FileTime keyTime = Files.getLastModifiedTime(key);
        try {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setKeyEntry("smtp", privateKey(), new char[0], chain());
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return new Loaded(certificateTime, keyTime, context);
        } catch (GeneralSecurityException unusable) {
            throw new IOException("certificate " + certificate + " and key " + key + " don't make a pair: "
                    + unusable.getMessage(), unusable);
        }
    }

    private Certificate[] chain() throws IOException, CertificateException {
        var chain = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(certificate)));
        if (chain.isEmpty()) {
            throw new IOException(certificate + " holds no certificate in PEM");
        }
        return chain.toArray(Certificate[]::new);
    }

    private PrivateKey privateKey() throws IOException, GeneralSecurityException {
        Matcher pem = PRIVATE_KEY.matcher(Files.readString(key, StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new IOException(key + " holds no private key in PEM (PKCS #8, BEGIN PRIVATE KEY); convert it with "
                    + "openssl pkcs8 -topk8 -nocrypt");
        }
        try {
            var encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
            for (String algorithm : ALGORITHMS) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
                } catch (InvalidKeySpecException another) {
                    LOG.trace("{} is no {} key", key, algorithm);
                }
            }
        } catch (IllegalArgumentException notBase64) {
            throw new IOException(key + " is not readable PEM", notBase64);
        }
        throw new IOException(key + " holds a key of an unknown kind; " + ALGORITHMS + " are known");
    }
}

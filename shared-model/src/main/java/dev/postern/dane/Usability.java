package dev.postern.dane;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import java.util.Optional;

/// Which TLSA records a sender can use for SMTP (RFC 7672 §3.1).
final class Usability {

    private static final int SHA_256_BYTES = 32;
    private static final int SHA_512_BYTES = 64;

    private Usability() {
    }

    /// Why a record can't be used; empty when it can.
    static Optional<String> obstacle(TlsaRecord record) {
        if (record.usage() == TlsaRecord.PKIX_TA || record.usage() == TlsaRecord.PKIX_EE) {
            return Optional.of("usage " + record.usage() + " is not for SMTP (RFC 7672 §3.1.3)");
        }
        if (record.usage() != TlsaRecord.DANE_TA && record.usage() != TlsaRecord.DANE_EE) {
            return Optional.of("usage " + record.usage() + " is not known");
        }
        if (record.selector() != TlsaRecord.CERTIFICATE && record.selector() != TlsaRecord.PUBLIC_KEY) {
            return Optional.of("selector " + record.selector() + " is not known");
        }
        return switch (record.matching()) {
            case TlsaRecord.SHA_256 -> wrongLength(record, SHA_256_BYTES, "SHA-256");
            case TlsaRecord.SHA_512 -> wrongLength(record, SHA_512_BYTES, "SHA-512");
            case TlsaRecord.EXACT -> unreadable(record);
            default -> Optional.of("matching type " + record.matching() + " is not known");
        };
    }

    private static Optional<String> wrongLength(TlsaRecord record, int bytes, String digest) {
        return record.data().length() == 2 * bytes ? Optional.empty()
                : Optional.of("its data has " + record.data().length() / 2 + " bytes, " + digest + " has " + bytes);
    }

    private static Optional<String> unreadable(TlsaRecord record) {
        if (record.selector() == TlsaRecord.PUBLIC_KEY) {
            return BareKey.read(record.data()).isPresent() ? Optional.empty()
                    : Optional.of("its data is no public key");
        }
        try {
            CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(HexFormat.of().parseHex(record.data())));
            return Optional.empty();
        } catch (CertificateException notOne) {
            return Optional.of("its data is no certificate");
        }
    }
}

package dev.postern.testbed;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// The one key of a zone, which signs the zone's keys and all its records (RFC 4035 §2). A signature is made when it
/// is first asked for, and kept as long as the records are the same.
final class ZoneKey {

    /// What is wrong with the signatures.
    enum Flaw {
        NONE,
        /// Those of everything but the key itself have a bit turned.
        BROKEN,
        /// They ran out yesterday.
        EXPIRED
    }

    private static final int SECURE_ENTRY_POINT = DNSKEYRecord.Flags.ZONE_KEY | DNSKEYRecord.Flags.SEP_KEY;
    private static final int RSA_BITS = 2048;
    /// Long enough for a test whose clock runs ahead by months.
    private static final Duration LIFE = Duration.ofDays(365);
    private static final Duration DAY = Duration.ofDays(1);

    /// What was signed. Records of DNS are equal whatever their TTL, which the signature covers.
    private record Signed(List<Record> records, long ttl) {
    }

    private final DNSKEYRecord key;
    private final KeyPair keys;
    private final Flaw flaw;
    private final Map<Signed, RRSIGRecord> signatures = new ConcurrentHashMap<>();

    private ZoneKey(DNSKEYRecord key, KeyPair keys, Flaw flaw) {
        this.key = key;
        this.keys = keys;
        this.flaw = flaw;
    }

    /// A new key.
    ///
    /// @param algorithm number of a DNSSEC algorithm: 8 and 10 (RSA), 13 and 14 (ECDSA), 15 and 16 (EdDSA)
    static ZoneKey create(Name apex, int algorithm, long ttl) {
        try {
            KeyPair keys = keys(algorithm);
            return new ZoneKey(new DNSKEYRecord(apex, DClass.IN, ttl, SECURE_ENTRY_POINT, DNSKEYRecord.Protocol.DNSSEC,
                    algorithm, keys.getPublic()), keys, Flaw.NONE);
        } catch (GeneralSecurityException | DNSSEC.DNSSECException missing) {
            throw new IllegalArgumentException("no key can be made for algorithm " + algorithm, missing);
        }
    }

    private static KeyPair keys(int algorithm) throws GeneralSecurityException {
        var generator = switch (algorithm) {
            case DNSSEC.Algorithm.RSASHA1, DNSSEC.Algorithm.RSASHA256, DNSSEC.Algorithm.RSASHA512 -> {
                var rsa = KeyPairGenerator.getInstance("RSA");
                rsa.initialize(RSA_BITS);
                yield rsa;
            }
            case DNSSEC.Algorithm.ECDSAP256SHA256 -> elliptic("secp256r1");
            case DNSSEC.Algorithm.ECDSAP384SHA384 -> elliptic("secp384r1");
            case DNSSEC.Algorithm.ED25519 -> KeyPairGenerator.getInstance("Ed25519");
            case DNSSEC.Algorithm.ED448 -> KeyPairGenerator.getInstance("Ed448");
            default -> throw new GeneralSecurityException("algorithm " + algorithm + " is not known here");
        };
        return generator.generateKeyPair();
    }

    private static KeyPairGenerator elliptic(String curve) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator;
    }

    /// The same key with other signatures.
    ZoneKey with(Flaw other) {
        return new ZoneKey(key, keys, other);
    }

    DNSKEYRecord record() {
        return key;
    }

    /// What the parent zone says of this key (RFC 4034 §5), with SHA-256.
    DSRecord delegation() {
        return new DSRecord(key.getName(), DClass.IN, key.getTTL(), DNSSEC.Digest.SHA256, key);
    }

    /// The signature of one set of records.
    RRSIGRecord sign(List<Record> records) {
        return signatures.computeIfAbsent(new Signed(List.copyOf(records), records.getFirst().getTTL()),
                one -> make(one.records()));
    }

    private RRSIGRecord make(List<Record> records) {
        var now = Instant.now();
        Instant until = flaw == Flaw.EXPIRED ? now.minus(DAY) : now.plus(LIFE);
        try {
            var good = DNSSEC.sign(new RRset(records), key, keys.getPrivate(), until.minus(LIFE).minus(DAY), until);
            return flaw == Flaw.BROKEN && good.getTypeCovered() != Type.DNSKEY ? broken(good) : good;
        } catch (DNSSEC.DNSSECException failed) {
            throw new IllegalStateException("no signature for " + records, failed);
        }
    }

    private static RRSIGRecord broken(RRSIGRecord good) {
        byte[] signature = good.getSignature().clone();
        signature[signature.length - 1] ^= 1;
        return new RRSIGRecord(good.getName(), good.getDClass(), good.getTTL(), good.getTypeCovered(),
                good.getAlgorithm(), good.getOrigTTL(), good.getExpire(), good.getTimeSigned(), good.getFootprint(),
                good.getSigner(), signature);
    }
}

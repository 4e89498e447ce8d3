package dev.postern.observation;

import dev.postern.dane.TlsaRecord;
import java.util.List;

/// The TLSA records of an MX, at `_25._tcp.<host>` (RFC 7672 §3).
///
/// @param base    the name they were looked up under: the MX host, or what it is a secure alias of (RFC 7672 §2.2.2)
/// @param dnssec  of the answer; records that are not secure count as none (RFC 7672 §2.2)
/// @param host    of the MX host's own addresses: with an insecure host TLSA records are not used
/// @param records what was found, also when it is not secure; unusable ones included
public record Tlsa(String base, Dnssec dnssec, Dnssec host, List<TlsaRecord> records) {
    public Tlsa {
        records = List.copyOf(records);
    }

    /// Nothing could be asked.
    public static Tlsa unknown(String host, String why) {
        return new Tlsa(host, Dnssec.unknown(why), Dnssec.unknown(why), List.of());
    }
}

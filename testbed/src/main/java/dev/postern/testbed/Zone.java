package dev.postern.testbed;

import java.util.Optional;
import org.xbill.DNS.Name;

/// One zone: the names from its apex down to where other zones begin.
///
/// @param apex   its topmost name
/// @param key    that signs it; empty: it is not signed
/// @param hashed whether it denies names by their hash (NSEC3, RFC 5155) instead of openly (NSEC)
record Zone(Name apex, Optional<ZoneKey> key, boolean hashed) {

    static Zone unsigned(Name apex) {
        return new Zone(apex, Optional.empty(), false);
    }

    boolean isSigned() {
        return key.isPresent();
    }
}

package dev.postern.dnsrecord;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// How messages to a DNS server are authenticated: those of RFC 8945 §6 that are recommended for use.
public enum TsigAlgorithm {
    HMAC_SHA256, HMAC_SHA384, HMAC_SHA512;

    /// As in `named.conf`: `hmac-sha256`.
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<TsigAlgorithm> of(String text) {
        return Arrays.stream(values()).filter(each -> each.wire().equals(text.strip().toLowerCase(Locale.ROOT)))
                .findFirst();
    }
}

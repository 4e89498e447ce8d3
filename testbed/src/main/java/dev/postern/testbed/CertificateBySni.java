package dev.postern.testbed;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Chooses the certificate by the name that the client asks for: the one given for that name, else the one given for
/// all, else one that the authority issues for it at the first asking.
final class CertificateBySni {

    private final CertificateAuthority authority;
    private final String unnamed;
    private final Map<String, ServerIdentity> issued = new ConcurrentHashMap<>();
    private final Map<String, ServerIdentity> presented = new ConcurrentHashMap<>();
    private volatile Optional<ServerIdentity> forAll = Optional.empty();

    /// @param unnamed name of the certificate that is shown to a client that names no host
    CertificateBySni(CertificateAuthority authority, String unnamed) {
        this.authority = authority;
        this.unnamed = lower(unnamed);
    }

    void present(String host, ServerIdentity identity) {
        presented.put(lower(host), identity);
    }

    void presentToAll(ServerIdentity identity) {
        forAll = Optional.of(identity);
    }

    /// The certificate is chosen by the authority again.
    void forget(String host) {
        presented.remove(lower(host));
    }

    void forgetAll() {
        presented.clear();
        forAll = Optional.empty();
    }

    /// @param asked the name the client asks for, if it does
    ServerIdentity choose(Optional<String> asked) {
        String host = asked.map(CertificateBySni::lower).orElse(unnamed);
        var given = presented.get(host);
        return given != null ? given : forAll.orElseGet(() -> issued.computeIfAbsent(host, authority::issue));
    }

    static String lower(String host) {
        return host.toLowerCase(Locale.ROOT);
    }
}

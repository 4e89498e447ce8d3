package dev.postern.db.dns;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.db.secret.Place;
import dev.postern.db.secret.Sealed;
import dev.postern.db.secret.SecretUnreadable;
import dev.postern.db.secret.Secrets;
import java.util.UUID;

/// Keys and tokens of DNS connections, sealed for the very connection that they are for.
public final class DnsSecrets {

    private final Secrets secrets;

    public DnsSecrets(Secrets secrets) {
        this.secrets = secrets;
    }

    public Sealed seal(UUID tenant, UUID connection, String secret) {
        return secrets.seal(place(tenant, connection), secret.getBytes(UTF_8));
    }

    /// @throws SecretUnreadable when it is another connection's, was changed, or the installation's key is another one
    public String open(UUID tenant, UUID connection, Sealed sealed) throws SecretUnreadable {
        return new String(secrets.open(place(tenant, connection), sealed), UTF_8);
    }

    private static Place place(UUID tenant, UUID connection) {
        return new Place("dns-connection", tenant, connection);
    }
}

package dev.postern.db.mailbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.db.secret.Place;
import dev.postern.db.secret.Sealed;
import dev.postern.db.secret.SecretUnreadable;
import dev.postern.db.secret.Secrets;
import java.util.UUID;

/// Passwords of mailboxes, sealed for the very mailbox that they are for.
public final class MailboxPasswords {

    private final Secrets secrets;

    public MailboxPasswords(Secrets secrets) {
        this.secrets = secrets;
    }

    public Sealed seal(UUID tenant, UUID mailbox, String password) {
        return secrets.seal(place(tenant, mailbox), password.getBytes(UTF_8));
    }

    /// @throws SecretUnreadable when it is another mailbox's, was changed, or the installation's key is another one
    public String open(UUID tenant, UUID mailbox, Sealed sealed) throws SecretUnreadable {
        return new String(secrets.open(place(tenant, mailbox), sealed), UTF_8);
    }

    private static Place place(UUID tenant, UUID mailbox) {
        return new Place("mailbox-password", tenant, mailbox);
    }
}

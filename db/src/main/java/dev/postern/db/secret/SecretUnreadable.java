package dev.postern.db.secret;

/// A sealed secret can't be opened: it was changed, belongs somewhere else, or the installation's key is another one
/// than when it was sealed. Which of these, cryptography does not tell.
public final class SecretUnreadable extends Exception {

    private static final long serialVersionUID = 1L;

    SecretUnreadable(String message, Throwable cause) {
        super(message, cause);
    }
}

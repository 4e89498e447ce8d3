package dev.postern.mailbox;

/// How the connection to an IMAP server is protected. There is no way without TLS (RFC 8314 §3).
public enum ConnectionSecurity {
    /// TLS from the first byte.
    IMPLICIT_TLS(993),
    /// TLS after the command STARTTLS, without which nothing is said.
    STARTTLS(143);

    private final int usualPort;

    ConnectionSecurity(int usualPort) {
        this.usualPort = usualPort;
    }

    public int usualPort() {
        return usualPort;
    }
}

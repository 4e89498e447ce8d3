package dev.postern.testbed;

import java.util.Optional;

/// What was said in one connection to an SMTP server, while it goes on and afterwards. Lines bear `S: ` or `C: `; in
/// between stands what TLS did, in brackets. Long ones are cut.
public final class SmtpTranscript {

    private static final int MAX_CHARS = 64 * 1024;

    private final String client;
    private final StringBuilder text = new StringBuilder();
    private Optional<String> serverName = Optional.empty();
    private Optional<String> tlsVersion = Optional.empty();

    SmtpTranscript(String client) {
        this.client = client;
    }

    /// The address it came from.
    public String client() {
        return client;
    }

    /// The name that the client asked for in the handshake (SNI), in lower case; empty when it asked for none.
    public synchronized Optional<String> serverName() {
        return serverName;
    }

    /// The version agreed on, as `TLSv1.3`; empty when TLS was not established.
    public synchronized Optional<String> tlsVersion() {
        return tlsVersion;
    }

    public synchronized String text() {
        return text.toString();
    }

    @Override
    public String toString() {
        return text();
    }

    void server(String line) {
        add("S: " + line);
    }

    void client(String line) {
        add("C: " + line);
    }

    void note(String what) {
        add("[" + what + "]");
    }

    synchronized void helloFor(Optional<String> name) {
        serverName = name;
        add("[ClientHello for " + name.orElse("no name") + "]");
    }

    synchronized void established(String version) {
        tlsVersion = Optional.of(version);
        add("[" + version + "]");
    }

    private synchronized void add(String line) {
        if (text.length() + line.length() < MAX_CHARS) {
            text.append(line).append('\n');
        }
    }
}

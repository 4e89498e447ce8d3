package dev.postern.standalone;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.postern.testbed.AuthoritativeDns;
import dev.postern.tlsrpt.TlsReport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.apache.james.jdkim.DKIMSigner;
import org.apache.james.jdkim.exceptions.FailException;

/// A reporting organization whose mails are signed with its own domain's key, as RFC 8460 §3 asks.
final class SigningSender {

    private static final String TEMPLATE = "v=1; a=rsa-sha256; c=relaxed/relaxed; d=%s; s=tlsrpt; "
            + "h=from:to:subject:date; bh=; b=;";

    private final String organization;
    private final KeyPair keys;

    private SigningSender(String organization, KeyPair keys) {
        this.organization = organization;
        this.keys = keys;
    }

    /// Makes its key and publishes it.
    static SigningSender publish(String organization, AuthoritativeDns dns) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2_048);
        KeyPair keys = generator.generateKeyPair();
        dns.txt("tlsrpt._domainkey." + organization, "v=DKIM1; k=rsa; p="
                + Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()));
        return new SigningSender(organization, keys);
    }

    String organization() {
        return organization;
    }

    /// Sends a report by mail; true when the receiver acknowledged.
    boolean mail(int port, String recipient, TlsReport report) throws IOException {
        String mail = Sender.message("tlsrpt@" + organization, recipient, report);
        try {
            String signature = new DKIMSigner(TEMPLATE.formatted(organization), keys.getPrivate())
                    .sign(new ByteArrayInputStream(mail.getBytes(ISO_8859_1)));
            return Sender.deliver(port, recipient, signature + "\r\n" + mail);
        } catch (FailException failed) {
            throw new IllegalStateException("a mail of our own can be signed", failed);
        }
    }
}

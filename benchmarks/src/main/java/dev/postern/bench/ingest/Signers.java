package dev.postern.bench.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.postern.testbed.AuthoritativeDns;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.james.jdkim.DKIMSigner;
import org.apache.james.jdkim.exceptions.FailException;

/// Makes the mails of senders, each signed with its sender's RSA key of 2048 bits, which the testbed's DNS has.
final class Signers {

    private static final int BITS = 2_048;
    private static final String SELECTOR = "tlsrpt";

    private final List<KeyPair> keys;

    private Signers(List<KeyPair> keys) {
        this.keys = keys;
    }

    static Signers publish(int senders, AuthoritativeDns dns) {
        var keys = new ArrayList<KeyPair>();
        for (int i = 0; i < senders; i++) {
            KeyPair pair = pair();
            keys.add(pair);
            dns.txt(SELECTOR + "._domainkey." + Corpus.sender(i), "v=DKIM1; k=rsa; p="
                    + Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()));
        }
        return new Signers(keys);
    }

    private static KeyPair pair() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(BITS);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has RSA", missing);
        }
    }

    /// A mail as RFC 8460 §5.3 wants it: gzip in base64, signed.
    byte[] mail(Corpus.Item item, String recipient) {
        String sender = Corpus.sender(item.sender());
        String domain = Corpus.domain(item.domain());
        String mail = """
                Date: Wed, 04 Nov 2026 03:53:20 -0700
                TLS-Report-Domain: %1$s
                TLS-Report-Submitter: %2$s
                Message-ID: <%4$s@%2$s>
                Subject: Report Domain: %1$s Submitter: %2$s Report-ID: <%4$s@%2$s>
                From: noreply-smtp-tls-reporting@%2$s
                To: %3$s
                MIME-Version: 1.0
                Content-Type: multipart/report; boundary="0000000000007877ce"; report-type=tlsrpt

                --0000000000007877ce
                Content-Type: text/plain; charset="UTF-8"

                This is an aggregate TLS report from %2$s

                --0000000000007877ce
                Content-Type: application/tlsrpt+gzip; name="%2$s!%1$s!1793491200!1793577599!001.json.gz"
                Content-Disposition: attachment; filename="%2$s!%1$s!1793491200!1793577599!001.json.gz"
                Content-Transfer-Encoding: base64

                %5$s
                --0000000000007877ce--
                """.formatted(domain, sender, recipient, Integer.toHexString(java.util.Arrays.hashCode(item.json())),
                Base64.getMimeEncoder().encodeToString(item.gzip())).replace("\r\n", "\n").replace("\n", "\r\n");
        return (signature(sender, item.sender(), mail) + "\r\n" + mail).getBytes(ISO_8859_1);
    }

    private String signature(String domain, int number, String mail) {
        try {
            return new DKIMSigner("v=1; a=rsa-sha256; c=relaxed/relaxed; d=" + domain + "; s=" + SELECTOR
                    + "; h=to:from:subject:message-id:tls-report-submitter:tls-report-domain:date:mime-version; bh=; b=;",
                    keys.get(number).getPrivate()).sign(new ByteArrayInputStream(mail.getBytes(ISO_8859_1)));
        } catch (IOException | FailException impossible) {
            throw new IllegalStateException("a mail of ours can't be signed", impossible);
        }
    }
}

package dev.postern.standalone.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.postern.probe.dns.Addresses;
import dev.postern.probe.dns.Dns;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// Fetches policies as a sending MTA does: the address by DNS, the name by SNI, the certificate against one root and
/// nothing else (RFC 8461 §3.3).
///
/// @param from the address of this machine to connect from
record Sender(Dns dns, X509ExtendedTrustManager trust, int port, InetAddress from) {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    record Answer(String head, String body, X509Certificate certificate) {

        int status() {
            return Integer.parseInt(head.split(" ", 3)[1]);
        }

        /// The value of a header, or an empty text.
        String header(String name) {
            return head.lines().filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip()).findFirst().orElse("");
        }
    }

    static X509ExtendedTrustManager trustOnly(X509Certificate root) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("root", root);
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers()).map(X509ExtendedTrustManager.class::cast).findFirst()
                .orElseThrow();
    }

    Answer policy(String host, String... headers) throws IOException {
        return get(host, host, "/.well-known/mta-sts.txt", headers);
    }

    /// @param sni  asked for in the handshake, and what the certificate must be for
    /// @param host of the request
    /// @throws SSLException when there is no certificate or none that holds
    Answer get(String sni, String host, String path, String... headers) throws IOException {
        try (var socket = connect(sni)) {
            socket.startHandshake();
            var request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n");
            List.of(headers).forEach(header -> request.append(header).append("\r\n"));
            socket.getOutputStream().write(request.append("\r\n").toString().getBytes(ISO_8859_1));
            String text = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            return new Answer(text.substring(0, end), text.substring(end + 4),
                    (X509Certificate) socket.getSession().getPeerCertificates()[0]);
        }
    }

    private SSLSocket connect(String name) throws IOException {
        var plain = new Socket();
        try {
            plain.bind(new InetSocketAddress(from, 0));
            plain.connect(new InetSocketAddress(address(name), port), (int) PATIENCE.toMillis());
            plain.setSoTimeout((int) PATIENCE.toMillis());
            // A context for each: a resumed session would not ask for a certificate again.
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[]{trust}, null);
            var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, port, true);
            var parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            return socket;
        } catch (IOException failed) {
            plain.close();
            throw failed;
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has TLS", missing);
        }
    }

    private InetAddress address(String host) throws UnknownHostException {
        return switch (dns.addresses(host)) {
            case Addresses.Found(var all) -> all.getFirst();
            case Addresses.None(var code) -> throw new UnknownHostException(host + ": " + code);
            case Addresses.Unknown(var why) -> throw new UnknownHostException(host + ": " + why);
        };
    }
}

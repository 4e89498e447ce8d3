package dev.postern.probe.policy;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// Whether a certificate is for the policy host: by a DNS name among its alternative names, never by its common name;
/// a wildcard stands for the whole first label (RFC 8461 §3.3, RFC 6125 §6.4).
final class PolicyHostName implements HostnameVerifier {

    private static final int DNS_NAME = 2;

    @Override
    public boolean verify(String host, SSLSession session) {
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate certificate
                    && covers(certificate, host);
        } catch (SSLPeerUnverifiedException none) {
            return false;
        }
    }

    static boolean covers(X509Certificate certificate, String host) {
        try {
            var names = certificate.getSubjectAlternativeNames();
            return names != null && names.stream().anyMatch(name -> isDnsName(name)
                    && matches(((String) name.get(1)).toLowerCase(Locale.ROOT), host.toLowerCase(Locale.ROOT)));
        } catch (CertificateParsingException broken) {
            return false;
        }
    }

    private static boolean isDnsName(List<?> name) {
        return name.get(0) instanceof Integer kind && kind == DNS_NAME;
    }

    private static boolean matches(String presented, String host) {
        if (presented.startsWith("*.")) {
            int firstDot = host.indexOf('.');
            return firstDot > 0 && host.substring(firstDot).equals(presented.substring(1));
        }
        return presented.equals(host);
    }
}

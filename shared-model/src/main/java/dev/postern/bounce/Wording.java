package dev.postern.bounce;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What senders say in bounces, word for word, and where that is written down. Words decide; a code alone is only likely,
/// since others use the same code for something else. The order is that of the search: the first that fits counts.
public enum Wording {
    EXCHANGE_MX("Exchange Online", List.of("4.8"), "failed mta-sts validation", "mx hosts of", Fault.MX_NOT_IN_POLICY,
            Sources.EXCHANGE),
    EXCHANGE_CERTIFICATE("Exchange Online", List.of("7.5"), "remote certificate failed mta-sts validation", "",
            Fault.STS_CERTIFICATE, Sources.EXCHANGE),
    EXCHANGE_DANE_STARTTLS("Exchange Online", List.of("7.321"),
            "starttls-not-supported: destination mail server must support tls", "", Fault.DANE_STARTTLS, Sources.EXCHANGE),
    EXCHANGE_DANE_EXPIRED("Exchange Online", List.of("7.322"),
            "certificate-expired: destination mail server's certificate is expired", "", Fault.DANE_EXPIRED,
            Sources.EXCHANGE),
    EXCHANGE_DANE_TLSA("Exchange Online", List.of("7.323"), "tlsa-invalid: the domain failed dane validation", "",
            Fault.TLSA_MISMATCH, Sources.EXCHANGE),
    EXCHANGE_DNSSEC("Exchange Online", List.of("7.324"),
            "dnssec-invalid: destination domain returned invalid dnssec records", "", Fault.DNSSEC_INVALID,
            Sources.EXCHANGE),
    EXCHANGE_DANE_NAME("Exchange Online", List.of("7.325"), "certificate-host-mismatch: remote certificate must have", "",
            Fault.DANE_NAME, Sources.EXCHANGE),
    EXCHANGE_VALIDATION("Exchange Server and Online", List.of(), "certificate validation failure, reason:", "",
            Fault.CERTIFICATE_UNTRUSTED, Sources.EXCHANGE_QUEUE),
    POSTFIX_NO_STARTTLS("Postfix", List.of(), "tls is required, but was not offered by host", "", Fault.STARTTLS_MISSING,
            Sources.POSTFIX),
    POSTFIX_STARTTLS_REFUSED("Postfix", List.of(), "tls is required, but host", "refused to start tls",
            Fault.STARTTLS_MISSING, Sources.POSTFIX),
    POSTFIX_UNTRUSTED("Postfix", List.of(), "server certificate not trusted", "", Fault.CERTIFICATE_UNTRUSTED,
            Sources.POSTFIX),
    POSTFIX_UNVERIFIED("Postfix", List.of(), "server certificate not verified", "", Fault.CERTIFICATE_UNVERIFIED,
            Sources.POSTFIX),
    POSTFIX_HANDSHAKE("Postfix", List.of(), "cannot start tls: handshake failure", "", Fault.HANDSHAKE, Sources.POSTFIX),
    POSTFIX_TLSA("Postfix", List.of(), "tlsa lookup error for", "", Fault.TLSA_LOOKUP, Sources.POSTFIX),
    EXIM_TLSA("Exim", List.of(), "dane error: tlsa lookup", "", Fault.TLSA_LOOKUP, Sources.EXIM),
    EXIM_CERTIFICATE("Exim", List.of(), "tls session: (certificate verification failed)", "",
            Fault.CERTIFICATE_UNVERIFIED, Sources.EXIM),
    GOOGLE_NAME("Gmail", List.of(), "tls negotiation failed, the certificate doesn't match the host", "",
            Fault.CERTIFICATE_UNVERIFIED, Sources.GOOGLE_NAME),
    GOOGLE_WITHOUT_TLS("Gmail, as recipient", List.of("7.29"), "sent over a tls connection", "", Fault.SENT_WITHOUT_TLS,
            Sources.GOOGLE);

    /// Where wordings are written down.
    private static final class Sources {
        static final String EXCHANGE =
                "https://learn.microsoft.com/exchange/troubleshoot/email-delivery/ndr/non-delivery-reports-in-exchange-online";
        static final String EXCHANGE_QUEUE = "administrators' reports: 454 4.7.5 Certificate validation failure, "
                + "Reason:UntrustedRoot";
        static final String POSTFIX = "Postfix, src/smtp/smtp_proto.c and smtp_tls_policy.c";
        static final String EXIM = "Exim, src/transports/smtp.c";
        static final String GOOGLE = "https://support.google.com/a/answer/14229414 (e-mail sender guidelines FAQ)";
        static final String GOOGLE_NAME = "users' reports of Gmail's bounces";
    }

    private final String sender;
    private final List<String> codes;
    private final String words;
    private final String also;
    private final Fault fault;
    private final String source;

    Wording(String sender, List<String> codes, String words, String also, Fault fault, String source) {
        this.sender = sender;
        this.codes = codes;
        this.words = words;
        this.also = also;
        this.fault = fault;
        this.source = source;
    }

    /// The software or service that says so.
    public String sender() {
        return sender;
    }

    /// Subject and detail of the enhanced status codes (RFC 3463 §2) that go with it, without the class: what is
    /// temporary at first (`4.`) becomes permanent (`5.`). Empty where the code tells too little by itself.
    public List<String> codes() {
        return codes;
    }

    /// In lower case, as it stands in the bounce.
    public String words() {
        return also.isEmpty() ? words : also.equals("mx hosts of") ? also + " … " + words : words + " … " + also;
    }

    public Fault fault() {
        return fault;
    }

    public String source() {
        return source;
    }

    /// @param text in any case, lines joined by single spaces
    static Optional<Wording> in(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return Arrays.stream(values()).filter(wording -> lower.contains(wording.words)
                && lower.contains(wording.also)).findFirst();
    }

    /// The one that a code belongs to, where one code is only one sender's.
    static Optional<Wording> byCode(String status) {
        String detail = status.substring(status.indexOf('.') + 1);
        // X.7.5 is any cryptographic failure (RFC 3463 §3.8): many senders use it.
        return detail.equals("7.5") ? Optional.empty()
                : Arrays.stream(values()).filter(wording -> wording.codes.contains(detail)).findFirst();
    }
}

package dev.postern.ingest.dkim;

import dev.postern.foundation.DmarcDiscovery;
import dev.postern.name.HostName;
import dev.postern.tlsrpt.Authenticity;
import dev.postern.tlsrpt.Authenticity.State;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.james.jdkim.DKIMVerifier;
import org.apache.james.jdkim.api.PublicKeyRecordRetriever;
import org.apache.james.jdkim.api.Result;
import org.apache.james.jdkim.api.SignatureRecord;
import org.apache.james.jdkim.exceptions.FailException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Verifies the DKIM signatures of a mail (RFC 6376) as RFC 8460 §3 demands of reports.
///
/// A signature counts when it is valid, made with SHA-256 (RFC 8301 §3.1), covers the whole body, and is of the domain that
/// the mail says it is from, or one of the same organization.
public final class DkimCheck {

    private static final Logger LOG = LoggerFactory.getLogger(DkimCheck.class);
    /// Mailing lists and forwarders add some. More would let a stranger make work.
    private static final int MOST_SIGNATURES = 8;
    private static final int MAX_HEADER = 256 * 1024;
    private static final int MAX_DETAIL = 300;
    private static final Pattern SIGNATURE = Pattern.compile("^dkim-signature[ \\t]*:", Pattern.CASE_INSENSITIVE
            | Pattern.MULTILINE);
    private static final Pattern FROM = Pattern.compile("^from[ \\t]*:", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
    /// Where a header field ends: a line's end that no blank follows.
    private static final Pattern FIELD_END = Pattern.compile("\\r?\\n(?![ \\t])");
    private static final Pattern DOMAIN = Pattern.compile("@([A-Za-z0-9.-]+)");

    private final PublicKeyRecordRetriever keys;

    /// @param dnsServers the servers to ask for keys, in order; empty: those of the system
    /// @param timeout    for one attempt at one server
    /// @throws IllegalArgumentException when a server's name has no address
    public DkimCheck(List<InetSocketAddress> dnsServers, Duration timeout) {
        this(new DkimKeys(dnsServers, timeout));
    }

    /// @param keys where keys are had from
    public DkimCheck(PublicKeyRecordRetriever keys) {
        this.keys = keys;
    }

    /// What is to be thought of a mail. It does not throw, whatever the bytes are.
    ///
    /// @param mail as received
    public Authenticity check(byte[] mail) {
        String header = header(mail);
        if (header.length() == MAX_HEADER) {
            return Authenticity.without(State.FAILED, "its header is longer than " + MAX_HEADER + " bytes");
        }
        long signatures = SIGNATURE.matcher(header).results().limit(MOST_SIGNATURES + 1L).count();
        if (signatures == 0) {
            return Authenticity.without(State.UNSIGNED, "there is no DKIM signature");
        }
        if (signatures > MOST_SIGNATURES) {
            return Authenticity.without(State.FAILED, "there are more than " + MOST_SIGNATURES + " signatures");
        }
        Optional<String> from = from(header);
        if (from.isEmpty()) {
            return Authenticity.without(State.FAILED, "the mail does not say which one domain it is from");
        }
        var verifier = new DKIMVerifier(keys);
        try {
            SignedMail signed = SignedMail.of(mail);
            verifier.verify(signed, signed.body());
        } catch (FailException | IOException none) {
            LOG.debug("No signature is valid", none);
        } catch (RuntimeException hostile) {
            // The library meets whatever a stranger may write.
            LOG.debug("A signature can't be read", hostile);
            return Authenticity.without(State.FAILED, "a signature can't be read");
        }
        return judge(verifier.getResults(), from.get());
    }

    private static Authenticity judge(List<Result> results, String from) {
        Optional<Authenticity> best = Optional.empty();
        for (Result result : results) {
            Authenticity one = judge(result, from);
            if (one.state() == State.VERIFIED) {
                return one;
            }
            if (best.isEmpty() || one.state() == State.UNKNOWN) {
                best = Optional.of(one);
            }
        }
        return best.orElseGet(() -> Authenticity.without(State.FAILED, "no signature can be read"));
    }

    private static Authenticity judge(Result result, String from) {
        Optional<SignatureRecord> record = Optional.ofNullable(result.getRecord());
        Optional<String> signer = record.map(SignatureRecord::getDToken).map(CharSequence::toString)
                .flatMap(domain -> HostName.parse(domain).asOptional()).map(HostName::ascii);
        if (!result.isSuccess()) {
            return new Authenticity(result.getResultType() == Result.Type.TEMPERROR ? State.UNKNOWN : State.FAILED, signer,
                    words(result.getErrorMessage()));
        }
        if (record.isEmpty() || signer.isEmpty()) {
            return Authenticity.without(State.FAILED, "the signature names no domain");
        }
        if (!record.get().getHashMethod().toString().equalsIgnoreCase("sha256")) {
            return new Authenticity(State.FAILED, signer, "it is made with " + words(record.get().getHashMethod().toString())
                    + ", which no longer counts (RFC 8301 §3.1)");
        }
        if (record.get().getBodyHashLimit() >= 0) {
            return new Authenticity(State.FAILED, signer, "it covers a part of the body only (l=, RFC 8460 §5.3)");
        }
        return DmarcDiscovery.organizationalDomain(signer.get()).equals(DmarcDiscovery.organizationalDomain(from))
                ? Authenticity.verified(signer.get())
                : new Authenticity(State.FAILED, signer, "it is of " + signer.get() + ", and the mail is from " + from);
    }

    /// The bytes before the first empty line, cut at a length that no real header has.
    private static String header(byte[] mail) {
        String start = new String(mail, 0, Math.min(mail.length, MAX_HEADER), StandardCharsets.ISO_8859_1);
        Matcher end = Pattern.compile("\\r?\\n\\r?\\n").matcher(start);
        return end.find() ? start.substring(0, end.start()) : start;
    }

    /// The one domain in the one From field; with several, it is not clear who speaks.
    private static Optional<String> from(String header) {
        var fields = FROM.matcher(header).results().limit(2).toList();
        if (fields.size() != 1) {
            return Optional.empty();
        }
        String rest = header.substring(fields.getFirst().end());
        var domains = DOMAIN.matcher(FIELD_END.split(rest, 2)[0]).results()
                .map(found -> found.group(1).toLowerCase(Locale.ROOT)).distinct().limit(2).toList();
        return domains.size() != 1 ? Optional.empty()
                : HostName.parse(domains.getFirst()).asOptional().map(HostName::ascii);
    }

    private static String words(String text) {
        String line = text == null ? "it does not verify" : text.replaceAll("[^\\x20-\\x7E]+", " ").strip();
        return line.length() > MAX_DETAIL ? line.substring(0, MAX_DETAIL) : line;
    }
}

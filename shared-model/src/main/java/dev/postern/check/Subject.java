package dev.postern.check;

import dev.postern.mtasts.StsPolicy;
import dev.postern.mtasts.StsRecord;
import dev.postern.name.DomainName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.Observation;
import dev.postern.observation.PolicyFetch;
import dev.postern.observation.PolicyFetch.Answered;
import dev.postern.observation.PolicyFetch.Failed;
import dev.postern.parse.Problem;
import dev.postern.pki.Chain;
import dev.postern.setup.PublishedPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A domain, one look at it, and what is known besides: what every rule judges.
///
/// @param managed empty for a domain that is not in Postern
/// @param before  the look before, of the same vantage point
/// @param earlier what the check of the id's change said then
record Subject(DomainName name, Optional<Managed> managed, Observation seen, Optional<Observation> before,
               Optional<Finding> earlier) {

    Optional<PublishedPolicy> intended() {
        return managed.flatMap(Managed::intended);
    }

    /// What senders fetch, where it is valid.
    Optional<StsPolicy> servedPolicy() {
        return servedPolicy(seen);
    }

    static Optional<StsPolicy> servedPolicy(Observation seen) {
        return seen.policy() instanceof Answered(int status, var _, var body, var _) && status == 200
                ? StsPolicy.parse(body).asOptional() : Optional.empty();
    }

    static Optional<StsRecord> stsRecord(Observation seen) {
        return StsRecord.parse(seen.stsRecord().values()).asOptional();
    }

    /// What senders fetch decides; before it is served, what would be.
    Optional<StsPolicy> policy() {
        return servedPolicy().or(() -> intended().map(PublishedPolicy::policy));
    }

    /// Whether the domain says that it takes no mail (RFC 7505).
    boolean nullMx() {
        return seen.mx().values().equals(List.of("."));
    }

    /// The chain that the policy host showed, if it came to that.
    Optional<Chain> policyHostChain() {
        return chain(seen.policy());
    }

    static Optional<Chain> chain(PolicyFetch policy) {
        return switch (policy) {
            case Answered answered -> Optional.of(answered.chain());
            case Failed failed -> failed.chain();
        };
    }

    List<Evidence> evidence(String asked, DnsAnswer answer) {
        return evidence(asked, answer, seen.at());
    }

    static List<Evidence> evidence(String asked, DnsAnswer answer, Instant at) {
        return List.of(new Evidence(asked, answer.text(), at));
    }

    List<Evidence> policyEvidence(String url) {
        return List.of(new Evidence("GET " + url, text(seen.policy()), seen.at()));
    }

    static String noAnswer(String where, String why) {
        return "DNS for " + where + " gave no usable answer: " + why + ".";
    }

    static String sentence(List<Problem> notes) {
        return notes.stream().map(Problem::toString).collect(Collectors.joining(" "));
    }

    static String text(PolicyFetch fetch) {
        return switch (fetch) {
            case Failed(var fault, var detail, var chain) -> fault + ": " + detail
                    + chain.map(shown -> "\n\n" + shown.text()).orElse("");
            case Answered(int status, var type, var body, var chain) -> "HTTP " + status
                    + type.map(t -> "\n" + t).orElse("") + "\n\n" + new String(body, StandardCharsets.UTF_8) + "\n\n"
                    + chain.text();
        };
    }
}

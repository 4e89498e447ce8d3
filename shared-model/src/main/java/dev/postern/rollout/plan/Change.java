package dev.postern.rollout.plan;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.postern.name.HostName;
import dev.postern.setup.PolicyHosting;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a person wants to change about a domain. The JSON form carries its kind in `kind`; kinds and fields are kept for
/// ever, since stored plans are read by later versions.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
        @JsonSubTypes.Type(value = Change.AddMx.class, name = "add-mx"),
        @JsonSubTypes.Type(value = Change.ReplaceProvider.class, name = "replace-provider"),
        @JsonSubTypes.Type(value = Change.RenewCertificate.class, name = "renew-certificate"),
        @JsonSubTypes.Type(value = Change.MovePolicyHost.class, name = "move-policy-host"),
        @JsonSubTypes.Type(value = Change.Retire.class, name = "retire")})
public sealed interface Change {

    /// As many as a domain sensibly has; each is asked on port 25 ahead of time.
    int MOST_HOSTS = 10;

    /// In a few words, with the names it is about.
    String title();

    /// The hosts that are to become MXs.
    @JsonIgnore
    default List<HostName> incoming() {
        return List.of();
    }

    /// Whether it publishes policies, so that only one such change can be under way.
    @JsonIgnore
    default boolean touchesPolicy() {
        return true;
    }

    /// Whether both can't be under way at once.
    default boolean excludes(Change other) {
        return touchesPolicy() && other.touchesPolicy();
    }

    /// One more mail server.
    record AddMx(HostName host) implements Change {
        @Override
        public String title() {
            return "Add the MX " + host;
        }

        @Override
        @JsonIgnore
        public List<HostName> incoming() {
            return List.of(host);
        }
    }

    /// Other mail servers in place of some or all.
    ///
    /// @param arriving the new mail servers, at least one
    /// @param leaving  those to remove, at least one
    /// @param shorten  whether max_age is shortened to a day first, so that a mistake on the way lasts no longer
    record ReplaceProvider(List<HostName> arriving, List<HostName> leaving, boolean shorten) implements Change {
        public ReplaceProvider {
            arriving = List.copyOf(arriving);
            leaving = List.copyOf(leaving);
            if (arriving.isEmpty() || leaving.isEmpty() || arriving.size() > MOST_HOSTS || leaving.size() > MOST_HOSTS) {
                throw new IllegalArgumentException("1 to " + MOST_HOSTS + " mail servers each");
            }
        }

        @Override
        public String title() {
            return "Replace " + joined(leaving) + " by " + joined(arriving);
        }

        @Override
        @JsonIgnore
        public List<HostName> incoming() {
            return arriving;
        }
    }

    /// Another certificate at one MX, of the same authority or a new one.
    ///
    /// @param authority the domain by which CAA records name the new authority (RFC 8659 §4.2), `letsencrypt.org`; empty
    ///                  where it stays
    /// @param before    SHA-256 of the certificates that the MX showed when the plan was made, hexadecimal
    /// @param dane      whether it had secure TLSA records then
    record RenewCertificate(HostName mx, Optional<String> authority, Set<String> before, boolean dane) implements Change {
        public RenewCertificate {
            before = Set.copyOf(before);
        }

        @Override
        public String title() {
            return (authority.isPresent() ? "Change the certificate authority of " : "Renew the certificate of ") + mx;
        }

        @Override
        @JsonIgnore
        public boolean touchesPolicy() {
            return false;
        }

        @Override
        public boolean excludes(Change other) {
            return other instanceof RenewCertificate renewal && renewal.mx().equals(mx);
        }
    }

    /// The policy host to another place.
    ///
    /// @param to     who answers there
    /// @param target the name that `mta-sts` is to lead to
    record MovePolicyHost(PolicyHosting to, HostName target) implements Change {
        @Override
        public String title() {
            return "Move the policy host to " + (to == PolicyHosting.POSTERN ? "Postern" : target.ascii());
        }
    }

    /// The end of MTA-STS for the domain (RFC 8461 §8.3).
    record Retire() implements Change {
        @Override
        public String title() {
            return "Retire MTA-STS";
        }
    }

    private static String joined(List<HostName> hosts) {
        return hosts.stream().map(HostName::ascii).collect(Collectors.joining(", "));
    }
}

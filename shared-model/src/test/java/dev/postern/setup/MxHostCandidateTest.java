package dev.postern.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.postern.name.DomainName;
import dev.postern.rollout.Phase;
import dev.postern.setup.MxHostCandidate.Standing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MxHostCandidateTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    @Test
    void tellsWhoseEachHostIs() {
        var found = MxHostCandidate.of(List.of(
                domain("example.com", true, "mx1.example.com", "aspmx.l.google.com"),
                domain("example.org", true, "mx1.example.com", "aspmx.l.google.com", "mx.new.example"),
                domain("new.example", false, "mx.new.example"),
                domain("null.example", true, ".")), Set.of());

        assertThat(found).extracting(MxHostCandidate::host, MxHostCandidate::standing, MxHostCandidate::serves)
                .containsExactly(
                        tuple("mx1.example.com", Standing.OWN, List.of("example.com", "example.org")),
                        tuple("mx.new.example", Standing.UNPROVEN, List.of("example.org", "new.example")),
                        tuple("aspmx.l.google.com", Standing.FOREIGN, List.of("example.com", "example.org")));
    }

    @Test
    void leavesOutWhatIsRegistered() {
        assertThat(MxHostCandidate.of(List.of(domain("example.com", true, "mx1.example.com", "mx2.example.com")),
                Set.of(new DomainName("mx1.example.com")))).extracting(MxHostCandidate::host)
                .containsExactly("mx2.example.com");
    }

    @Test
    void aNameThatOnlyEndsLikeADomainIsNotInIt() {
        assertThat(MxHostCandidate.of(List.of(domain("example.com", true, "mx.badexample.com", "example.com")), Set.of()))
                .extracting(MxHostCandidate::host, MxHostCandidate::standing)
                .containsExactly(tuple("example.com", Standing.OWN), tuple("mx.badexample.com", Standing.FOREIGN));
    }

    private static MailDomain domain(String name, boolean verified, String... mx) {
        return new MailDomain(UUID.randomUUID(), new DomainName(name), Phase.TESTING, NOW, PolicyHosting.POSTERN, "t",
                "r", Optional.empty(), verified ? Optional.of(NOW) : Optional.empty(),
                verified ? Optional.of(OwnershipProof.TXT_RECORD) : Optional.empty(), NOW, List.of(mx),
                Optional.empty(), Set.of());
    }
}

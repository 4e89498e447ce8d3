package dev.postern.app.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.TestApp;
import dev.postern.foundation.StsNeed;
import dev.postern.setup.MailDomain;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What people tell Postern about a domain, on a real database.
class DomainsTest {

    private final TestApp app = TestApp.shared();
    private final Domains domains = app.bean(Domains.class);
    private final Domains.Actor mine = app.organisation().actor();
    private final MailDomain domain = ((Addition.Added) domains.add(mine, TestApp.freshDomain())).domain();

    @Test
    void keepsTheSelectorsThatArePlausiblyTyped() {
        assertThat(domains.setDkimSelectors(mine, domain.id(), " Google, s1._x\n2024-11;google "))
                .isInstanceOf(Outcome.Done.class);
        assertThat(shown().dkimSelectors()).containsExactlyInAnyOrder("google", "s1._x", "2024-11");

        assertThat(domains.setDkimSelectors(mine, domain.id(), " ")).isInstanceOf(Outcome.Done.class);
        assertThat(shown().dkimSelectors()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b*", "s=google", "sélecteur", ".google", "google.", "a..b", "-a",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    void refusesWhatIsNoSelectorAndKeepsWhatWas(String wrong) {
        domains.setDkimSelectors(mine, domain.id(), "google");

        assertThat(domains.setDkimSelectors(mine, domain.id(), wrong))
                .isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(refused.reason()).isNotEmpty());
        assertThat(shown().dkimSelectors()).containsExactly("google");
    }

    @Test
    void takesTwentySelectorsAndNoMore() {
        String twenty = IntStream.range(0, 20).mapToObj(i -> "s" + i).collect(Collectors.joining(" "));

        assertThat(domains.setDkimSelectors(mine, domain.id(), twenty + " s0")).isInstanceOf(Outcome.Done.class);
        assertThat(domains.setDkimSelectors(mine, domain.id(), twenty + " s20")).isInstanceOf(Outcome.Refused.class);
        assertThat(shown().dkimSelectors()).hasSize(20);
    }

    @Test
    void leavesTheDomainsOfOthersAlone() {
        Domains.Actor other = app.organisation().actor();

        assertThat(domains.setDkimSelectors(other, domain.id(), "theirs")).isInstanceOf(Outcome.Refused.class);
        domains.setNeed(other, domain.id(), answers());

        assertThat(shown().dkimSelectors()).isEmpty();
        assertThat(domains.need(mine, domain.id())).isEmpty();
    }

    @Test
    void keepsTheAnswersToTheQuestionnaire() {
        assertThat(domains.need(mine, domain.id())).isEmpty();

        domains.setNeed(mine, domain.id(), answers());

        assertThat(domains.need(mine, domain.id())).contains(answers());
        assertThat(domains.need(app.organisation().actor(), domain.id())).isEmpty();
    }

    private static StsNeed answers() {
        return new StsNeed(true, false, false, StsNeed.Incoming.UNDER_100, StsNeed.MxRunner.OURSELVES, false, true);
    }

    private MailDomain shown() {
        return domains.status(mine.tenant(), domain.name()).orElseThrow().domain();
    }
}

package dev.postern.probe.foundation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.name.DomainName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.FoundationAnswers;
import dev.postern.probe.dns.Dns;
import dev.postern.testbed.AuthoritativeDns;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FoundationProbeTest {

    private AuthoritativeDns internet;
    private FoundationProbe probe;

    @BeforeEach
    void start() {
        internet = AuthoritativeDns.start();
        probe = new FoundationProbe(new Dns(List.of(internet.address()), Duration.ofMillis(500), 1));
    }

    @AfterEach
    void stop() {
        internet.close();
    }

    @Test
    void readsEveryLayer() {
        internet.txt("example.test", "v=spf1 include:a.test redirect=b.test")
                .txt("a.test", "v=spf1 include:c.test -all").txt("b.test", "v=spf1 -all").txt("c.test", "v=spf1 ?all")
                .txt("own._domainkey.example.test", "v=DKIM1; p=").txt("google._domainkey.example.test", "v=DKIM1; p=AA")
                .txt("_dmarc.example.test", "v=DMARC1; p=none; rua=mailto:a@example.test,mailto:b@reports.test!1m")
                .txt("example.test._report._dmarc.reports.test", "v=DMARC1")
                .txt("default._bimi.example.test", "v=BIMI1; l=");

        FoundationAnswers seen = ask("example.test", "own");

        assertThat(values(seen.spf())).containsExactly("v=spf1 include:a.test redirect=b.test");
        assertThat(seen.spfIncluded()).containsOnlyKeys("a.test", "b.test", "c.test");
        assertThat(seen.dkim()).containsKeys("own", "google", "selector1");
        assertThat(values(seen.dkim().get("google"))).containsExactly("v=DKIM1; p=AA");
        assertThat(seen.dkim().get("selector1")).isInstanceOf(DnsAnswer.Absent.class);
        assertThat(seen.dmarcConsent()).containsOnlyKeys("reports.test");
        assertThat(seen.organizational()).isEmpty();
        assertThat(values(seen.bimi())).containsExactly("v=BIMI1; l=");
    }

    @Test
    void looksAboveADomainThatIsBelowAnother() {
        internet.txt("_dmarc.example.test", "v=DMARC1; p=reject; rua=mailto:x@other.test");

        FoundationAnswers seen = ask("mail.example.test");

        assertThat(seen.organizational()).hasValueSatisfying(above -> {
            assertThat(above.domain()).isEqualTo("example.test");
            assertThat(values(above.dmarc())).hasSize(1);
        });
        assertThat(seen.dmarcConsent()).containsOnlyKeys("other.test");
    }

    @Test
    void followsNeitherLoopsNorWithoutEnd() {
        internet.txt("example.test", "v=spf1 include:loop.test -all")
                .txt("loop.test", "v=spf1 include:example.test include:loop.test -all");
        assertThat(ask("example.test").spfIncluded()).containsOnlyKeys("loop.test");

        internet.txt("wide.test", "v=spf1 " + IntStream.range(0, 30).mapToObj(i -> "include:w" + i + ".test")
                .collect(Collectors.joining(" ")) + " -all");
        assertThat(ask("wide.test").spfIncluded()).hasSizeBetween(10, 20);

        IntStream.range(0, 30).forEach(i -> internet.txt("deep" + i + ".test", "v=spf1 include:deep" + (i + 1)
                + ".test -all"));
        assertThat(ask("deep0.test").spfIncluded()).hasSizeBetween(10, 20);
    }

    @Test
    void doesNotTakeSilenceForAbsence() {
        internet.silent("_dmarc.example.test").txt("example.test", "v=spf1 include:gone.test -all").servfail("gone.test");

        FoundationAnswers seen = ask("example.test");

        assertThat(seen.dmarc()).isInstanceOf(DnsAnswer.Unknown.class);
        assertThat(seen.spfIncluded().get("gone.test")).isInstanceOf(DnsAnswer.Unknown.class);
    }

    private FoundationAnswers ask(String domain, String... selectors) {
        return probe.ask(new DomainName(domain), Set.of(selectors));
    }

    private static List<String> values(DnsAnswer answer) {
        return answer instanceof DnsAnswer.Found(var values, var _) ? values : List.of();
    }
}

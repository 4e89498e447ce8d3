package dev.postern.probe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.Check;
import dev.postern.check.DomainChecks;
import dev.postern.check.Finding;
import dev.postern.check.Seen;
import dev.postern.check.Stage;
import dev.postern.check.Verdict;
import dev.postern.name.DomainName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.Dnssec;
import dev.postern.observation.MxEndpoint.Outcome;
import dev.postern.observation.Observation;
import dev.postern.observation.PolicyFetch.Answered;
import dev.postern.observation.PolicyFetch.Failed;
import dev.postern.observation.PolicyFetch.Fault;
import dev.postern.probe.mx.LooksInMemory;
import dev.postern.settings.Settings;
import dev.postern.testbed.SmallInternet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DomainProbeTest {

    private static final DomainName DOMAIN = new DomainName("example.test");

    private final SmallInternet internet = SmallInternet.start();

    @AfterEach
    void stop() {
        internet.close();
    }

    @Test
    void seesEverythingThatADomainPublishes() {
        internet.domain("example.test").signed().tlsRpt("mailto:token@reports.test");
        internet.domain("reports.test");
        internet.dane("mx.example.test");
        internet.publish(dns -> dns.txt("_postern-challenge.example.test", "postern-verification=abc")
                .cname("mta-sts.example.test", "abc.mta-sts.postern.test").a("abc.mta-sts.postern.test", "127.0.0.1"));

        var seen = observe(Map.of(), Clock.systemUTC());

        assertThat(values(seen.ownershipRecord())).containsExactly("postern-verification=abc");
        assertThat(values(seen.stsRecord())).containsExactly("v=STSv1; id=testbed1;");
        assertThat(values(seen.tlsRptRecord())).containsExactly("v=TLSRPTv1; rua=mailto:token@reports.test;");
        assertThat(values(seen.policyHostCname())).containsExactly("abc.mta-sts.postern.test");
        assertThat(values(seen.mx())).containsExactly("mx.example.test");
        assertThat(seen.dnssec().state()).as(seen.dnssec().detail()).isEqualTo(Dnssec.State.SECURE);
        assertThat(seen.policy()).isInstanceOfSatisfying(Answered.class, answered -> {
            assertThat(new String(answered.body(), UTF_8)).contains("mx: mx.example.test");
            assertThat(answered.chain().leaf().covers("mta-sts.example.test")).isTrue();
        });
        assertThat(seen.mxHosts()).singleElement().satisfies(host -> {
            assertThat(host.endpoints()).singleElement().satisfies(endpoint -> {
                assertThat(endpoint.outcome()).isEqualTo(Outcome.TLS_ESTABLISHED);
                assertThat(endpoint.transcript()).contains("S: 220", "C: EHLO", "C: STARTTLS", "TLSv1.3");
                assertThat(endpoint.tls().orElseThrow().chain().orElseThrow().text()).contains("BEGIN CERTIFICATE");
            });
            assertThat(host.tlsa().records()).hasSize(1);
            assertThat(host.tlsa().dnssec().state()).isEqualTo(Dnssec.State.SECURE);
        });
        assertThat(seen.destinations()).singleElement()
                .satisfies(each -> assertThat(each.uri()).isEqualTo("mailto:token@reports.test"));
        assertThat(seen.vantage().name()).isEqualTo("main");
    }

    @Test
    void keepsTheTimeAsTheDatabaseDoes() {
        var clock = Clock.fixed(Instant.parse("2026-11-23T10:00:00.123456789Z"), ZoneOffset.UTC);

        assertThat(observe(Map.of(), clock).at()).isEqualTo(Instant.parse("2026-11-23T10:00:00.123456Z"));
    }

    @Test
    void tellsOfADomainThatPublishesNothing() {
        var seen = observe(Map.of(), Clock.systemUTC());

        assertThat(List.of(seen.ownershipRecord(), seen.stsRecord(), seen.tlsRptRecord(), seen.policyHostCname(),
                seen.mx(), seen.domainAddresses())).containsOnly(new DnsAnswer.Absent("NXDOMAIN"));
        assertThat(seen.policy()).isEqualTo(new Failed(Fault.NO_ADDRESS, "NXDOMAIN"));
        assertThat(seen.mxHosts()).isEmpty();
        assertThat(seen.destinations()).isEmpty();
    }

    @Test
    void oneFailureLeavesTheRestAsItIs() {
        internet.domain("example.test");
        internet.publish(dns -> dns.servfail("_mta-sts.example.test"));

        var seen = observe(Map.of(), Clock.systemUTC());

        assertThat(seen.stsRecord()).isInstanceOf(DnsAnswer.Unknown.class);
        assertThat(values(seen.mx())).containsExactly("mx.example.test");
    }

    @Test
    void endsAtItsDeadline() {
        internet.domain("example.test").site().slowBody(Duration.ofMinutes(1));
        internet.publish(dns -> dns.silent("_mta-sts.example.test"));
        internet.mx("mx.example.test").silent();

        var seen = observe(Map.of("POSTERN_PROBE_DEADLINE", "5", "POSTERN_DNS_TIMEOUT", "10000",
                "POSTERN_POLICY_FETCH_TIMEOUT", "60"), Clock.systemUTC());

        assertThat(values(seen.mx())).containsExactly("mx.example.test");
        assertThat(seen.stsRecord()).isEqualTo(new DnsAnswer.Unknown("no answer within 5 s"));
        assertThat(seen.policy()).isInstanceOfSatisfying(Failed.class,
                failed -> assertThat(failed.fault()).isEqualTo(Fault.TIMEOUT));
        assertThat(seen.mxHosts()).singleElement().satisfies(host -> assertThat(host.endpoints()).isEmpty());
    }

    @Test
    void tellsOfEachStep() {
        internet.domain("example.test").mx("mx1.example.test", "mx2.example.test");
        var steps = Collections.synchronizedList(new ArrayList<String>());

        probe(Map.of(), Clock.systemUTC()).observe(DOMAIN, new DomainProbe.Wish(Set.of(), Duration.ZERO,
                (step, finished, total) -> steps.add(finished + "/" + total + " " + step)));

        assertThat(steps).hasSizeGreaterThan(4).anyMatch(step -> step.endsWith("MX mx1.example.test"))
                .anyMatch(step -> step.endsWith("policy host"));
        assertThat(steps.getLast()).startsWith(steps.size() + "/" + steps.size() + " ");
    }

    @Test
    void looksOnceAtAnMxThatManyDomainsShare() {
        IntStream.range(0, 20).forEach(i -> internet.domain("d" + i + ".test").mx("mx.large.test"));
        var large = internet.mx("mx.large.test");
        var probe = probe(Map.of(), Clock.systemUTC());
        var wish = new DomainProbe.Wish(Set.of(), Duration.ofHours(1), Progress.NOBODY);

        var looks = IntStream.range(0, 20).mapToObj(i -> CompletableFuture.supplyAsync(() ->
                probe.observe(new DomainName("d" + i + ".test"), wish))).toList();

        assertThat(looks).allSatisfy(look -> assertThat(look.join().mxHosts()).singleElement().satisfies(host ->
                assertThat(host.endpoints().getFirst().outcome()).isEqualTo(Outcome.TLS_ESTABLISHED)));
        assertThat(large.connections()).isEqualTo(1);
    }

    @Test
    void knowsThatPort25IsBlockedWhereNobodyCanBeReached() {
        internet.domain("example.test");
        internet.mx("mx.example.test").down();
        var landmark = Map.of("POSTERN_PORT25_LANDMARKS", "mx.landmark.test");
        internet.mx("mx.landmark.test").down();

        var blocked = observe(landmark, Clock.systemUTC());
        assertThat(blocked.mxHosts().getFirst().endpoints().getFirst().outcome()).isEqualTo(Outcome.PORT_BLOCKED);
        assertThat(DomainChecks.judge(DOMAIN, Set.of(), Seen.once(blocked)))
                .filteredOn(finding -> finding.check().id().startsWith("mx-") && finding.check().stage()
                        == Stage.ENFORCEMENT).hasSize(8).extracting(Finding::verdict).containsOnly(Verdict.UNKNOWN);
        internet.mx("mx.landmark.test").up();
        assertThat(observe(landmark, Clock.systemUTC()).mxHosts().getFirst().endpoints().getFirst().outcome())
                .isEqualTo(Outcome.NO_CONNECTION);
    }

    @Test
    void asksNoPrivateAddressUnlessToldTo() {
        internet.domain("example.test");

        var seen = observe(Map.of("POSTERN_ALLOW_PRIVATE_ADDRESSES", "false"), Clock.systemUTC());

        assertThat(seen.mxHosts().getFirst().endpoints()).singleElement().satisfies(endpoint ->
                assertThat(endpoint.outcome()).isEqualTo(Outcome.ADDRESS_NOT_PUBLIC));
        assertThat(seen.policy()).isInstanceOfSatisfying(Failed.class,
                failed -> assertThat(failed.fault()).isEqualTo(Fault.ADDRESS_NOT_PUBLIC));
        assertThat(DomainChecks.judge(DOMAIN, Set.of(), Seen.once(seen))).anySatisfy(finding -> {
            assertThat(finding.check()).isEqualTo(Check.MX_ADDRESSES);
            assertThat(finding.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(finding.message()).contains("no public address");
        });
        assertThat(internet.sharedMx().connections()).isZero();
        assertThat(internet.edge().connections()).isZero();
    }

    private Observation observe(Map<String, String> settings, Clock clock) {
        return probe(settings, clock).observe(DOMAIN, new DomainProbe.Wish(Set.of(), Duration.ZERO, Progress.NOBODY));
    }

    private DomainProbe probe(Map<String, String> settings, Clock clock) {
        var all = new HashMap<>(internet.environment());
        all.put("POSTERN_PUBLIC_HOST", "postern.test");
        all.putAll(settings);
        return Instruments.domainProbe(ProbeSettings.from(new Settings(all)), new LooksInMemory(), clock);
    }

    private static List<String> values(DnsAnswer answer) {
        return answer instanceof DnsAnswer.Found(var values, var _) ? values : List.of();
    }
}

package dev.postern.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mtasts.StsPolicy;
import dev.postern.name.DomainName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.Dnssec;
import dev.postern.observation.FoundationAnswers;
import dev.postern.observation.MxEndpoint;
import dev.postern.observation.MxHost;
import dev.postern.observation.Observation;
import dev.postern.observation.PolicyFetch;
import dev.postern.observation.Tlsa;
import dev.postern.observation.Vantage;
import dev.postern.pki.Certificate;
import dev.postern.pki.Chain;
import dev.postern.pki.Trust;
import dev.postern.rollout.Phase;
import dev.postern.setup.Installation;
import dev.postern.setup.MailDomain;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.PublishedPolicy;
import dev.postern.stream.Json;
import dev.postern.timeline.TimelineEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DomainChecksTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final DomainName DOMAIN = new DomainName("example.test");
    private static final Installation INSTALLATION = new Installation("postern.test");
    private static final Vantage HERE = new Vantage("here", "");
    private static final DnsAnswer ABSENT = new DnsAnswer.Absent("NXDOMAIN");
    private static final String POLICY = "version: STSv1\nmode: testing\nmx: mx.example.test\nmax_age: 604800\n";
    private static final String OTHER = "version: STSv1\nmode: testing\nmx: mx2.example.test\nmax_age: 604800\n";

    @ParameterizedTest
    @CsvSource({
            "1, A, 1, A, PASS, Neither",
            "1, A, 2, B, PASS, and the id with it",
            "1, A, 1, B, FAIL, still 1",
            "1, A, 2, A, WARN, the policy did not"})
    void comparesIdAndPolicyWithTheLookBefore(String idBefore, String before, String idNow, String now,
                                              Verdict verdict, String words) {
        var seen = new Seen(List.of(look(HERE, record(idNow), served(policy(now)))),
                Optional.of(look(HERE, record(idBefore), served(policy(before)))), Optional.empty());

        var finding = find(DomainChecks.judge(DOMAIN, Set.of(), seen), Check.STS_ID_CHANGE);

        assertThat(finding.verdict()).isEqualTo(verdict);
        assertThat(finding.message()).contains(words);
    }

    @Test
    void remembersAChangeThatWasNotAnnouncedUntilItIs() {
        var unchanged = look(HERE, record("1"), served(OTHER));
        var failed = Finding.fail(Check.STS_ID_CHANGE, "The policy changed", "new id", List.of());

        var still = new Seen(List.of(unchanged), Optional.of(unchanged), Optional.of(failed));
        assertThat(find(DomainChecks.judge(DOMAIN, Set.of(), still), Check.STS_ID_CHANGE).verdict())
                .isEqualTo(Verdict.FAIL);
        var first = Seen.once(unchanged);
        assertThat(find(DomainChecks.judge(DOMAIN, Set.of(), first), Check.STS_ID_CHANGE).verdict())
                .isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void comparesWhatIsServedWithWhatIsIntended() {
        assertThat(body(POLICY, POLICY).verdict()).isEqualTo(Verdict.PASS);
        assertThat(body(POLICY, OTHER).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(find(DomainChecks.judge(new Managed(domain(), Optional.empty(), INSTALLATION),
                Seen.once(look(HERE, ABSENT, served(POLICY)))), Check.STS_POLICY_BODY).verdict())
                .isEqualTo(Verdict.UNKNOWN);
    }

    private static Finding body(String intended, String served) {
        return find(DomainChecks.judge(managed(intended), Seen.once(look(HERE, ABSENT, served(served)))),
                Check.STS_POLICY_BODY);
    }

    @Test
    void knowsOwnershipByThreeProofs() {
        var managed = managed(POLICY);
        assertThat(find(DomainChecks.judge(managed, Seen.once(look(HERE, ABSENT, served(POLICY)))),
                Check.DOMAIN_OWNERSHIP)).satisfies(missing -> {
            assertThat(missing.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(missing.fix()).contains("TXT _postern-challenge.example.test",
                    INSTALLATION.ownershipValue(managed.domain()));
        });
        assertThat(proof(found(INSTALLATION.ownershipValue(managed.domain())), ABSENT, ABSENT))
                .contains(OwnershipProof.TXT_RECORD);
        assertThat(proof(ABSENT, found(INSTALLATION.policyHostTarget(managed.domain())), ABSENT))
                .contains(OwnershipProof.POLICY_DELEGATION);
        assertThat(proof(ABSENT, ABSENT, found("v=TLSRPTv1; rua=" + INSTALLATION.reportMailto(managed.domain()))))
                .contains(OwnershipProof.REPORT_ADDRESS);
        assertThat(proof(found("postern-verification=another"), found("another.mta-sts.postern.test"),
                found("v=TLSRPTv1; rua=mailto:another@postern.test"))).isEmpty();
    }

    private static Optional<OwnershipProof> proof(DnsAnswer txt, DnsAnswer cname, DnsAnswer tlsRpt) {
        return DomainChecks.ownershipProof(domain(), INSTALLATION, new Observation(NOW, HERE, txt, ABSENT, tlsRpt, cname,
                ABSENT, ABSENT, Dnssec.unknown(""), served(POLICY), List.of(), List.of(),
                FoundationAnswers.unknown("")));
    }

    @Test
    void takesTheWorstOfSeveralVantagePointsAndSaysWhose() {
        var there = new Vantage("there", "Far away");
        var both = new Seen(List.of(look(HERE, record("1"), served(POLICY)), look(there, ABSENT, served(POLICY))),
                Optional.empty(), Optional.empty());

        var findings = DomainChecks.judge(DOMAIN, Set.of(), both);

        assertThat(find(findings, Check.STS_RECORD_SYNTAX)).satisfies(finding -> {
            assertThat(finding.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(finding.message()).startsWith("Seen from there (Far away): ");
        });
        assertThat(find(findings, Check.VANTAGE_AGREEMENT)).satisfies(differ -> {
            assertThat(differ.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(differ.message()).contains("different answers for the MTA-STS record");
            assertThat(differ.fix()).contains("still spreading");
        });
        assertThat(findings.getFirst().check()).isEqualTo(Check.VANTAGE_AGREEMENT);
    }

    @Test
    void comparesWhatAnMxShowsToEachVantagePoint() {
        assertThat(compare(shown("CN=Authority", Trust.TRUSTED), shown("CN=Authority", Trust.TRUSTED)).verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(compare(shown("CN=Authority", Trust.TRUSTED), shown("CN=Elsewhere", Trust.UNKNOWN_ROOT)))
                .satisfies(attack -> {
                    assertThat(attack.verdict()).isEqualTo(Verdict.FAIL);
                    assertThat(attack.message()).contains("shows there a certificate that is not valid", "false certificate");
                });
        assertThat(compare(shown("CN=Authority", Trust.TRUSTED), shown("CN=Elsewhere", Trust.TRUSTED)))
                .satisfies(odd -> {
                    assertThat(odd.verdict()).isEqualTo(Verdict.WARN);
                    assertThat(odd.message()).contains("CN=Authority", "CN=Elsewhere", "both are valid");
                    assertThat(odd.fix()).contains("CAA");
                    assertThat(odd.evidence()).hasSize(2);
                });
    }

    private static Finding compare(MxEndpoint here, MxEndpoint there) {
        return find(DomainChecks.judge(DOMAIN, Set.of(), new Seen(List.of(mx(HERE, here), mx(new Vantage("there", ""),
                there)), Optional.empty(), Optional.empty())), Check.VANTAGE_AGREEMENT);
    }

    private static Observation mx(Vantage from, MxEndpoint endpoint) {
        var seen = look(from, ABSENT, served(POLICY), "mx.example.test");
        return new Observation(seen.at(), from, ABSENT, ABSENT, ABSENT, ABSENT, seen.mx(), ABSENT, seen.dnssec(),
                seen.policy(), List.of(new MxHost("mx.example.test", NOW, ABSENT, found("192.0.2.1"), List.of(endpoint),
                Tlsa.unknown("mx.example.test", "not asked"))), List.of(), seen.foundation());
    }

    private static MxEndpoint shown(String issuer, Trust trust) {
        var leaf = new Certificate("CN=mx.example.test", issuer, "1", List.of("mx.example.test"), NOW.minusSeconds(60),
                NOW.plus(Duration.ofDays(80)), "EC", 256, "SHA256withECDSA", issuer, "-----BEGIN CERTIFICATE-----\n");
        return new MxEndpoint("192.0.2.1", NOW, 10, MxEndpoint.Outcome.TLS_ESTABLISHED, "", "S: 220 hello\n",
                Optional.of(new MxEndpoint.Tls("TLSv1.3", "TLS_AES_128_GCM_SHA256", Optional.of(new Chain(List.of(leaf),
                        trust, "", Chain.Staple.NONE)))));
    }

    @Test
    void doesNotCompareLooksOfDifferentTimes() {
        var there = new Vantage("there", "");
        var old = new Observation(NOW.minus(Seen.TOGETHER).minusSeconds(1), there, ABSENT, ABSENT, ABSENT, ABSENT,
                ABSENT, ABSENT, Dnssec.unknown(""), served(OTHER), List.of(), List.of(), FoundationAnswers.unknown(""));

        var seen = new Seen(List.of(look(HERE, record("1"), served(POLICY)), old), Optional.empty(), Optional.empty());

        assertThat(find(DomainChecks.judge(DOMAIN, Set.of(), seen), Check.VANTAGE_AGREEMENT).verdict())
                .isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void findsEachCheckOfTheCatalogueOnce() {
        var findings = DomainChecks.judge(managed(POLICY), Seen.once(look(HERE, record("1"), served(POLICY))));
        assertThat(findings).extracting(Finding::check).containsExactly(Check.values());
    }

    @Test
    void warnsOfAMaxAgeThatOutlastsACertificateWhoseRenewalIsLate() {
        String month = "version: STSv1\nmode: testing\nmx: mx.example.test\nmax_age: 2592000\n";
        assertThat(maxAge(month, 80, 10)).isEqualTo(Verdict.WARN);
        assertThat(maxAge(month, 10, 80)).isEqualTo(Verdict.PASS);
        assertThat(maxAge(month, 50, 25)).as("there is time to renew").isEqualTo(Verdict.PASS);
        assertThat(maxAge(POLICY, 60, 25)).isEqualTo(Verdict.PASS);
    }

    private static Verdict maxAge(String policy, int daysOld, int daysLeft) {
        return find(DomainChecks.judge(DOMAIN, Set.of(), Seen.once(look(HERE, record("1"), served(policy,
                NOW.minus(Duration.ofDays(daysOld)), NOW.plus(Duration.ofDays(daysLeft)))))), Check.STS_MAX_AGE)
                .verdict();
    }

    @Test
    void tellsOfAnMxThatThePolicyDoesNotName() {
        var before = look(HERE, record("1"), served(POLICY), "mx.example.test");
        var now = look(HERE, record("1"), served(POLICY), "mx.example.test", "new.example.test");
        var policy = StsPolicy.parse(POLICY.getBytes(StandardCharsets.UTF_8)).asOptional();

        assertThat(Changes.between(DOMAIN, before, now, policy)).extracting(Changes.Change::event).containsExactly(
                new TimelineEvent.MxChanged("example.test", List.of("new.example.test"), List.of(), false));
        assertThat(Changes.between(DOMAIN, now, before, policy)).extracting(Changes.Change::event).containsExactly(
                new TimelineEvent.MxChanged("example.test", List.of(), List.of("new.example.test"), true));
        assertThat(Changes.between(DOMAIN, before, before, policy)).isEmpty();
        var away = new Observation(NOW, HERE, ABSENT, ABSENT, ABSENT, ABSENT, new DnsAnswer.Unknown("SERVFAIL"), ABSENT,
                Dnssec.unknown(""), served(POLICY), List.of(), List.of(), FoundationAnswers.unknown(""));
        assertThat(Changes.between(DOMAIN, before, away, policy)).as("DNS hiccups").isEmpty();
    }

    @Test
    void tellsOfARenewedCertificateAndNotOfServersThatTakeTurns() {
        Instant old = NOW.minus(Duration.ofDays(60));
        var before = look(HERE, record("1"), served(POLICY, old, NOW.plus(Duration.ofDays(30))));
        var renewed = look(HERE, record("1"), served(POLICY, NOW, NOW.plus(Duration.ofDays(90))));

        assertThat(Changes.between(DOMAIN, before, renewed, Optional.empty())).singleElement()
                .satisfies(change -> assertThat(change.event()).isInstanceOfSatisfying(
                        TimelineEvent.CertificateReplaced.class, event -> {
                            assertThat(event.domain()).isEqualTo("example.test");
                            assertThat(event.headline()).contains("mta-sts.example.test");
                        }));
        assertThat(Changes.between(DOMAIN, renewed, before, Optional.empty())).isEmpty();
    }

    @Test
    void staysTheSameOnItsWayThroughTheDatabase() {
        var seen = look(HERE, record("1"), served(POLICY), "mx.example.test");
        var back = Json.read(Json.text(seen), Observation.class);
        assertThat(Json.text(back)).isEqualTo(Json.text(seen));
        assertThat(DomainChecks.judge(DOMAIN, Set.of(), Seen.once(back)))
                .isEqualTo(DomainChecks.judge(DOMAIN, Set.of(), Seen.once(seen)));
    }

    private static String policy(String which) {
        return which.equals("A") ? POLICY : OTHER;
    }

    private static Observation look(Vantage from, DnsAnswer stsRecord, PolicyFetch policy, String... mx) {
        return new Observation(NOW, from, ABSENT, stsRecord, ABSENT, ABSENT, mx.length == 0 ? ABSENT : found(mx), ABSENT,
                Dnssec.unknown("not asked"), policy, List.of(), List.of(), FoundationAnswers.unknown("not asked"));
    }

    private static DnsAnswer record(String id) {
        return found("v=STSv1; id=" + id + ";");
    }

    private static DnsAnswer found(String... values) {
        return new DnsAnswer.Found(List.of(values), 300);
    }

    private static PolicyFetch served(String policy) {
        return served(policy, NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(89)));
    }

    private static PolicyFetch served(String policy, Instant from, Instant until) {
        var leaf = new Certificate("CN=mta-sts.example.test", "CN=Test", "1", List.of("mta-sts.example.test"), from, until,
                "EC", 256, "SHA256withECDSA", "%064x".formatted(from.getEpochSecond()), "-----BEGIN CERTIFICATE-----\n");
        return new PolicyFetch.Answered(200, Optional.of("text/plain"), policy.getBytes(StandardCharsets.UTF_8),
                new Chain(List.of(leaf), Trust.TRUSTED, "", Chain.Staple.NONE));
    }

    private static Managed managed(String intended) {
        return new Managed(domain(), Optional.of(new PublishedPolicy(1, StsPolicy.parse(intended.getBytes(
                StandardCharsets.UTF_8)).orThrow(), "1", NOW, "Anna")), INSTALLATION);
    }

    private static MailDomain domain() {
        return new MailDomain(new UUID(0, 1), DOMAIN, Phase.SETUP, NOW, PolicyHosting.POSTERN, "token", "reports",
                Optional.empty(), Optional.empty(), Optional.empty(), NOW, List.of(), Optional.empty(), Set.of());
    }

    private static Finding find(List<Finding> findings, Check check) {
        return findings.stream().filter(finding -> finding.check() == check).findFirst().orElseThrow();
    }
}

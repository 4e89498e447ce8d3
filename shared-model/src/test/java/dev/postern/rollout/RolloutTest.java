package dev.postern.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.Check;
import dev.postern.check.Check.Need;
import dev.postern.check.Finding;
import dev.postern.check.Verdict;
import dev.postern.mtasts.Mode;
import dev.postern.mtasts.MxPattern;
import dev.postern.mtasts.StsPolicy;
import dev.postern.name.DomainName;
import dev.postern.setup.MailDomain;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.PublishedPolicy;
import dev.postern.timeline.TimelineEvent;
import dev.postern.tlsrpt.ResultType;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RolloutTest {

    private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
    private static final LocalDate TODAY = LocalDate.of(2026, 12, 1);
    private static final WatchRules RULES = new WatchRules(21, 2, 100);
    private static final Watch CLEAN = new Watch(21, 100, Set.of("one", "two"), Optional.empty(), 0, 0,
            Optional.of(TODAY.minusDays(1)));
    private static final List<MxCertificate> LASTING = List.of(certificate("mx1.example.test", 60));

    @Test
    void opensEnforceWhenEverythingIsThere() {
        assertThat(missing(Step.ENFORCE, testing())).isEmpty();
        assertThat(Rollout.decide(testing(), Step.ENFORCE)).isEqualTo(new Decision.Publish(Phase.ENFORCE,
                policy(Mode.ENFORCE, MaxAge.WEEK)));
    }

    @ParameterizedTest
    @EnumSource
    void takesEachCheckForWhatItNeeds(Check check) {
        assertThat(open(with(check, Verdict.FAIL))).isEqualTo(check.need() == Need.ADVICE || check.need() == Need.APART);
        assertThat(open(with(check, Verdict.UNKNOWN))).as("unknown is never a pass").isEqualTo(check.need() != Need.REQUIRED);
        assertThat(open(with(check, Verdict.WARN))).as("warnings refuse no mail").isTrue();
    }

    @Test
    void staysShutWithoutALook() {
        Facts facts = new Facts(testing().domain(), testing().trail(), List.of(), CLEAN, RULES, LASTING, Map.of(), NOW);
        assertThat(Rollout.decide(facts, Step.ENFORCE)).isInstanceOf(Decision.Refused.class);
        assertThat(gate(Step.ENFORCE, facts).missing()).filteredOn(each -> each.check().isPresent())
                .extracting(Requirement::have).containsOnly("Not checked yet.");
    }

    @Test
    void saysWhatIsMissing() {
        assertThat(missing(Step.ENFORCE, watched(new Watch(20, 100, Set.of("one", "two"), Optional.of(new Watch.Reset(
                LocalDate.of(2026, 11, 2), "sender", ResultType.CERTIFICATE_EXPIRED, "mx1.example.test", 7)), 3, 2,
                Optional.of(TODAY))))).singleElement().satisfies(each -> {
            assertThat(each.title()).isEqualTo("21 clean days in testing");
            assertThat(each.have()).contains("20 days", "2026-11-02", "7 × certificate-expired at mx1.example.test",
                    "reported by sender", "3 such failures more", "Set aside: 2");
        });
        assertThat(titles(watched(new Watch(21, 100, Set.of("one"), Optional.empty(), 0, 0, Optional.of(TODAY)))))
                .containsExactly("Reports from 2 organizations");
        assertThat(titles(watched(new Watch(21, 99, Set.of("one", "two"), Optional.empty(), 0, 0,
                Optional.of(TODAY))))).containsExactly("100 sessions reported");
        assertThat(titles(watched(new Watch(21, 100, Set.of("one", "two"), Optional.empty(), 0, 0,
                Optional.of(TODAY.minusDays(5)))))).as("no reports is not clean").containsExactly("Reports keep coming");
        assertThat(titles(certified(List.of(new MxCertificate("mx1.example.test", Optional.of(NOW.plus(Duration.ofDays(7)))), certificate("mx2.example.test", 90)))))
                .containsExactly("Certificates last longer than 1 week");
        assertThat(titles(certified(List.of(new MxCertificate("mx1.example.test", Optional.empty())))))
                .containsExactly("Certificates last longer than 1 week");
        assertThat(titles(certified(List.of()))).containsExactly("Certificates last longer than 1 week");
    }

    @Test
    void wantsPolicyAndIdSeen() {
        PolicyTrail served = new PolicyTrail(List.of(PolicyVersion.unseen(published(1, Mode.TESTING, MaxAge.DAY))), List.of())
                .seen(policy(Mode.TESTING, MaxAge.DAY), Optional.empty(), NOW);
        assertThat(missing(Step.ENFORCE, trailed(served))).extracting(Requirement::have).singleElement().asString()
                .contains("its id id1 has not been seen");
        assertThat(missing(Step.ENFORCE, trailed(PolicyTrail.EMPTY))).extracting(Requirement::have)
                .containsExactly("Nothing is published yet.");
    }

    @Test
    void theWayToSafetyIsAlwaysOpen() {
        for (Phase phase : Phase.values()) {
            Facts broken = facts(phase, phase == Phase.ENFORCE ? Mode.ENFORCE : Mode.TESTING, MaxAge.QUARTER,
                    all(Verdict.FAIL), Watch.NOTHING, List.of(), Duration.ZERO);
            assertThat(Rollout.gates(broken)).filteredOn(gate -> Set.of(Step.ROLL_BACK, Step.RETIRE, Step.SHORTEN)
                    .contains(gate.step())).allMatch(Gate::open);
        }
        Facts enforced = facts(Phase.ENFORCE, Mode.ENFORCE, MaxAge.QUARTER, all(Verdict.FAIL), Watch.NOTHING, List.of(),
                Duration.ZERO);
        assertThat(Rollout.decide(enforced, Step.ROLL_BACK)).isEqualTo(new Decision.Publish(Phase.TESTING,
                policy(Mode.TESTING, MaxAge.DAY)));
        assertThat(Rollout.decide(enforced, Step.RETIRE)).isEqualTo(new Decision.Publish(Phase.RETIRING,
                new StsPolicy(Mode.NONE, 86_400, List.of(), Map.of())));
    }

    @Test
    void leadsToEnforceThroughTestingOnly() {
        for (Phase phase : Phase.values()) {
            if (phase != Phase.TESTING) {
                Facts facts = facts(phase, Mode.TESTING, MaxAge.DAY, all(Verdict.PASS), CLEAN, LASTING, Duration.ofDays(90));
                assertThat(Rollout.decide(facts, Step.ENFORCE)).isInstanceOf(Decision.Refused.class);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"WEEK, 14, true", "WEEK, 13, false", "MONTH, 30, true", "MONTH, 29, false"})
    void lengthensWhenItHasHeldForLongEnough(MaxAge now, int days, boolean open) {
        Facts facts = facts(Phase.ENFORCE, Mode.ENFORCE, now, all(Verdict.PASS), CLEAN,
                List.of(certificate("mx1.example.test", 200)), Duration.ofDays(days));
        assertThat(gate(Step.LENGTHEN, facts).open()).isEqualTo(open);
    }

    @Test
    void lengthensOnlyAsFarAsTheCertificatesLast() {
        Facts facts = facts(Phase.ENFORCE, Mode.ENFORCE, MaxAge.WEEK, all(Verdict.PASS), CLEAN,
                List.of(new MxCertificate("mx1.example.test", Optional.of(NOW.plus(Duration.ofDays(30))))), Duration.ofDays(60));
        assertThat(missing(Step.LENGTHEN, facts)).extracting(Requirement::title)
                .containsExactly("Certificates last longer than 30 days");
        assertThat(Rollout.decide(facts(Phase.ENFORCE, Mode.ENFORCE, MaxAge.WEEK, all(Verdict.PASS), CLEAN,
                List.of(certificate("mx1.example.test", 31)), Duration.ofDays(60)), Step.LENGTHEN))
                .isEqualTo(new Decision.Publish(Phase.ENFORCE, policy(Mode.ENFORCE, MaxAge.MONTH)));
    }

    @Test
    void neverPublishesUnderEnforceWhatWouldRefuseAnMx() {
        Facts enforced = facts(Phase.ENFORCE, Mode.ENFORCE, MaxAge.MONTH, all(Verdict.PASS), CLEAN, LASTING, Duration.ZERO);
        assertThat(Rollout.decide(enforced, List.of(new MxPattern("new.example.test")))).asString()
                .contains("would refuse mx1.example.test");
        assertThat(Rollout.decide(enforced, List.of(new MxPattern("*.example.test")))).isEqualTo(new Decision.Publish(
                Phase.ENFORCE, new StsPolicy(Mode.ENFORCE, MaxAge.MONTH.seconds(), List.of(new MxPattern("*.example.test")),
                Map.of())));
    }

    @Test
    void tellsEachThingOnce() {
        News first = News.since(Standing.NOTHING, testing());
        assertThat(first.events()).containsExactly(new TimelineEvent.PolicySeenServed("example.test", 1),
                new TimelineEvent.PolicyAnnounced("example.test", 1, "id1"),
                new TimelineEvent.GateOpened("example.test", Step.ENFORCE));
        assertThat(News.since(first.standing(), testing()).events()).isEmpty();

        var reset = new Watch.Reset(TODAY.minusDays(1), "sender", ResultType.STARTTLS_NOT_SUPPORTED, "mx1.example.test", 3);
        Facts set = watched(new Watch(0, 0, Set.of(), Optional.of(reset), 0, 0, Optional.of(TODAY)));
        News second = News.since(first.standing(), set);
        assertThat(second.events()).singleElement().isInstanceOfSatisfying(TimelineEvent.WatchReset.class, event ->
                assertThat(event.headline()).contains("3 × starttls-not-supported at mx1.example.test", "sender",
                        "Switch STARTTLS on"));
        assertThat(News.since(second.standing(), set).events()).isEmpty();
        assertThat(News.since(second.standing(), testing()).events()).as("open again").containsExactly(
                new TimelineEvent.GateOpened("example.test", Step.ENFORCE));
    }

    @Test
    void tellsOfAnIncidentOnlyWhereSomebodyHoldsEnforce() {
        var broken = all(Verdict.PASS).stream().map(finding -> finding.check() == Check.MX_CERTIFICATE_EXPIRY
                ? finding(finding.check(), Verdict.FAIL) : finding).toList();
        Facts enforced = facts(Phase.ENFORCE, Mode.ENFORCE, MaxAge.WEEK, broken, CLEAN, LASTING, Duration.ofDays(1));
        News began = News.since(Standing.NOTHING, enforced);
        assertThat(began.events()).anyMatch(TimelineEvent.IncidentBegan.class::isInstance);
        assertThat(began.standing().faults()).containsExactly("mx-certificate-expiry");
        assertThat(News.since(began.standing(), enforced).events()).isEmpty();
        Facts mended = facts(Phase.ENFORCE, Mode.ENFORCE, MaxAge.WEEK, all(Verdict.PASS), CLEAN, LASTING,
                Duration.ofDays(1));
        assertThat(News.since(began.standing(), mended).events()).containsExactly(
                new TimelineEvent.IncidentEnded("example.test", List.of("mx-certificate-expiry")));
        Facts watching = facts(Phase.TESTING, Mode.TESTING, MaxAge.DAY, broken, CLEAN, LASTING, Duration.ofDays(1));
        assertThat(News.since(Standing.NOTHING, watching).standing().faults()).isEmpty();
    }

    @Test
    void namesAnMxForADayAfterItLeftTheDns() {
        Facts enforced = facts(Phase.ENFORCE, Mode.ENFORCE, MaxAge.MONTH, all(Verdict.PASS), CLEAN, LASTING, Duration.ZERO);
        Standing told = new Standing("", null, Set.of(), 0, 0, Set.of(), Set.of("mx1.example.test", "old.example.test"),
                Map.of());
        var departed = told.departedMx(enforced.domain().observedMx(), NOW);
        assertThat(departed).containsOnlyKeys("old.example.test");
        Facts moved = departed(enforced, departed);
        assertThat(Rollout.decide(moved, List.of(new MxPattern("mx1.example.test")))).asString()
                .contains("old.example.test until", "resolvers may hold");
        assertThat(Rollout.decide(moved, List.of(new MxPattern("*.example.test")))).isInstanceOf(Decision.Publish.class);
        assertThat(titles(departed(testing(), departed))).containsExactly("No MX left just now");

        Standing next = News.since(told, moved).standing();
        assertThat(next.departedMx(enforced.domain().observedMx(), NOW.plus(Duration.ofHours(23)))).isEqualTo(departed);
        assertThat(next.departedMx(enforced.domain().observedMx(), NOW.plus(Duration.ofHours(24)))).isEmpty();
        assertThat(next.departedMx(List.of("mx1.example.test", "old.example.test"), NOW)).isEmpty();
    }

    @Test
    void tellsOfAnMxThatAHeldPolicyDoesNotName() {
        Facts back = facts(Phase.TESTING, Mode.TESTING, MaxAge.DAY, all(Verdict.PASS), CLEAN, LASTING, Duration.ofDays(1));
        var enforce = new StsPolicy(Mode.ENFORCE, MaxAge.MONTH.seconds(), List.of(new MxPattern("old.example.test")), Map.of());
        var held = new PolicyTrail(back.trail().versions(), List.of(new ForeignPolicy(enforce,
                NOW.minus(Duration.ofDays(40)), Optional.of(NOW.minus(Duration.ofDays(1))))));
        News news = News.since(Standing.NOTHING, new Facts(back.domain(), held, back.findings(), CLEAN, RULES, LASTING,
                Map.of(), NOW));
        assertThat(news.standing().faults()).containsExactly("policy-covers-mx");
        assertThat(news.events()).filteredOn(TimelineEvent.IncidentBegan.class::isInstance).singleElement().asString()
                .contains("mx1.example.test is refused by senders that hold a policy from elsewhere");
    }

    @Test
    void tellsOfWhatJoinsAnIncidentAndTakesSilenceForNoEnd() {
        Facts expired = enforced(Check.MX_CERTIFICATE_EXPIRY, Verdict.FAIL, Check.MX_STARTTLS, Verdict.PASS);
        Standing told = News.since(Standing.NOTHING, expired).standing();
        News joined = News.since(told, enforced(Check.MX_CERTIFICATE_EXPIRY, Verdict.UNKNOWN, Check.MX_STARTTLS,
                Verdict.FAIL));
        assertThat(joined.standing().faults()).containsExactly("mx-certificate-expiry", "mx-starttls");
        assertThat(joined.events()).filteredOn(TimelineEvent.IncidentBegan.class::isInstance).singleElement()
                .isInstanceOfSatisfying(TimelineEvent.IncidentBegan.class,
                        began -> assertThat(began.checkIds()).containsExactly("mx-starttls"));
        assertThat(News.since(joined.standing(), enforced(Check.MX_CERTIFICATE_EXPIRY, Verdict.PASS, Check.MX_STARTTLS,
                Verdict.PASS)).standing().faults()).isEmpty();
    }

    private static Facts enforced(Check one, Verdict first, Check other, Verdict second) {
        return facts(Phase.ENFORCE, Mode.ENFORCE, MaxAge.WEEK, Arrays.stream(Check.values()).map(check -> finding(check,
                check == one ? first : check == other ? second : Verdict.PASS)).toList(), CLEAN, LASTING,
                Duration.ofDays(1));
    }

    private static Facts departed(Facts facts, Map<String, Instant> departed) {
        return new Facts(facts.domain(), facts.trail(), facts.findings(), facts.watch(), facts.rules(),
                facts.certificates(), departed, facts.now());
    }

    private static boolean open(Facts facts) {
        return gate(Step.ENFORCE, facts).open();
    }

    private static Gate gate(Step step, Facts facts) {
        return Rollout.gates(facts).stream().filter(gate -> gate.step() == step).findFirst().orElseThrow();
    }

    private static List<Requirement> missing(Step step, Facts facts) {
        return gate(step, facts).missing();
    }

    private static List<String> titles(Facts facts) {
        return missing(Step.ENFORCE, facts).stream().map(Requirement::title).toList();
    }

    private static Facts testing() {
        return facts(Phase.TESTING, Mode.TESTING, MaxAge.DAY, all(Verdict.PASS), CLEAN, LASTING, Duration.ofDays(25));
    }

    private static Facts with(Check one, Verdict verdict) {
        return facts(Phase.TESTING, Mode.TESTING, MaxAge.DAY, Arrays.stream(Check.values()).map(check -> finding(check,
                check == one ? verdict : Verdict.PASS)).toList(), CLEAN, LASTING, Duration.ofDays(25));
    }

    private static Facts watched(Watch watch) {
        return facts(Phase.TESTING, Mode.TESTING, MaxAge.DAY, all(Verdict.PASS), watch, LASTING, Duration.ofDays(25));
    }

    private static Facts certified(List<MxCertificate> certificates) {
        return facts(Phase.TESTING, Mode.TESTING, MaxAge.DAY, all(Verdict.PASS), CLEAN, certificates, Duration.ofDays(25));
    }

    private static Facts trailed(PolicyTrail trail) {
        Facts facts = testing();
        return new Facts(facts.domain(), trail, facts.findings(), CLEAN, RULES, LASTING, Map.of(), NOW);
    }

    private static Facts facts(Phase phase, Mode mode, MaxAge maxAge, List<Finding> findings, Watch watch,
                               List<MxCertificate> certificates, Duration inPhase) {
        Instant since = NOW.minus(inPhase);
        var domain = new MailDomain(UUID.randomUUID(), new DomainName("example.test"), phase, since,
                PolicyHosting.POSTERN, "o", "r", Optional.empty(), Optional.of(since), Optional.of(OwnershipProof.TXT_RECORD),
                since, List.of("mx1.example.test"), Optional.of(NOW.minusSeconds(600)), Set.of());
        var version = PolicyVersion.unseen(new PublishedPolicy(1, policy(mode, maxAge), "id1", since, "anna"));
        PolicyTrail trail = new PolicyTrail(List.of(version), List.of()).seen(policy(mode, maxAge), Optional.of("id1"), since);
        return new Facts(domain, trail, findings, watch, RULES, certificates, Map.of(), NOW);
    }

    private static PublishedPolicy published(int version, Mode mode, MaxAge maxAge) {
        return new PublishedPolicy(version, policy(mode, maxAge), "id" + version, NOW, "anna");
    }

    private static StsPolicy policy(Mode mode, MaxAge maxAge) {
        return new StsPolicy(mode, maxAge.seconds(), List.of(new MxPattern("mx1.example.test")), Map.of());
    }

    private static MxCertificate certificate(String mx, int days) {
        return new MxCertificate(mx, Optional.of(NOW.plus(Duration.ofDays(days)).plusSeconds(1)));
    }

    private static List<Finding> all(Verdict verdict) {
        return Arrays.stream(Check.values()).map(check -> finding(check, verdict)).toList();
    }

    private static Finding finding(Check check, Verdict verdict) {
        return new Finding(check, verdict, "text", "", List.of());
    }
}

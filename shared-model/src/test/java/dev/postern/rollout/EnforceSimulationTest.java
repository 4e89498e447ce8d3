package dev.postern.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.Check;
import dev.postern.check.Finding;
import dev.postern.rollout.EnforceSimulation.Cause;
import dev.postern.rollout.EnforceSimulation.Count;
import dev.postern.tlsrpt.Consequence;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ResultType;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class EnforceSimulationTest {

    private static final LocalDate TO = LocalDate.of(2026, 11, 23);
    private static final LocalDate FROM = TO.minusDays(20);

    @Test
    void tellsWhoWouldHaveBeenRefusedWhereAndWhy() {
        var simulation = over(new Reported(List.of(
                sessions(0, "Alpha", PolicyType.STS, 900, 10), sessions(1, "Beta", PolicyType.STS, 88, 7),
                sessions(1, "Beta", PolicyType.TLSA, 88, 7), sessions(2, "Gamma", PolicyType.NO_POLICY_FOUND, 40, 3)),
                List.of(failures(0, "Alpha", PolicyType.STS, ResultType.CERTIFICATE_EXPIRED, "mx1", 6),
                        failures(0, "Alpha", PolicyType.STS, ResultType.STS_POLICY_FETCH_ERROR, "", 4),
                        failures(1, "Beta", PolicyType.STS, ResultType.VALIDATION_FAILURE, "mx2", 2),
                        failures(1, "Beta", PolicyType.TLSA, ResultType.TLSA_INVALID, "mx2", 7),
                        failures(2, "Gamma", PolicyType.NO_POLICY_FOUND, ResultType.STARTTLS_NOT_SUPPORTED, "mx1", 3))));
        assertThat(simulation.counted()).isEqualTo(new Count(988, 8, 5, 4, 0, 0));
        assertThat(simulation.counted().tested()).isEqualTo(1_001);
        assertThat(simulation.causes()).containsExactly(
                new Cause(Consequence.REFUSED, PolicyType.STS, Optional.of(ResultType.CERTIFICATE_EXPIRED), "Alpha", "mx1",
                        6, 0),
                new Cause(Consequence.REFUSED, PolicyType.NO_POLICY_FOUND, Optional.of(ResultType.STARTTLS_NOT_SUPPORTED),
                        "Gamma", "mx1", 3, 0),
                new Cause(Consequence.REFUSED, PolicyType.STS, Optional.of(ResultType.VALIDATION_FAILURE), "Beta", "mx2",
                        2, 0),
                new Cause(Consequence.UNCLEAR, PolicyType.STS, Optional.empty(), "Beta", "", 5, 0),
                new Cause(Consequence.UNPROTECTED, PolicyType.STS, Optional.of(ResultType.STS_POLICY_FETCH_ERROR), "Alpha",
                        "", 4, 0),
                new Cause(Consequence.DANE, PolicyType.TLSA, Optional.of(ResultType.TLSA_INVALID), "Beta", "mx2", 7, 0));
        assertThat(simulation.senders()).extracting(EnforceSimulation.Sender::organization)
                .containsExactly("Beta", "Alpha");
        assertThat(simulation.byMx()).containsExactly(Map.entry("mx1", new Count(0, 6, 0, 0, 0, 0)),
                Map.entry("mx2", new Count(0, 2, 0, 0, 0, 0)), Map.entry("", new Count(0, 0, 5, 4, 0, 0)));
        assertThat(simulation.byResultType()).extracting(Map.Entry::getKey).containsExactly(
                Optional.of(ResultType.CERTIFICATE_EXPIRED), Optional.of(ResultType.VALIDATION_FAILURE), Optional.empty(),
                Optional.of(ResultType.STS_POLICY_FETCH_ERROR));
        assertThat(simulation.traffic()).isEqualTo(new EnforceSimulation.Traffic(910 + 95 + 43, 910 + 95));
        assertThat(simulation.headline(Phase.TESTING)).isEqualTo("Under enforce, in the 21 days to 23 Nov 2026, 8 of 1,001 sessions would"
                + " have been refused; 5 more failed for reasons that senders did not make clear.");
        assertThat(simulation.sessionBound()).isEqualTo(UpperBound.of(13, 1_001));
        assertThat(simulation.senderBound()).isEqualTo(UpperBound.of(2, 2));
        assertThat(simulation.allowed()).isEqualTo("With 95 % confidence, enforce would refuse at most 1 in 48 sessions like"
                + " these.");
        assertThat(simulation.caveats()).anySatisfy(caveat -> assertThat(caveat).contains("found no policy", "3 sessions"));
    }

    @Test
    void saysThatItKnowsNothingWhereNothingWasReported() {
        var simulation = over(Reported.NOTHING);
        assertThat(simulation.headline(Phase.TESTING)).startsWith("No verified report tells yet");
        assertThat(simulation.allowed()).isEqualTo("That is too little to say how many sessions enforce would refuse.");
        assertThat(simulation.coverage().strength()).isEqualTo(Coverage.Strength.THIN);
        assertThat(simulation.caveats()).containsExactly("Senders that send no reports are not in these figures.");
    }

    @Test
    void doesNotTakeFailingToGetThePolicyForEvidence() {
        var simulation = over(new Reported(List.of(sessions(0, "Alpha", PolicyType.STS, 0, 5_000)),
                List.of(failures(0, "Alpha", PolicyType.STS, ResultType.STS_WEBPKI_INVALID, "", 5_000))));
        assertThat(simulation.counted().tested()).isZero();
        assertThat(simulation.sessionBound().telling()).isFalse();
    }

    @Test
    void countsWhatWasSetAsideAllTheSame() {
        var rows = new Reported(List.of(sessions(0, "Alpha", PolicyType.STS, 90, 10)),
                List.of(failures(0, "Alpha", PolicyType.STS, ResultType.CERTIFICATE_NOT_TRUSTED, "mx1", 10)));
        var aside = new SetAside(new UUID(0, 1), "Alpha", Optional.of(ResultType.CERTIFICATE_NOT_TRUSTED), Optional.empty(),
                "its proxy", "anna", Instant.parse("2026-11-23T10:00:00Z"), Optional.empty());
        var simulation = EnforceSimulation.over(FROM, TO, rows, List.of(aside), List.of());
        assertThat(simulation.counted()).isEqualTo(new Count(90, 10, 0, 0, 0, 10));
        assertThat(simulation.sessionBound()).isEqualTo(over(rows).sessionBound());
        assertThat(simulation.caveats()).anySatisfy(caveat -> assertThat(caveat).startsWith("10 of the failed sessions"));
    }

    /// An MX that nobody reaches refuses no session; one whose certificate is wrong refuses each.
    @Test
    void namesWhatFailsNow() {
        var failing = List.of(Finding.fail(Check.MX_REACHABLE, "mx1 does not answer.", "", List.of()),
                Finding.fail(Check.MX_CERTIFICATE_EXPIRY, "mx2's certificate has expired.", "", List.of()));
        assertThat(EnforceSimulation.over(FROM, TO, Reported.NOTHING, List.of(), failing).failingNow())
                .extracting(Finding::check).containsExactly(Check.MX_CERTIFICATE_EXPIRY);
    }

    @Test
    void saysHowStrongTheEvidenceIs() {
        assertThat(new Coverage(1_000, 3, 14, 21, 900).strength()).isEqualTo(Coverage.Strength.GOOD);
        assertThat(new Coverage(1_000, 3, 14, 21, 901).shortfalls())
                .containsExactly("one organization reported more than 90 % of the sessions");
        assertThat(new Coverage(1_000, 3, 14, 90, 500).strength()).isEqualTo(Coverage.Strength.THIN);
        assertThat(new Coverage(999, 3, 20, 21, 500).shortfalls()).containsExactly("999 sessions where 1,000 are needed");
        assertThat(new Coverage(100, 2, 7, 21, 99).strength()).isEqualTo(Coverage.Strength.FAIR);
        assertThat(new Coverage(99, 1, 6, 21, 99).shortfalls()).containsExactly("99 sessions where 100 are needed",
                "1 organization where 2 are needed", "6 days with reports where 7 are needed");
        assertThat(Coverage.RULES).hasSameSizeAs(Coverage.Strength.values());
    }

    /// Whatever is reported: the parts make the whole, no order or splitting of rows matters, and what strangers say
    /// changes nothing that is concluded.
    @RepeatedTest(40)
    void addsUp(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        Reported rows = random(random);
        var simulation = over(rows);

        simulation.byPolicyType().forEach((type, count) -> {
            var causes = simulation.causes().stream().filter(cause -> cause.policyType() == type).toList();
            assertThat(sum(causes, cause -> cause.consequence() == Consequence.REFUSED)).isEqualTo(count.refused());
            assertThat(sum(causes, cause -> cause.consequence() == Consequence.UNCLEAR)).isEqualTo(count.unclear());
            assertThat(sum(causes, cause -> cause.consequence() == Consequence.UNPROTECTED)).isEqualTo(count.unprotected());
            assertThat(sum(causes, cause -> cause.consequence() == Consequence.DANE)).isEqualTo(count.dane());
        });
        assertThat(simulation.senders().stream().map(EnforceSimulation.Sender::count).reduce(Count.NONE, Count::plus))
                .isEqualTo(simulation.counted());
        Count failed = new Count(0, simulation.counted().refused(), simulation.counted().unclear(),
                simulation.counted().unprotected(), simulation.counted().dane(), simulation.counted().setAside());
        assertThat(simulation.byMx().stream().map(Map.Entry::getValue).reduce(Count.NONE, Count::plus)).isEqualTo(failed);
        assertThat(simulation.byResultType().stream().map(Map.Entry::getValue).reduce(Count.NONE, Count::plus))
                .isEqualTo(failed);
        assertThat(simulation.traffic().observed()).isLessThanOrEqualTo(simulation.traffic().known());
        assertThat(simulation.sessionBound().rate()).isBetween(simulation.counted().tested() == 0 ? 0
                : (double) simulation.counted().endangered() / simulation.counted().tested(), 1.0);

        assertThat(over(splitAndShuffled(rows, random))).isEqualTo(simulation);

        var known = over(only(rows, true));
        assertThat(known.counted()).isEqualTo(simulation.counted());
        assertThat(known.sessionBound()).isEqualTo(simulation.sessionBound());
        assertThat(known.causes()).isEqualTo(simulation.causes());
        assertThat(known.coverage()).isEqualTo(simulation.coverage());
        assertThat(over(only(rows, false)).counted()).isEqualTo(Count.NONE);
    }

    private static EnforceSimulation over(Reported reported) {
        return EnforceSimulation.over(FROM, TO, reported, List.of(), List.of());
    }

    private static long sum(List<Cause> causes, Predicate<Cause> which) {
        return causes.stream().filter(which).mapToLong(Cause::sessions).sum();
    }

    private static Reported.Sessions sessions(int day, String organization, PolicyType type, long successful, long failed) {
        return new Reported.Sessions(FROM.plusDays(day), organization, true, type, successful, failed,
                type == PolicyType.TLSA ? 0 : successful + failed);
    }

    private static Reported.Failures failures(int day, String organization, PolicyType type, ResultType result, String mx,
                                              long failed) {
        return new Reported.Failures(FROM.plusDays(day), organization, true, type, result, mx, failed, 0);
    }

    /// Details that fit the totals and details that do not, days outside the period, and counts that nobody has.
    private static Reported random(Random random) {
        var sessions = new ArrayList<Reported.Sessions>();
        var failures = new ArrayList<Reported.Failures>();
        for (int i = random.nextInt(60); i > 0; i--) {
            long successful = random.nextInt(1_000);
            long failed = random.nextInt(3) == 0 ? 0 : random.nextInt(100);
            PolicyType type = one(random, PolicyType.values());
            sessions.add(new Reported.Sessions(FROM.plusDays(random.nextInt(25) - 2), one(random, "Alpha", "Beta", "", "Γ"),
                    random.nextInt(3) > 0, type, successful, failed,
                    type == PolicyType.STS || random.nextBoolean() ? successful + failed : 0));
        }
        for (int i = random.nextInt(80); i > 0; i--) {
            failures.add(new Reported.Failures(FROM.plusDays(random.nextInt(25) - 2), one(random, "Alpha", "Beta", "", "Γ"),
                    random.nextInt(3) > 0, one(random, PolicyType.values()), one(random, ResultType.values()),
                    one(random, "mx1", "mx2", ""), random.nextInt(60), random.nextInt(4) == 0 ? random.nextInt(3) : 0));
        }
        return new Reported(sessions, failures);
    }

    private static Reported splitAndShuffled(Reported rows, Random random) {
        var sessions = new ArrayList<Reported.Sessions>();
        rows.sessions().forEach(row -> {
            long successful = random.nextLong(row.successful() + 1);
            long failed = random.nextLong(row.failed() + 1);
            long speaking = random.nextLong(row.speaking() + 1);
            sessions.add(new Reported.Sessions(row.day(), row.organization(), row.authentic(), row.policyType(), successful,
                    failed, speaking));
            sessions.add(new Reported.Sessions(row.day(), row.organization(), row.authentic(), row.policyType(),
                    row.successful() - successful, row.failed() - failed, row.speaking() - speaking));
        });
        var failures = new ArrayList<Reported.Failures>();
        rows.failures().forEach(row -> {
            long failed = random.nextLong(row.failed() + 1);
            failures.add(new Reported.Failures(row.day(), row.organization(), row.authentic(), row.policyType(),
                    row.resultType(), row.mx(), failed, 0));
            failures.add(new Reported.Failures(row.day(), row.organization(), row.authentic(), row.policyType(),
                    row.resultType(), row.mx(), row.failed() - failed, row.withoutCount()));
        });
        Collections.shuffle(sessions, random);
        Collections.shuffle(failures, random);
        return new Reported(sessions, failures);
    }

    private static Reported only(Reported rows, boolean authentic) {
        return new Reported(rows.sessions().stream().filter(row -> row.authentic() == authentic).toList(),
                rows.failures().stream().filter(row -> row.authentic() == authentic).toList());
    }

    @SafeVarargs
    private static <T> T one(Random random, T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}

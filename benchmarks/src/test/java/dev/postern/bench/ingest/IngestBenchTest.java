package dev.postern.bench.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.postern.parse.Parsed;
import dev.postern.tlsrpt.ReportLimits;
import dev.postern.tlsrpt.TlsReport;
import dev.postern.tlsrpt.TlsReportReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs the harness as `./postern bench ingest --quick` does. How fast it is, is not for a test to say.
class IngestBenchTest {

    private static final double HAIR = 1e-9;

    @Test
    void everyReportSentBecomesVisibleOnce() throws Exception {
        var plan = IngestPlan.QUICK;
        EndToEnd.Result result = EndToEnd.measure(plan);
        assertThat(result.unverified()).isZero();
        assertThat(result.few()).extracting(EndToEnd.Stage::way).containsExactly(Deliveries.Way.values());
        assertThat(result.many()).hasSameSizeAs(result.few());
        // What one way's stages add, twice as many as one stage, is stored when the next begins.
        assertThat(result.few()).extracting(EndToEnd.Stage::storedReports)
                .containsExactly(4L * plan.reports(), 6L * plan.reports());
        assertThat(result.many()).extracting(EndToEnd.Stage::storedReports)
                .containsExactly(8L * plan.reports() * plan.growth(), 8L * plan.reports() * plan.growth()
                        + 2L * plan.reports());
        assertThat(Stream.concat(result.few().stream(), result.many().stream())).allSatisfy(stage -> {
            assertThat(stage.visible()).isEqualTo(plan.reports());
            assertThat(List.of(stage.appended(), stage.drained(), stage.acknowledged(), stage.seen(), stage.bare()))
                    .allSatisfy(took -> assertThat(took).isPositive());
            assertThat(stage.seen()).isGreaterThanOrEqualTo(stage.acknowledged());
            assertThat(stage.kafkaBytes()).isPositive();
            assertThat(stage.logBytes()).isPositive();
            assertThat(stage.seenPerSecond() * stage.seen().toNanos() / 1e9).isEqualTo(plan.reports(), within(HAIR));
        });
        assertThat(IngestTable.of(result).lines().filter(line -> line.startsWith("became visible")))
                .containsExactly("%-28s %10d %10d %10d %10d".formatted("became visible", plan.reports(), plan.reports(),
                        plan.reports(), plan.reports()));
    }

    @Test
    void readsEveryReportOfTheCorpus() {
        Reading.Result result = Reading.measure(IngestPlan.QUICK);
        assertThat(result.good()).isEqualTo(result.reports()).isEqualTo(IngestPlan.QUICK.reports());
        assertThat(result.whole()).containsOnlyKeys(Reading.Step.values());
        assertThat(result.small()).containsOnlyKeys(Reading.Step.values());
        assertThat(result.whole().values()).allSatisfy(speed -> {
            assertThat(speed.reports() % result.reports()).isZero();
            assertThat(speed.bytes()).isEqualTo(speed.reports() / result.reports() * result.jsonBytes());
        });
    }

    @Test
    void aLargeReportIsStreamedOrRefusedInLittleMemory() {
        Map<String, LargeReports.Case> cases = LargeReports.measure(IngestPlan.QUICK).stream()
                .collect(Collectors.toMap(LargeReports.Case::what, one -> one));
        assertThat(cases).hasSize(8);
        assertThat(cases.get("failures, JSON").outcome()).isEqualTo("report-limit");
        assertThat(cases.get("failures, gzip").outcome()).isEqualTo("report-limit");
        assertThat(cases.get("unknown, JSON").outcome()).isEqualTo("report-too-large");
        assertThat(cases.get("unknown, gzip").outcome()).isEqualTo("report-too-large");
        assertThat(cases.get("unknown, limit of bytes lifted, JSON")).satisfies(whole -> {
            assertThat(whole.outcome()).isEqualTo("read");
            assertThat(whole.read()).isGreaterThan((long) IngestPlan.QUICK.megabytes() << 20);
        });
        assertThat(cases.get("unknown, limit of bytes lifted, gzip").outcome()).isEqualTo("read");
    }

    @Test
    void theSameSeedMakesTheSameCorpusAndNoTwoReportsAreTheSame() {
        var day = LocalDate.of(2026, 11, 1);
        List<Corpus.Item> items = new Corpus(7, 50, 5, day).items(0, 400);
        List<Corpus.Item> again = new Corpus(7, 50, 5, day).items(200, 200);
        for (int i = 0; i < again.size(); i++) {
            assertThat(again.get(i).json()).isEqualTo(items.get(200 + i).json());
        }
        assertThat(items.stream().map(item -> new String(item.json()))).doesNotHaveDuplicates();
        assertThat(new Corpus(8, 50, 5, day).items(0, 1).getFirst().json()).isNotEqualTo(items.getFirst().json());
    }

    @Test
    void mostReportsAreSmallAndOneOfManyHasMegabytes() {
        int[] sizes = new Corpus(8460, 2_000, 20, LocalDate.of(2026, 11, 1)).items(0, 5_000).stream()
                .mapToInt(item -> item.json().length).sorted().toArray();
        assertThat(sizes[0]).isGreaterThan(300);
        assertThat(sizes[sizes.length / 2]).isBetween(500, 1_000);
        assertThat(sizes[sizes.length * 94 / 100]).isLessThan(3_000);
        assertThat(sizes[sizes.length - 1]).isGreaterThan(1_000_000);
    }

    @ParameterizedTest
    @EnumSource(LargeReport.Filling.class)
    void aLargeReportIsOneWhenItIsNotTooLarge(LargeReport.Filling filling) throws IOException {
        var report = new LargeReport(filling, 100_000);
        byte[] bytes = report.readAllBytes();
        assertThat(bytes.length).isBetween(100_000, 101_000);
        assertThat(new TlsReportReader(ReportLimits.DEFAULT).read(new ByteArrayInputStream(bytes)))
                .isInstanceOfSatisfying(Parsed.Valid.class, valid ->
                        assertThat(((TlsReport) valid.value()).reportId()).isEqualTo("large"));
    }

    @Test
    void ratiosAreOfTheBound() {
        var speeds = new EnumMap<Reading.Step, Reading.Speed>(Reading.Step.class);
        speeds.put(Reading.Step.GUNZIP, new Reading.Speed(1_000_000, 600_000_000, 4));
        speeds.put(Reading.Step.TOKENISE, new Reading.Speed(1_000_000, 600_000_000, 2));
        speeds.put(Reading.Step.READ, new Reading.Speed(1_000_000, 600_000_000, 8));
        speeds.put(Reading.Step.READ_GZIP, new Reading.Speed(1_000_000, 600_000_000, 12));
        assertThat(speeds.get(Reading.Step.READ).microseconds()).isEqualTo(8, within(HAIR));
        assertThat(speeds.get(Reading.Step.READ).megabytesPerSecond()).isEqualTo(75, within(HAIR));
        assertThat(IngestTable.ratio(speeds, Reading.Step.TOKENISE, Reading.Step.READ)).isEqualTo(0.25, within(HAIR));
        assertThat(IngestTable.packedRatio(speeds)).isEqualTo(0.5, within(HAIR));
        var stage = new EndToEnd.Stage(Deliveries.Way.SMTP, 10, 0, 100, 100, 1, Duration.ofSeconds(1),
                Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(4), Duration.ofMillis(500),
                Map.of("PostgreSQL", 100_000_000L, EndToEnd.SENDER, 50_000_000L), 1, 1, 1, List.of());
        assertThat(stage.seenPerSecond()).isEqualTo(25, within(HAIR));
        assertThat(stage.cpuPerReport("PostgreSQL")).isEqualTo(1_000, within(HAIR));
        assertThat(stage.cpuPerReport()).as("without the sender").isEqualTo(1_000, within(HAIR));
    }

    @Test
    void optionsChangeThePlan() {
        assertThat(IngestPlan.parse(List.of())).isEqualTo(IngestPlan.USUAL);
        assertThat(IngestPlan.parse(List.of("--quick"))).isEqualTo(IngestPlan.QUICK);
        IngestPlan plan = IngestPlan.parse(List.of("--reports", "70", "--quick", "--only", "end", "--seed", "1", "--profile"));
        assertThat(plan.reports()).isEqualTo(70);
        assertThat(plan.domains()).isEqualTo(IngestPlan.QUICK.domains());
        assertThat(plan.seed()).isEqualTo(1);
        assertThat(plan.profile()).isTrue();
        assertThat(List.of(plan.parse(), plan.end(), plan.large())).containsExactly(false, true, false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--reports", "--reports many", "--other 3", "--reports 0", "--only all", "--tenants 3000",
            "--growth 1", "200"})
    void whatIsNoPlanIsRefused(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> IngestPlan.parse(List.of(line.split(" "))))
                .withMessageMatching(".+");
    }
}

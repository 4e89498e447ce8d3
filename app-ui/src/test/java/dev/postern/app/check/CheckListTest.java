package dev.postern.app.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Pre;
import dev.postern.check.Check;
import dev.postern.check.Evidence;
import dev.postern.check.Finding;
import dev.postern.check.Stage;
import dev.postern.check.Verdict;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What of findings reaches the page, and in which order.
class CheckListTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final String HOSTILE = "220 <img src=x onerror=alert(1)>\u2028\"&lt;";

    private final CheckList list = new CheckList(check -> "?check=" + check.id());

    @Test
    void sendsEvidenceOnlyOfWhatIsOpenAndAsText() {
        var rows = List.of(row(Check.MX_STARTTLS, Verdict.FAIL), row(Check.MX_REACHABLE, Verdict.PASS));
        list.show(rows);
        assertThat(texts(list)).isEmpty();

        list.open(Check.MX_STARTTLS);
        list.show(rows);

        assertThat(texts(list)).containsExactly(HOSTILE);
        list.show(rows);
        assertThat(texts(list)).containsExactly(HOSTILE);
    }

    @Test
    void putsASignOfAnAttackBeforeEverythingAndTellsItOnce() {
        list.show(List.of(row(Check.VANTAGE_AGREEMENT, Verdict.FAIL), row(Check.MX_RECORDS, Verdict.FAIL)));

        Component first = list.getChildren().findFirst().orElseThrow();
        assertThat(first.getElement().getAttribute("role")).isEqualTo("alert");
        assertThat(texts(first)).containsExactly(HOSTILE);
        assertThat(ids(list)).containsExactly("check-vantage-agreement", "check-mx-records");

        list.show(List.of(row(Check.VANTAGE_AGREEMENT, Verdict.UNKNOWN), row(Check.MX_RECORDS, Verdict.FAIL)));
        assertThat(ids(list)).containsExactly("check-mx-records", "check-vantage-agreement");
        assertThat(all(list)).noneMatch(component -> "alert".equals(component.getElement().getAttribute("role")));
    }

    @Test
    void showsEveryCheckOnceInTheOrderOfWork() {
        list.show(Arrays.stream(Check.values()).map(check -> row(check, Verdict.PASS)).toList());

        assertThat(ids(list)).hasSize(Check.values().length).doesNotHaveDuplicates();
        assertThat(CheckWords.byStage().keySet())
                .containsExactly(Stage.SETUP, Stage.TESTING, Stage.ENFORCEMENT, Stage.FOUNDATION);
        assertThat(CheckWords.byStage().get(Stage.SETUP)).isSorted().first().isEqualTo(Check.DOMAIN_OWNERSHIP);
    }

    @Test
    void countsInWords() {
        assertThat(CheckWords.counts(Map.of(Verdict.PASS, 3, Verdict.WARN, 1))).isEqualTo("3 pass, 1 warning");
        assertThat(CheckWords.counts(Map.of(Verdict.FAIL, 1L, Verdict.UNKNOWN, 2L, Verdict.PASS, 0L)))
                .isEqualTo("1 fail, 2 not known");
    }

    private static CheckList.Row row(Check check, Verdict verdict) {
        return new CheckList.Row(new Finding(check, verdict, "It is so.", "", List.of(
                new Evidence("asked", HOSTILE, NOW))), Optional.empty());
    }

    private static List<String> ids(Component root) {
        return all(root).flatMap(component -> component.getId().stream()).toList();
    }

    private static List<String> texts(Component root) {
        return all(root).filter(Pre.class::isInstance).map(pre -> ((Pre) pre).getText()).toList();
    }

    private static Stream<Component> all(Component root) {
        return Stream.concat(Stream.of(root), root.getChildren().flatMap(CheckListTest::all));
    }
}

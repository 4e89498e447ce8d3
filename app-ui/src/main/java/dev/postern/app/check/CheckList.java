package dev.postern.app.check;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.H3;
import com.vaadin.flow.component.html.NativeDetails;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Pre;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import dev.postern.app.base.Badge;
import dev.postern.app.base.Words;
import dev.postern.check.Check;
import dev.postern.check.Evidence;
import dev.postern.check.Finding;
import dev.postern.check.Stage;
import dev.postern.check.Verdict;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Findings by stage, each with its evidence on demand. What a person has opened stays open when the list is shown anew.
public final class CheckList extends Div {

    /// @param since since when the verdict has been the same; empty where that is not known
    public record Row(Finding finding, Optional<Instant> since) {
    }

    private final Function<Check, String> link;
    private final Set<Check> open = EnumSet.noneOf(Check.class);
    private Optional<Check> scrollTo = Optional.empty();
    private Optional<Component> introduction = Optional.empty();

    /// @param link address at which a check is shown opened
    public CheckList(Function<Check, String> link) {
        this.link = link;
        addClassNames("stack", "check-list");
    }

    /// Opens a check and brings it into view with the next [#show].
    public void open(Check check) {
        open.add(check);
        scrollTo = Optional.of(check);
    }

    /// Stands before the stages, and after what goes before everything.
    public void introduce(Component text) {
        introduction = Optional.of(text);
    }

    /// @param rows in any order; checks without a finding are left out
    public void show(List<Row> rows) {
        removeAll();
        rows.stream().filter(CheckList::attack).forEach(row -> add(attack(row.finding())));
        introduction.ifPresent(this::add);
        CheckWords.byStage().forEach((stage, checks) -> {
            var its = rows.stream().filter(row -> checks.contains(row.finding().check()))
                    .sorted(Comparator.comparing(row -> row.finding().check())).toList();
            if (!its.isEmpty()) {
                add(section(stage, its));
            }
        });
        scrollTo = Optional.empty();
    }

    private static boolean attack(Row row) {
        return row.finding().check() == Check.VANTAGE_AGREEMENT && row.finding().verdict() == Verdict.FAIL;
    }

    /// Ahead of everything: answers that differ by place are what an attack looks like.
    private static Component attack(Finding finding) {
        var banner = new Section(new H2("Two places get different answers"), new Paragraph(finding.message()),
                fix(finding));
        banner.addClassNames("card", "attack");
        banner.setId("check-" + finding.check().id());
        banner.getElement().setAttribute("role", "alert");
        var both = new Div();
        both.addClassName("side-by-side");
        finding.evidence().forEach(evidence -> both.add(evidence(evidence)));
        banner.add(both);
        return banner;
    }

    private Component section(Stage stage, List<Row> rows) {
        Map<Verdict, Long> counts = rows.stream().collect(Collectors.groupingBy(row -> row.finding().verdict(),
                Collectors.counting()));
        var count = new Span(CheckWords.counts(counts));
        count.addClassName("secondary");
        var head = new Div(new H2(stage.title()), count);
        head.addClassName("section-head");
        var section = new Section(head);
        section.addClassName("card");
        // What stands in the banner already is not told twice.
        rows.stream().filter(row -> !attack(row)).forEach(row -> section.add(row(row)));
        return section;
    }

    private Component row(Row row) {
        Finding finding = row.finding();
        Check check = finding.check();
        var name = new Anchor(link.apply(check), check.title());
        name.setRouterIgnore(false);
        var title = new Div(new H3(name), Badge.checked(finding.verdict()));
        title.addClassName("record-title");
        var box = new Div(title, new Paragraph(finding.message()));
        box.addClassNames("check", finding.verdict().name().toLowerCase(Locale.ROOT));
        box.setId("check-" + check.id());
        if (!finding.fix().isEmpty()) {
            box.add(fix(finding));
        }
        box.add(details(row));
        if (scrollTo.filter(check::equals).isPresent()) {
            box.addClassName("target");
            box.getElement().executeJs("setTimeout(() => this.scrollIntoView({block: 'center'}), 100)");
        }
        return box;
    }

    private Component details(Row row) {
        Check check = row.finding().check();
        var content = new Div();
        content.addClassName("stack");
        var details = new NativeDetails("Evidence, and why it matters", content);
        Runnable fill = () -> {
            if (content.getComponentCount() == 0) {
                fill(content, row);
            }
        };
        details.addToggleListener(toggled -> {
            if (toggled.isOpened()) {
                open.add(check);
                fill.run();
            } else {
                open.remove(check);
            }
        });
        if (open.contains(check)) {
            fill.run();
            details.setOpen(true);
        }
        return details;
    }

    private static void fill(Div content, Row row) {
        Finding finding = row.finding();
        content.add(new Paragraph(finding.check().meaning()), new Paragraph(finding.check().failsWhen()));
        row.since().ifPresent(since -> content.add(new Paragraph("The same since " + Words.time(since) + ".")));
        finding.evidence().forEach(evidence -> content.add(evidence(evidence)));
        content.add(new Anchor("checks#" + finding.check().id(), "About this check"));
    }

    private static Component evidence(Evidence evidence) {
        var asked = new Span(evidence.asked());
        asked.addClassName("evidence-asked");
        var at = new Span(Words.time(evidence.at()));
        at.addClassName("secondary");
        var text = new Pre(evidence.answered());
        // It scrolls, so the keyboard must reach it.
        text.getElement().setAttribute("tabindex", "0").setAttribute("role", "region")
                .setAttribute("aria-label", "Answer to " + evidence.asked());
        var box = new Div(new Div(asked, at), text);
        box.addClassName("evidence");
        return box;
    }

    private static Component fix(Finding finding) {
        var fix = new Paragraph(finding.fix());
        fix.addClassName("fix");
        return fix;
    }
}

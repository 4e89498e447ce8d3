package dev.postern.app.check;

import com.vaadin.flow.component.AttachEvent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Code;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.H3;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Section;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.PageTitle;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.server.auth.AnonymousAllowed;
import dev.postern.check.Check;
import dev.postern.check.Stage;
import java.util.List;

/// What each check means, and when it fails: the catalogue.
@Route(value = "checks", autoLayout = false)
@PageTitle("What is checked · Postern")
@AnonymousAllowed
public class ChecksHelpView extends PublicPage {

    public ChecksHelpView() {
        var sections = new Div();
        sections.addClassName("stack");
        CheckWords.byStage().forEach((stage, checks) -> sections.add(section(stage, checks)));
        show(new H1("What is checked"), new Paragraph("By the stage at which a failure shows itself. A check that can't "
                + "know says so: unknown is never a pass."), sections);
    }

    /// The browser looks for what the address names before it is there.
    @Override
    protected void onAttach(AttachEvent attached) {
        super.onAttach(attached);
        // Later than Vaadin's own scrolling to the top.
        getElement().executeJs("setTimeout(() => { const named = document.getElementById(location.hash.slice(1));"
                + "if (named) named.scrollIntoView() }, 150)");
    }

    private static Component section(Stage stage, List<Check> checks) {
        var words = new Paragraph(CheckWords.of(stage));
        words.addClassName("secondary");
        var section = new Section(new H2(stage.title()), words);
        section.addClassName("card");
        checks.stream().map(ChecksHelpView::check).forEach(section::add);
        return section;
    }

    private static Component check(Check check) {
        var id = new Code(check.id());
        id.addClassName("secondary");
        var title = new Div(new H3(new Anchor("checks#" + check.id(), check.title())), id);
        title.addClassName("record-title");
        var need = new Span(CheckWords.of(check.need()));
        need.addClassName("secondary");
        var box = new Div(title, new Paragraph(check.meaning()), new Paragraph("Fails: " + check.failsWhen()), need);
        box.addClassName("check");
        box.setId(check.id());
        return box;
    }
}

package dev.postern.app.base;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.dependency.JavaScript;
import com.vaadin.flow.component.html.Code;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Pre;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.icon.VaadinIcon;

/// A value to copy, with its name and a button that does.
@JavaScript("context://scripts/postern.js")
public final class CopyRow extends Div {

    private CopyRow(String label, String value, boolean block) {
        addClassNames("copy-row");
        setClassName("block", block);
        var name = new Span(label);
        name.addClassName("copy-label");
        var text = block ? new Pre(value) : new Code(value);
        text.addClassName("copy-value");
        Button copy = MainLayout.iconButton(VaadinIcon.COPY_O, "Copy " + label.toLowerCase(java.util.Locale.ROOT));
        copy.addClassName("copy-button");
        copy.getElement().setProperty("value", value);
        // In the browser alone: the clipboard answers only to a click, not to a server's reply to one.
        copy.getElement().executeJs("window.postern.copyOnClick(this, $0)", value);
        add(name, text, copy);
    }

    /// A short value on one line; it wraps where it must.
    public static CopyRow line(String label, String value) {
        return new CopyRow(label, value, false);
    }

    /// A text of several lines, kept as it is.
    public static CopyRow block(String label, String value) {
        return new CopyRow(label, value, true);
    }
}

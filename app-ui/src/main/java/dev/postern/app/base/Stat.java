package dev.postern.app.base;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;

/// One figure with its name and what it rests on.
public final class Stat extends Div {

    public Stat(String label, String value, String hint) {
        this(label, value, hint, "");
    }

    /// @param kind `problem`, `good` or empty: the colour of the figure
    public Stat(String label, String value, String hint, String kind) {
        addClassName("stat");
        var name = new Span(label);
        name.addClassName("stat-label");
        var figure = new Span(value);
        figure.addClassName("stat-value");
        if (!kind.isEmpty()) {
            figure.addClassName(kind);
        }
        var foot = new Span(hint);
        foot.addClassName("stat-hint");
        add(name, figure, foot);
    }

    /// Several figures side by side.
    public static Div row(Stat... stats) {
        var row = new Div(stats);
        row.addClassName("stats");
        return row;
    }
}

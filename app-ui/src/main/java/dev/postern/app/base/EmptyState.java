package dev.postern.app.base;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.icon.VaadinIcon;

/// What a page shows when it has nothing to show: why, and what to do next.
public final class EmptyState extends Div {

    public EmptyState(VaadinIcon icon, String title, String text, Component... actions) {
        addClassName("empty-state");
        var sign = icon.create();
        sign.getElement().setAttribute("aria-hidden", "true");
        add(sign, new H2(title), new Paragraph(text));
        add(actions);
    }
}

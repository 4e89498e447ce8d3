package dev.postern.app.domain;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.textfield.TextArea;
import com.vaadin.flow.data.value.ValueChangeMode;
import dev.postern.rollout.SetAside;
import java.util.function.Consumer;
import java.util.function.Function;

/// Asks before something that bears on mail is done, and for the reason, which the timeline keeps.
public final class StepDialog extends Dialog {

    private final TextArea reason = new TextArea();
    private final Button yes;
    private final Span refusal = new Span();
    private final boolean needed;

    /// @param question  what is asked, with the domain's name
    /// @param meaning   what it does, in words
    /// @param yes       the button that does it
    /// @param needed    whether a reason must be given
    /// @param action    does it, given the reason
    /// @param afterwards is told once it was done
    public StepDialog(String question, String meaning, String yes, boolean needed, Function<String, Outcome> action,
                      Consumer<Outcome> afterwards, Component... more) {
        this.needed = needed;
        setHeaderTitle(question);
        setWidth("32rem");
        reason.setLabel(needed ? "Why" : "Why (optional)");
        reason.setHelperText("Kept on the timeline and in the audit.");
        reason.setMaxLength(SetAside.LONGEST_REASON);
        reason.setWidthFull();
        reason.setValueChangeMode(ValueChangeMode.EAGER);
        refusal.addClassName("refusal");
        refusal.getElement().setAttribute("role", "alert");
        add(new Paragraph(meaning));
        add(more);
        add(reason, refusal);
        this.yes = new Button(yes);
        this.yes.addThemeVariants(ButtonVariant.LUMO_PRIMARY);
        this.yes.addClickListener(_ -> run(action, afterwards));
        getFooter().add(new Button("Cancel", _ -> close()), this.yes);
        reason.addValueChangeListener(_ -> allow());
        allow();
        setDraggable(false);
    }

    private void allow() {
        yes.setEnabled(!needed || !reason.getValue().isBlank());
    }

    private void run(Function<String, Outcome> action, Consumer<Outcome> afterwards) {
        Outcome outcome = action.apply(reason.getValue());
        switch (outcome) {
            case Outcome.Done _ -> {
                close();
                afterwards.accept(outcome);
            }
            case Outcome.Refused(var why) -> refusal.setText(why);
        }
    }
}

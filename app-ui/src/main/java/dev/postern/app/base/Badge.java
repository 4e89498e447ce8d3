package dev.postern.app.base;

import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.icon.VaadinIcon;
import dev.postern.check.Verdict;
import dev.postern.rollout.Coverage;
import dev.postern.rollout.Phase;
import dev.postern.timeline.Severity;
import dev.postern.tlsrpt.Authenticity;
import dev.postern.tlsrpt.Consequence;
import java.util.Optional;

/// A word with a colour and, so that colour is never the only sign, an icon.
public final class Badge extends Span {

    private Badge(String kind, VaadinIcon icon, String text) {
        addClassNames("badge", kind);
        var sign = icon.create();
        sign.getElement().setAttribute("aria-hidden", "true");
        add(sign, new Span(text));
    }

    /// Of something to publish, of which a check tells whether it is there.
    public static Badge of(Verdict verdict) {
        return switch (verdict) {
            case PASS -> new Badge("good", VaadinIcon.CHECK_CIRCLE_O, "Live");
            case WARN -> new Badge("warning", VaadinIcon.EXCLAMATION_CIRCLE_O, "Look at this");
            case FAIL -> new Badge("problem", VaadinIcon.CLOSE_CIRCLE_O, "Not yet");
            case UNKNOWN -> new Badge("neutral", VaadinIcon.QUESTION_CIRCLE_O, "Not known");
        };
    }

    /// Of a check.
    public static Badge checked(Verdict verdict) {
        return switch (verdict) {
            case PASS -> new Badge("good", VaadinIcon.CHECK_CIRCLE_O, "Pass");
            case WARN -> new Badge("warning", VaadinIcon.EXCLAMATION_CIRCLE_O, "Warning");
            case FAIL -> new Badge("problem", VaadinIcon.CLOSE_CIRCLE_O, "Fail");
            case UNKNOWN -> new Badge("neutral", VaadinIcon.QUESTION_CIRCLE_O, "Not known");
        };
    }

    public static Badge of(Phase phase) {
        return switch (phase) {
            case SETUP -> new Badge("neutral", VaadinIcon.TOOLS, phase.title());
            case TESTING -> new Badge("accent", VaadinIcon.EYE, phase.title());
            case ENFORCE -> new Badge("good", VaadinIcon.SHIELD, phase.title());
            case RETIRING -> new Badge("warning", VaadinIcon.HOURGLASS, phase.title());
            case NONE -> new Badge("neutral", VaadinIcon.ARCHIVE, phase.title());
        };
    }

    /// Of what a simulation rests on.
    public static Badge of(Coverage.Strength strength) {
        String text = strength.title() + " evidence";
        return switch (strength) {
            case THIN -> new Badge("warning", VaadinIcon.EXCLAMATION_CIRCLE_O, text);
            case FAIR -> new Badge("accent", VaadinIcon.ADJUST, text);
            case GOOD -> new Badge("good", VaadinIcon.CHECK_CIRCLE_O, text);
        };
    }

    /// Of a kind of failure, seen from `enforce`.
    public static Badge of(Consequence consequence) {
        return switch (consequence) {
            case REFUSED -> new Badge("problem", VaadinIcon.CLOSE_CIRCLE_O, "Refused");
            case UNCLEAR -> new Badge("warning", VaadinIcon.QUESTION_CIRCLE_O, "Perhaps refused");
            case UNPROTECTED -> new Badge("neutral", VaadinIcon.UNLOCK, "Not protected");
            case DANE -> new Badge("neutral", VaadinIcon.KEY_O, "DANE decides");
        };
    }

    public static Badge of(Severity severity) {
        return switch (severity) {
            case INFO -> new Badge("neutral", VaadinIcon.INFO_CIRCLE_O, "Info");
            case GOOD -> new Badge("good", VaadinIcon.CHECK_CIRCLE_O, "Good");
            case WARNING -> new Badge("warning", VaadinIcon.EXCLAMATION_CIRCLE_O, "Warning");
            case PROBLEM -> new Badge("problem", VaadinIcon.CLOSE_CIRCLE_O, "Problem");
        };
    }

    /// Of a report by mail; where it came otherwise, there is nothing to tell.
    public static Optional<Badge> of(Authenticity authenticity) {
        return switch (authenticity.state()) {
            case VERIFIED -> Optional.of(new Badge("good", VaadinIcon.CHECK_CIRCLE_O, "Verified"));
            case UNSIGNED -> Optional.of(new Badge("neutral", VaadinIcon.CIRCLE_THIN, "Not signed"));
            case FAILED -> Optional.of(new Badge("warning", VaadinIcon.EXCLAMATION_CIRCLE_O, "Signature not valid"));
            case UNKNOWN -> Optional.of(new Badge("neutral", VaadinIcon.QUESTION_CIRCLE_O, "Signature not checked"));
            case NOT_MAIL -> Optional.empty();
        };
    }

    public static Badge good(String text) {
        return new Badge("good", VaadinIcon.CHECK_CIRCLE_O, text);
    }

    public static Badge problem(String text) {
        return new Badge("problem", VaadinIcon.CLOSE_CIRCLE_O, text);
    }

    public static Badge neutral(VaadinIcon icon, String text) {
        return new Badge("neutral", icon, text);
    }

    public static Badge warning(String text) {
        return new Badge("warning", VaadinIcon.EXCLAMATION_CIRCLE_O, text);
    }
}

package dev.postern.app.check;

import dev.postern.app.base.Words;
import dev.postern.check.Check;
import dev.postern.check.Stage;
import dev.postern.check.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How checks read, and the order in which pages show them.
public final class CheckWords {

    private CheckWords() {
    }

    /// The checks of each stage, both in the order of work. That two places see the same comes before all, and stands
    /// in its stage all the same.
    public static Map<Stage, List<Check>> byStage() {
        var stages = new LinkedHashMap<Stage, List<Check>>();
        Arrays.stream(Check.values()).filter(check -> check != Check.VANTAGE_AGREEMENT)
                .forEach(check -> stages.computeIfAbsent(check.stage(), _ -> new ArrayList<>()).add(check));
        stages.get(Check.VANTAGE_AGREEMENT.stage()).addFirst(Check.VANTAGE_AGREEMENT);
        return stages;
    }

    /// `3 pass, 1 warning`; verdicts that no check has are left out.
    public static String counts(Map<Verdict, ? extends Number> counts) {
        var words = new ArrayList<String>();
        for (Verdict verdict : Verdict.values()) {
            long count = counts.containsKey(verdict) ? counts.get(verdict).longValue() : 0;
            if (count > 0) {
                words.add(switch (verdict) {
                    case PASS -> Words.count(count) + " pass";
                    case WARN -> Words.count(count, "warning", "warnings");
                    case FAIL -> Words.count(count) + " fail";
                    case UNKNOWN -> Words.count(count) + " not known";
                });
            }
        }
        return String.join(", ", words);
    }

    /// When a failure of a stage's checks shows itself.
    public static String of(Stage stage) {
        return switch (stage) {
            case SETUP -> "Records and hosts, before senders see anything.";
            case TESTING -> "The policy and its record. Senders deliver whatever happens, and report.";
            case ENFORCEMENT -> "The mail servers. Under enforce, senders refuse to deliver over what fails here.";
            case FOUNDATION -> "Who may send in the domain's name. These stand by themselves and hold up nothing.";
        };
    }

    /// What the step to enforce makes of a check.
    public static String of(Check.Need need) {
        return switch (need) {
            case REQUIRED -> "Enforce waits until it passes, or no more than warns.";
            case NO_FAILURE -> "Enforce waits while it fails.";
            case ADVICE -> "Advice: enforce does not wait for it.";
            case APART -> "Another standard's: enforce does not depend on it.";
        };
    }
}

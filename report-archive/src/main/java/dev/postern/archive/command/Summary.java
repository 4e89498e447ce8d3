package dev.postern.archive.command;

import dev.postern.archive.ItemName;
import java.util.List;
import java.util.Locale;

/// What came of an import, for a terminal. Names and reasons are strangers' words, and are made harmless.
final class Summary {

    private static final int NAMES = 3;

    private Summary() {
    }

    static String of(Status status) {
        var text = new StringBuilder();
        text.append(shown(status.name())).append(": ").append(number(status.newReports())).append(" new, ")
                .append(number(status.known())).append(" known, ")
                .append(number(status.wrong() + status.conflicting())).append(" wrong; ")
                .append(number(status.leftOut())).append(" left out\n");
        status.problem().ifPresent(problem -> text.append("  ").append(shown(problem)).append('\n'));
        status.reasons().forEach(reason -> reason(text, "wrong", reason.items(), reason.example(), reason.examples()));
        status.leftOutReasons().forEach(left -> reason(text, "left out", left.count(), left.reason() + ".", left.examples()));
        return text.toString();
    }

    private static void reason(StringBuilder text, String kind, long count, String why, List<String> examples) {
        text.append("  ").append(number(count)).append(' ').append(kind).append(": ").append(shown(why)).append('\n');
        examples.stream().limit(NAMES).forEach(name -> text.append("      ").append(shown(name)).append('\n'));
        if (count > NAMES) {
            text.append("      and ").append(number(count - NAMES)).append(" more\n");
        }
    }

    static String shown(String text) {
        return ItemName.shown(text);
    }

    static String number(long number) {
        return String.format(Locale.ENGLISH, "%,d", number);
    }
}

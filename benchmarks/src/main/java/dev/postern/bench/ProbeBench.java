package dev.postern.bench;

import java.util.List;

/// `./postern bench probes`: how many domains are looked at in a second, and what that says.
public final class ProbeBench {

    private static final int WRONG_USAGE = 2;

    private ProbeBench() {
    }

    public static void main(String[] words) {
        // Before anything logs: the table is all there is on stdout.
        System.setProperty("logback.configurationFile", "logback-check.xml");
        if (List.of(words).contains("--help") || List.of(words).contains("-h")) {
            System.out.print(Plan.USAGE);
            return;
        }
        Plan plan;
        try {
            plan = Plan.parse(List.of(words));
        } catch (IllegalArgumentException wrong) {
            System.err.println("postern: " + wrong.getMessage() + "\n\n" + Plan.USAGE);
            System.exit(WRONG_USAGE);
            return;
        }
        try (var internet = InternetProcess.start(plan.domains())) {
            System.out.print(Table.of(new Harness(plan, internet).measure()));
        }
    }
}

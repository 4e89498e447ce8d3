package dev.postern.bench.ingest;

import java.util.List;

/// `./postern bench ingest`: how fast reports are read, received and recorded.
public final class IngestBench {

    private static final int WRONG_USAGE = 2;

    private IngestBench() {
    }

    public static void main(String[] words) throws Exception {
        // Before anything logs: the tables are all there is on stdout.
        System.setProperty("logback.configurationFile", "logback-check.xml");
        if (List.of(words).contains("--help") || List.of(words).contains("-h")) {
            System.out.print(IngestPlan.USAGE);
            return;
        }
        IngestPlan plan;
        try {
            plan = IngestPlan.parse(List.of(words));
        } catch (IllegalArgumentException wrong) {
            System.err.println("postern: " + wrong.getMessage() + "\n\n" + IngestPlan.USAGE);
            System.exit(WRONG_USAGE);
            return;
        }
        if (plan.parse()) {
            System.out.println("# Reading\n\n" + IngestTable.of(Reading.measure(plan)));
        }
        if (plan.large()) {
            System.out.println("# A report of " + plan.megabytes() + " MiB\n\n"
                    + IngestTable.of(LargeReports.measure(plan)));
        }
        if (plan.end()) {
            System.out.println("# From the sender to PostgreSQL\n\n" + IngestTable.of(EndToEnd.measure(plan)));
        }
    }
}

package dev.postern.bench.ingest;

import java.util.List;

/// What to measure.
///
/// @param parse   whether to measure the reading of reports
/// @param end     whether to measure the way from a sender to PostgreSQL
/// @param large   whether to measure a report of a large size
/// @param reports sent in each stage
/// @param domains that reports are about
/// @param tenants organisations that the domains belong to
/// @param senders that sign, each with a key of its own
/// @param atOnce  deliveries side by side
/// @param growth  how many times the reports of the first stages are stored when the last ones begin
/// @param seconds of processor time for each measurement of reading
/// @param megabytes of the large report
/// @param seed    of the corpus
/// @param profile whether to sample what the processes do
record IngestPlan(boolean parse, boolean end, boolean large, int reports, int domains, int tenants, int senders,
                  int atOnce, int growth, double seconds, int megabytes, long seed, boolean profile) {

    static final IngestPlan USUAL =
            new IngestPlan(true, true, true, 5_000, 2_000, 20, 20, 32, 10, 1, 1_024, 8460, false);

    static final IngestPlan QUICK = new IngestPlan(true, true, true, 60, 12, 3, 2, 8, 3, 0.05, 80, 8460, false);

    static final String USAGE = """
            ./postern bench ingest [--quick] [--only parse|end|large] [--reports N] [--domains N] [--tenants N]
                                   [--at-once N] [--growth N] [--seed N] [--profile]

            Measures how fast reports are read, received and recorded, on a corpus made from a seed.

              --quick     a few reports of each kind, to see that it runs
              --only      only reading (parse), only the way to PostgreSQL (end), or only a report of 1 GB (large)
              --reports   sent in each stage (%d)
              --domains   that reports are about (%d)
              --tenants   organisations that the domains belong to (%d)
              --at-once   deliveries side by side (%d)
              --growth    times as many reports are stored for the last stages (%d)
              --seed      of the corpus (%d)
              --profile   also say which methods the processor was in
            """.formatted(USUAL.reports, USUAL.domains, USUAL.tenants, USUAL.atOnce, USUAL.growth, USUAL.seed);

    IngestPlan {
        if (reports < 1 || domains < 1 || tenants < 1 || tenants > domains || senders < 1 || atOnce < 1 || atOnce > 50
                || growth < 2 || reports > 1_000_000 || domains > 100_000 || growth > 1_000) {
            throw new IllegalArgumentException("from 1 to 1,000,000 reports, 100,000 domains, no more organisations "
                    + "than domains, 1 to 50 at once, and a growth of 2 to 1,000");
        }
    }

    /// @throws IllegalArgumentException with what is wrong
    static IngestPlan parse(List<String> words) {
        var plan = words.contains("--quick") ? QUICK : USUAL;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("--quick")) {
                continue;
            }
            if (word.equals("--profile")) {
                plan = new IngestPlan(plan.parse, plan.end, plan.large, plan.reports, plan.domains, plan.tenants,
                        plan.senders, plan.atOnce, plan.growth, plan.seconds, plan.megabytes, plan.seed, true);
                continue;
            }
            if (i + 1 == words.size()) {
                throw new IllegalArgumentException("there is no option '" + word + "', or it needs a value behind it");
            }
            plan = plan.with(word, words.get(++i));
        }
        return plan;
    }

    private IngestPlan with(String option, String value) {
        return switch (option) {
            case "--only" -> only(value);
            case "--reports" -> sized(number(value), domains, tenants, atOnce, growth, seed);
            case "--domains" -> sized(reports, number(value), tenants, atOnce, growth, seed);
            case "--tenants" -> sized(reports, domains, number(value), atOnce, growth, seed);
            case "--at-once" -> sized(reports, domains, tenants, number(value), growth, seed);
            case "--growth" -> sized(reports, domains, tenants, atOnce, number(value), seed);
            case "--seed" -> sized(reports, domains, tenants, atOnce, growth, number(value));
            default -> throw new IllegalArgumentException("there is no option '" + option + "'");
        };
    }

    private IngestPlan only(String part) {
        if (!List.of("parse", "end", "large").contains(part)) {
            throw new IllegalArgumentException("what can be measured alone is parse, end or large");
        }
        return new IngestPlan(part.equals("parse"), part.equals("end"), part.equals("large"), reports, domains, tenants,
                senders, atOnce, growth, seconds, megabytes, seed, profile);
    }

    private IngestPlan sized(int newReports, int newDomains, int newTenants, int newAtOnce, int newGrowth, long newSeed) {
        return new IngestPlan(parse, end, large, newReports, newDomains, newTenants, senders, newAtOnce, newGrowth,
                seconds, megabytes, newSeed, profile);
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException none) {
            throw new IllegalArgumentException("'" + text + "' is no number", none);
        }
    }
}

package dev.postern.bench;

import java.time.Duration;
import java.util.List;

/// What to measure.
///
/// @param small     domains of the first run
/// @param large     domains of the second run
/// @param atOnce    domains looked at side by side
/// @param roundTrip to each server and back
record Plan(int small, int large, int atOnce, Duration roundTrip) {

    static final Plan USUAL = new Plan(200, 2_000, 200, Duration.ofMillis(50));

    static final String USAGE = """
            ./postern bench probes [--small N] [--large N] [--at-once N] [--round-trip MILLISECONDS]

            Looks at many domains of a small internet on this machine, and prints how fast that went.

              --small        domains of the first run (%d)
              --large        domains of the second run (%d)
              --at-once      domains looked at side by side (%d)
              --round-trip   how far away every server is, in milliseconds (%d)
            """.formatted(USUAL.small, USUAL.large, USUAL.atOnce, USUAL.roundTrip.toMillis());

    Plan {
        if (small < 1 || large < 1 || atOnce < 1 || small > 100_000 || large > 100_000 || atOnce > 100_000
                || roundTrip.compareTo(Duration.ofMillis(1)) < 0 || roundTrip.compareTo(Duration.ofSeconds(1)) > 0) {
            throw new IllegalArgumentException("from 1 to 100,000 domains, and 1 to 1,000 ms");
        }
    }

    /// @throws IllegalArgumentException with what is wrong
    static Plan parse(List<String> words) {
        var plan = USUAL;
        for (int i = 0; i < words.size(); i += 2) {
            if (i + 1 == words.size()) {
                throw new IllegalArgumentException(words.get(i) + " needs a number behind it");
            }
            int number = number(words.get(i + 1));
            plan = switch (words.get(i)) {
                case "--small" -> new Plan(number, plan.large, plan.atOnce, plan.roundTrip);
                case "--large" -> new Plan(plan.small, number, plan.atOnce, plan.roundTrip);
                case "--at-once" -> new Plan(plan.small, plan.large, number, plan.roundTrip);
                case "--round-trip" -> new Plan(plan.small, plan.large, plan.atOnce, Duration.ofMillis(number));
                default -> throw new IllegalArgumentException("there is no option '" + words.get(i) + "'");
            };
        }
        return plan;
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException none) {
            throw new IllegalArgumentException("'" + text + "' is no number", none);
        }
    }

    int domains() {
        return small + large;
    }
}

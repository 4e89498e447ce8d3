package dev.postern.rollout;

import java.util.Locale;
import org.apache.commons.statistics.distribution.BetaDistribution;

/// How large a rate may be that has shown itself in `affected` of `observed` cases: the one-sided 95 % bound of Clopper and
/// Pearson, the 0.95 quantile of the beta distribution with `affected + 1` and `observed - affected`. For none affected it
/// is near `3 / observed`, the rule of three.
///
/// It is exact where cases are independent of each other, and promises too much where they are not.
///
/// @param affected at most `observed`
/// @param rate     between 0 and 1; 1 where nothing was observed
public record UpperBound(long affected, long observed, double rate) {

    public static final double CONFIDENCE = 0.95;

    /// What rounding may add, in parts of the rate. It is never taken away.
    private static final double PRECISION = 1e-9;

    public UpperBound {
        if (affected < 0 || affected > observed || !(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException(affected + " of " + observed + " at " + rate);
        }
    }

    /// @throws IllegalArgumentException when more are affected than observed, or one is negative
    public static UpperBound of(long affected, long observed) {
        if (affected < 0 || affected > observed) {
            throw new IllegalArgumentException(affected + " of " + observed);
        }
        return new UpperBound(affected, observed, rate(affected, observed));
    }

    private static double rate(long affected, long observed) {
        if (affected == observed) {
            return 1;
        }
        if (affected == 0) {
            // The quantile in closed form: 1 - (1 - 0.95)^(1/observed).
            return -Math.expm1(Math.log1p(-CONFIDENCE) / observed);
        }
        // The library's own quantile stops at an absolute error that is large beside the rates looked for here. The
        // quantile lies between; its upper end is kept.
        var beta = BetaDistribution.of(affected + 1.0, observed - affected);
        double low = (double) affected / observed;
        double high = 1;
        while (high - low > PRECISION * low) {
            double middle = high > 2 * low ? Math.sqrt(low * high) : low + (high - low) / 2;
            if (beta.cumulativeProbability(middle) < CONFIDENCE) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /// Whether it says anything: below one half, or because half of them were affected indeed.
    public boolean telling() {
        return observed > 0 && (rate < 0.5 || affected >= observed / 2.0);
    }

    /// `fewer than 1 in 12,000 sessions`, `at most 1 in 40 sessions`, `too little to say`. Rounded so that it never promises
    /// more than the rate.
    ///
    /// @param what `sessions`
    public String words(String what) {
        if (!telling()) {
            return "too little to say";
        }
        if (rate >= 0.5) {
            return "half of the " + what + " or more";
        }
        return (affected == 0 ? "fewer than" : "at most") + " 1 in " + String.format(Locale.ENGLISH, "%,d", oneIn())
                + " " + what;
    }

    /// The whole number in "1 in …": with two digits that are not zero, rounded down.
    long oneIn() {
        long exact = (long) Math.floor(1 / rate);
        long unit = 1;
        while (exact / unit >= 100) {
            unit *= 10;
        }
        return exact / unit * unit;
    }
}

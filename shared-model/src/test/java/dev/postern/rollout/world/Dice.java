package dev.postern.rollout.world;

import java.util.List;
import java.util.SplittableRandom;

/// Chance, from a seed.
final class Dice {

    private final SplittableRandom random;

    Dice(long seed) {
        this(new SplittableRandom(seed));
    }

    private Dice(SplittableRandom random) {
        this.random = random;
    }

    /// Dice of somebody's own, so that what one does not change what another draws.
    Dice split() {
        return new Dice(random.split());
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /// Both included.
    long between(long least, long most) {
        return least + random.nextLong(most - least + 1);
    }

    /// A gap of a Poisson process.
    long gap(long mean) {
        return 1 + (long) (-Math.log(1 - random.nextDouble()) * mean);
    }

    <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}

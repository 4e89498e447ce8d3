package dev.postern.rollout;

import dev.postern.tlsrpt.Consequence;

/// What a failure does to mail in each phase, and what Postern makes of it.
public final class MailEffect {

    private MailEffect() {
    }

    /// What becomes of the mail, in a phrase.
    public static String of(Phase phase, Consequence consequence) {
        return switch (consequence) {
            case REFUSED -> switch (phase) {
                case SETUP, RETIRING, NONE -> "delivered, perhaps unencrypted";
                case TESTING -> "delivered, and reported";
                case ENFORCE -> "refused; the sender tries again, then bounces";
            };
            case UNCLEAR -> switch (phase) {
                case SETUP, RETIRING, NONE -> "delivered";
                case TESTING -> "delivered, and reported";
                case ENFORCE -> "perhaps refused";
            };
            case UNPROTECTED -> switch (phase) {
                case SETUP, RETIRING, NONE -> "delivered";
                case TESTING, ENFORCE -> "delivered by the policy that the sender holds, else without one";
            };
            case DANE -> "refused by senders that use DANE";
        };
    }

    /// What Postern does about it, in one sentence.
    public static String answer(Consequence consequence) {
        return switch (consequence) {
            case REFUSED -> "Sets the watch back, keeps enforce shut, and counts as refused in the simulation.";
            case UNCLEAR -> "Sets the watch back until somebody sets it aside; the simulation counts it in its bound.";
            case UNPROTECTED -> "Shown, and left out of the simulation; the checks of the policy host say what is wrong.";
            case DANE -> "Shown by itself; the checks of DANE say what is wrong.";
        };
    }
}

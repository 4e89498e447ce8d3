package dev.postern.rollout;

/// What a person can have done next with a domain's policy.
public enum Step {
    /// The first policy, in `testing`.
    BEGIN_TESTING("Begin testing"),
    /// From `testing` to `enforce`, for a week at a time.
    ENFORCE("Enforce"),
    /// To the next longer `max_age`.
    LENGTHEN("Lengthen max_age"),
    /// Back to a `max_age` of one day, ahead of a change: senders then hold the policy for no longer.
    SHORTEN("Shorten max_age"),
    /// From `enforce` back to `testing`.
    ROLL_BACK("Roll back to testing"),
    /// To `none`, the way out (RFC 8461 §8.3).
    RETIRE("Retire"),
    /// Out of a retirement, to `testing`.
    RESUME("Go back to testing");

    private final String title;

    Step(String title) {
        this.title = title;
    }

    /// On a button.
    public String title() {
        return title;
    }
}

package dev.postern.check;

/// When a failure of a check shows itself, and so where to look first.
public enum Stage {
    /// Before senders see anything: records and hosts not in place.
    SETUP,
    /// Once a policy is published: senders can't use it, but deliver.
    TESTING,
    /// Once the policy says enforce: senders refuse to deliver.
    ENFORCEMENT
}

package dev.postern.check;

/// When a failure of a check shows itself, and so where to look first.
public enum Stage {
    /// The layers below MTA-STS: who may send in the domain's name. They stand by themselves.
    FOUNDATION("Layers below"),
    /// Before senders see anything: records and hosts not in place.
    SETUP("Set-up"),
    /// Once a policy is published: senders can't use it, but deliver.
    TESTING("Testing"),
    /// Once the policy says enforce: senders refuse to deliver.
    ENFORCEMENT("Enforcement");

    private final String title;

    Stage(String title) {
        this.title = title;
    }

    /// The words people see.
    public String title() {
        return title;
    }
}

package dev.postern.app.mxhost;

import dev.postern.setup.RegisteredMxHost;

/// What became of an MX host to register.
public sealed interface HostAddition {

    record Added(RegisteredMxHost host) implements HostAddition {
    }

    /// The organisation has it already.
    record Known(RegisteredMxHost host) implements HostAddition {
    }

    /// It can't be an MX host.
    ///
    /// @param reason why, and what to enter instead
    record Refused(String reason) implements HostAddition {
    }
}

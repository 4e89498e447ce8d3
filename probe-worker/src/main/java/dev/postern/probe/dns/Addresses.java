package dev.postern.probe.dns;

import java.net.InetAddress;
import java.util.List;

/// The addresses of a host, IPv4 and IPv6 together.
public sealed interface Addresses {

    /// @param addresses at least one
    record Found(List<InetAddress> addresses) implements Addresses {
        public Found {
            addresses = List.copyOf(addresses);
        }
    }

    /// The host has no address.
    ///
    /// @param code `NXDOMAIN` or `NODATA`
    record None(String code) implements Addresses {
    }

    /// No usable answer.
    record Unknown(String why) implements Addresses {
    }
}

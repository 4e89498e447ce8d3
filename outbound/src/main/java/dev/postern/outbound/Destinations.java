package dev.postern.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Where a host that a customer named may be connected to.
///
/// A name is looked up once and the connection goes to what was found and judged then: a name that leads elsewhere a
/// moment later leads nobody into this network.
public final class Destinations {

    /// The host has addresses, and none of them is on the public Internet.
    public static final class NotPublic extends Exception {

        private static final long serialVersionUID = 1L;

        NotPublic(String host) {
            super(host + " has no public address");
        }
    }

    private final Resolver resolver;
    private final boolean privateAddressesToo;

    /// @param privateAddressesToo whether addresses that are not public are connected to as well, as in a test or in a
    ///                            network of one's own
    public Destinations(Resolver resolver, boolean privateAddressesToo) {
        this.resolver = resolver;
        this.privateAddressesToo = privateAddressesToo;
    }

    /// @param host a name, or an address as it is written
    /// @return at least one address that may be connected to
    /// @throws UnknownHostException when the host has no address at all
    /// @throws NotPublic            when it may not be connected to
    public List<InetAddress> of(String host) throws UnknownHostException, NotPublic {
        var allowed = addresses(host).stream()
                .filter(address -> privateAddressesToo || PublicAddresses.isPublic(address)).toList();
        if (allowed.isEmpty()) {
            throw new NotPublic(host);
        }
        return allowed;
    }

    private List<InetAddress> addresses(String host) throws UnknownHostException {
        try {
            return List.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException aName) {
            return resolver.addresses(host);
        }
    }
}

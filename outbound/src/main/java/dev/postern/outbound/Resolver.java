package dev.postern.outbound;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Lookup;
import org.xbill.DNS.Name;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/// Finds the addresses of a host.
@FunctionalInterface
public interface Resolver {

    /// @return IPv4 first; never empty
    /// @throws UnknownHostException when the host has no address, or nobody could tell
    List<InetAddress> addresses(String host) throws UnknownHostException;

    /// Asks the system, which also knows the names of its own network.
    static Resolver system() {
        return host -> List.of(InetAddress.getAllByName(host));
    }

    /// Asks these DNS servers, or the system where there are none.
    ///
    /// @param timeout for one attempt at one server
    static Resolver asking(List<InetSocketAddress> servers, Duration timeout) {
        if (servers.isEmpty()) {
            return system();
        }
        var resolvers = new ArrayList<org.xbill.DNS.Resolver>();
        for (InetSocketAddress server : servers) {
            var one = new SimpleResolver(new InetSocketAddress(server.getHostString(), server.getPort()));
            one.setTimeout(timeout);
            resolvers.add(one);
        }
        var resolver = new ExtendedResolver(resolvers);
        resolver.setTimeout(timeout.multipliedBy(2L * servers.size()));
        return host -> {
            var addresses = new ArrayList<InetAddress>();
            for (int type : List.of(Type.A, Type.AAAA)) {
                for (org.xbill.DNS.Record found : answers(resolver, host, type)) {
                    if (found instanceof ARecord ipv4) {
                        addresses.add(ipv4.getAddress());
                    } else if (found instanceof AAAARecord ipv6) {
                        addresses.add(ipv6.getAddress());
                    }
                }
            }
            if (addresses.isEmpty()) {
                throw new UnknownHostException(host);
            }
            return List.copyOf(addresses);
        };
    }

    private static List<org.xbill.DNS.Record> answers(org.xbill.DNS.Resolver resolver, String host, int type)
            throws UnknownHostException {
        try {
            var lookup = new Lookup(Name.fromString(host, Name.root), type);
            lookup.setResolver(resolver);
            lookup.setCache(null);
            org.xbill.DNS.Record[] found = lookup.run();
            return found == null ? List.of() : List.of(found);
        } catch (TextParseException notAName) {
            throw new UnknownHostException(host);
        }
    }
}

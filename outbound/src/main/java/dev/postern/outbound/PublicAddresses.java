package dev.postern.outbound;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/// Which addresses are on the public Internet. Whoever adds a domain decides through its DNS where Postern connects
/// to, so nothing else is ever connected to: not this machine, not the network it stands in, not a cloud's metadata
/// service.
///
/// The ranges are those of the IANA special-purpose registries (RFC 6890) that are not globally reachable. IPv6
/// addresses that carry an IPv4 address are judged by what they carry.
public final class PublicAddresses {

    /// @param prefix as many bytes as an address has
    private record Range(byte[] prefix, int bits) {

        boolean contains(byte[] address) {
            if (address.length != prefix.length) {
                return false;
            }
            int whole = bits / 8;
            int rest = bits % 8;
            return Arrays.equals(address, 0, whole, prefix, 0, whole)
                    && (rest == 0 || ((address[whole] ^ prefix[whole]) & 0xff) >> (8 - rest) == 0);
        }
    }

    private static final List<Range> NOT_PUBLIC = List.of(
            range("0.0.0.0", 8),
            range("10.0.0.0", 8),
            range("100.64.0.0", 10),
            range("127.0.0.0", 8),
            range("169.254.0.0", 16),
            range("172.16.0.0", 12),
            range("192.0.0.0", 24),
            range("192.0.2.0", 24),
            range("192.31.196.0", 24),
            range("192.52.193.0", 24),
            range("192.88.99.0", 24),
            range("192.168.0.0", 16),
            range("192.175.48.0", 24),
            range("198.18.0.0", 15),
            range("198.51.100.0", 24),
            range("203.0.113.0", 24),
            range("224.0.0.0", 4),
            range("240.0.0.0", 4));

    /// Within the one range of IPv6 that is given out for global use.
    private static final Range GLOBAL_UNICAST = range("2000::", 3);
    private static final List<Range> NOT_PUBLIC_IN_GLOBAL_UNICAST = List.of(
            // IETF protocol assignments, with Teredo, benchmarking and ORCHID: none is a web server's.
            range("2001::", 23),
            range("2001:db8::", 32),
            range("3fff::", 20));
    private static final Range SIX_TO_FOUR = range("2002::", 16);
    private static final Range NAT64 = range("64:ff9b::", 96);
    private static final Range V4_MAPPED = mapped();

    private PublicAddresses() {
    }

    /// Whether an address is on the public Internet.
    public static boolean isPublic(InetAddress address) {
        return isPublic(address.getAddress());
    }

    private static boolean isPublic(byte[] address) {
        if (address.length == 4) {
            return NOT_PUBLIC.stream().noneMatch(range -> range.contains(address));
        }
        if (NAT64.contains(address) || V4_MAPPED.contains(address)) {
            return isPublic(Arrays.copyOfRange(address, 12, 16));
        }
        if (SIX_TO_FOUR.contains(address)) {
            return isPublic(Arrays.copyOfRange(address, 2, 6));
        }
        // Everything outside of the global range is refused: loopback, IPv4-compatible, ULA, link-local, multicast,
        // local NAT64 prefixes, and what is not given out yet.
        return GLOBAL_UNICAST.contains(address)
                && NOT_PUBLIC_IN_GLOBAL_UNICAST.stream().noneMatch(range -> range.contains(address));
    }

    private static Range range(String prefix, int bits) {
        return new Range(InetAddress.ofLiteral(prefix).getAddress(), bits);
    }

    /// `::ffff:0:0/96`. As a literal it would be read as the IPv4 address itself.
    private static Range mapped() {
        var prefix = new byte[16];
        prefix[10] = (byte) 0xff;
        prefix[11] = (byte) 0xff;
        return new Range(prefix, 96);
    }
}

package dev.postern.policyhost;

import java.net.Inet4Address;
import java.net.InetAddress;

/// The network that an address is in: enough to tell senders apart, which fetch from many addresses of their own, and
/// no more than is needed of who asked.
final class Network {

    private Network() {
    }

    /// `192.0.2.0/24`, `2001:db8:1::/48`.
    static String of(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return (bytes[0] & 255) + "." + (bytes[1] & 255) + "." + (bytes[2] & 255) + ".0/24";
        }
        return group(bytes, 0) + ":" + group(bytes, 2) + ":" + group(bytes, 4) + "::/48";
    }

    private static String group(byte[] bytes, int at) {
        return Integer.toHexString((bytes[at] & 255) << 8 | bytes[at + 1] & 255);
    }
}

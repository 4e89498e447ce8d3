package dev.postern.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressesTest {

    @ParameterizedTest
    @ValueSource(strings = {
            "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
            "128.0.0.1", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0",
            "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0",
            "203.0.112.255", "203.0.114.0", "223.255.255.255",
            "2001:4860:4860::8888", "2606:4700::1111", "2a00:1450::1", "2001:200::1", "3ffe::1",
            "64:ff9b::808:808", "2002:808:808::1"})
    void acceptsWhatIsOnTheInternet(String address) {
        assertThat(PublicAddresses.isPublic(InetAddress.ofLiteral(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {
            // this network, private, shared (CGNAT), loopback, link-local with the metadata service
            "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255",
            "127.0.0.1", "127.255.255.255", "169.254.0.0", "169.254.169.254", "172.16.0.0", "172.31.255.255",
            "192.168.0.0", "192.168.255.255",
            // protocol assignments, documentation, anycast relays, benchmarking
            "192.0.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.255", "192.88.99.1", "192.31.196.1", "192.52.193.1",
            "192.175.48.1", "198.18.0.0", "198.19.255.255",
            // multicast, reserved, broadcast
            "224.0.0.1", "239.255.255.255", "240.0.0.0", "255.255.255.255",
            // IPv6: unspecified, loopback, IPv4-compatible, local NAT64, discard, ULA, link- and site-local, multicast
            "::", "::1", "::8.8.8.8", "::127.0.0.1", "64:ff9b:1::1", "100::1", "fc00::1", "fd00:ec2::254", "fe80::1",
            "fec0::1", "ff02::1", "5f00::1", "4000::1",
            // IPv6 documentation and protocol assignments: Teredo, benchmarking, ORCHID
            "2001:db8::1", "3fff::1", "2001::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:1ff:ffff::1",
            // what carries an address that is not public
            "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b::a00:1", "2002:7f00:1::1", "2002:a00:1::1",
            "2002:c0a8:101::1"})
    void refusesEverythingElse(String address) {
        assertThat(PublicAddresses.isPublic(InetAddress.ofLiteral(address))).isFalse();
    }

    @Test
    void judgesAMappedAddressByWhatIsMapped() throws UnknownHostException {
        assertThat(PublicAddresses.isPublic(mapped(8, 8, 8, 8))).isTrue();
        assertThat(PublicAddresses.isPublic(mapped(127, 0, 0, 1))).isFalse();
        assertThat(PublicAddresses.isPublic(mapped(169, 254, 169, 254))).isFalse();
    }

    private static InetAddress mapped(int... v4) throws UnknownHostException {
        var bytes = new byte[16];
        bytes[10] = (byte) 0xff;
        bytes[11] = (byte) 0xff;
        for (int i = 0; i < 4; i++) {
            bytes[12 + i] = (byte) v4[i];
        }
        return Inet6Address.getByAddress(null, bytes, -1);
    }
}

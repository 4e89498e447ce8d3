package dev.postern.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class LoopbackTest {

    private static final CertificateAuthority CA = CertificateAuthority.create();

    @Test
    void handsOutEachAddressOnceAtOnePort() {
        try (var loopback = Loopback.reserve()) {
            var addresses = new HashSet<InetSocketAddress>();
            for (int i = 0; i < 600; i++) {
                addresses.add(loopback.next());
            }
            assertThat(addresses).hasSize(600).allSatisfy(address -> {
                assertThat(address.getAddress().isLoopbackAddress()).isTrue();
                assertThat(address.getPort()).isEqualTo(loopback.port());
            });
        }
    }

    @Test
    void passesOverAnAddressThatIsTaken() {
        try (var loopback = Loopback.reserve()) {
            var first = loopback.next();
            byte[] following = first.getAddress().getAddress();
            following[3]++;
            String taken = "%d.%d.%d.%d".formatted(following[0] & 0xff, following[1] & 0xff, following[2] & 0xff,
                    following[3] & 0xff);
            try (var _ = SmtpServer.start(CA, "mx.example.test", taken, loopback.port())) {
                assertThat(loopback.next().getAddress().getHostAddress()).isNotEqualTo(taken);
            }
        }
    }

    @Test
    void keepsItsPortAtTheIpv6AddressForOneServer() {
        try (var loopback = Loopback.reserve();
             var _ = SmtpServer.start(CA, "mx.example.test", loopback.ipv6())) {
            assertThatThrownBy(() -> SmtpServer.start(CA, "mx.example.test", loopback.ipv6()))
                    .isInstanceOf(UncheckedIOException.class);
        }
    }
}

package dev.postern.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    private static final Setting<Integer> NUMBER = Setting.number("POSTERN_NUMBER", 7, 1, 9, "A number.");
    private static final Setting<List<InetSocketAddress>> ADDRESSES = Setting.addresses("POSTERN_ADDRESSES", "",
            "Addresses.");

    @Test
    void readsWhatIsGivenAndElseTheDefault() {
        assertThat(new Settings(Map.of()).get(NUMBER)).isEqualTo(7);
        assertThat(new Settings(Map.of("POSTERN_NUMBER", "  ")).get(NUMBER)).isEqualTo(7);
        assertThat(new Settings(Map.of("POSTERN_NUMBER", " 9 ")).get(NUMBER)).isEqualTo(9);
        assertThat(new Settings(Map.of()).get(Setting.optional("POSTERN_TEXT", ""))).isEmpty();
        assertThat(new Settings(Map.of("POSTERN_TEXT", "x")).get(Setting.optional("POSTERN_TEXT", "")))
                .isEqualTo(Optional.of("x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "10", "seven", "1.5", "99999999999"})
    void saysWhichSettingIsWrongAndWhatIsAllowed(String text) {
        assertThatThrownBy(() -> new Settings(Map.of("POSTERN_NUMBER", text)).get(NUMBER))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("POSTERN_NUMBER").hasMessageContaining(text).hasMessageContaining("from 1 to 9");
    }

    @Test
    void readsAddresses() {
        assertThat(addresses("")).isEmpty();
        assertThat(addresses("127.0.0.1:53, [2001:db8::1]:5353,dns.test:53")).extracting(InetSocketAddress::getHostString)
                .containsExactly("127.0.0.1", "2001:db8::1", "dns.test");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", ":53", "host:0", "host:65536", "host:port", "a:53,,b:53"})
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> addresses(text)).isInstanceOf(InvalidSettingException.class);
    }

    private static List<InetSocketAddress> addresses(String text) {
        return new Settings(Map.of("POSTERN_ADDRESSES", text)).get(ADDRESSES);
    }
}

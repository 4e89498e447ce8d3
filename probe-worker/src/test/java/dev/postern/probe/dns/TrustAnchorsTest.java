package dev.postern.probe.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;

class TrustAnchorsTest {

    /// The public keys from the same file of IANA's.
    private static final String KSK_2017 = """
            AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLAJr5emLvN7SWXgnLh4+B5xQlNVz8O
            g8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0jLHwVN8efS3rCj/EWgvIWgb9tarpVUDK/b58Da+sqqls3eN
            buv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXxuOLYA4/ilBmSVIzuDWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa
            8subX2Nn6UwNR1AkUTV74bU=""";
    private static final String KSK_2024 = """
            AwEAAa96jeuknZlaeSrvyAJj6ZHv28hhOKkx3rLGXVaC6rXTsDc449/cidltpkyGwCJNnOAlFNKF2jBosZBU5eeHspaQWOmOElZsjICMQMC3
            aeHbGiShvZsx4wMYSjH8e7Vrhbu6irwCzVBApESjbUdpWWmEnhathWu1jo+siFUiRAAxm9qyJNg/wOZqqzL/dL/q8PkcRU5oUKEpUge71M3e
            j2/7CPqpdVwuMoTvoB+ZOT4YeGyxMvHmbrxlFzGOHOijtzN+u1TQNatX2XBuzZNQ1K+s2CXkPIZo7s6JgZyvaBevYtxPvYLw4z9mR7K2vaF1
            8UYH9Z9GNUUeayffKC73PYc=""";

    @TempDir
    private Path folder;

    @Test
    void holdsTheDigestsOfTheRootsKeys() throws IOException {
        String file = new String(TrustAnchors.ofTheRoot().zoneFile().readAllBytes(), StandardCharsets.US_ASCII);

        assertThat(file.lines().filter(line -> !line.startsWith(";"))).containsExactlyElementsOf(
                Stream.of(KSK_2017, KSK_2024).map(TrustAnchorsTest::delegation).toList());
    }

    private static String delegation(String key) {
        var record = new DNSKEYRecord(Name.root, DClass.IN, 0, DNSKEYRecord.Flags.ZONE_KEY
                | DNSKEYRecord.Flags.SEP_KEY, DNSKEYRecord.Protocol.DNSSEC, DNSSEC.Algorithm.RSASHA256,
                Base64.getMimeDecoder().decode(key));
        return ". 172800 IN DS " + new DSRecord(Name.root, DClass.IN, 0, DNSSEC.Digest.SHA256, record).rdataToString();
    }

    @Test
    void readsAFile() throws IOException {
        var file = Files.writeString(folder.resolve("anchors"), """
                ; our own root
                . IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
                """);

        assertThat(TrustAnchors.read(file).zone()).isEqualTo(Name.root);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "; nothing\n", "nonsense", ". IN A 127.0.0.1\n", "$INCLUDE /etc/hostname\n"})
    void refusesAFileWithoutTrustAnchors(String content) throws IOException {
        var file = Files.writeString(folder.resolve("anchors"), content);

        assertThatThrownBy(() -> TrustAnchors.read(file)).isInstanceOf(IOException.class);
    }
}

package dev.postern.foundation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.parse.Codes;
import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DkimKeyTest {

    @ParameterizedTest
    @ValueSource(ints = {1024, 1536, 2048, 4096})
    void readsAKeyWrappedAndBare(int bits) {
        RSAPublicKey key = (RSAPublicKey) rsa(bits);
        assertThat(parse("v=DKIM1; p=" + base64(key.getEncoded())).bits()).isEqualTo(bits);
        assertThat(parse("v=DKIM1; p=" + base64(pkcs1(key))).bits()).isEqualTo(bits);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "v=DKIM1; k=rsa; h=sha256; s=email; t=s; n=a note; p=", "k=rsa; p=", "p=", " v = DKIM1 ;\tp\t=\t",
            "v=DKIM1; s=tlsrpt:*; p=", "v=DKIM1; h=sha1 : sha256; p=", "v=DKIM1;K=RSA;p="})
    void readsEveryWayToWriteIt(String start) {
        String key = base64(rsa(2048).getEncoded());
        assertThat(parse(start + key)).isEqualTo(new DkimKey("rsa", 2048, false));
        // Long keys are folded by the tools that print them.
        assertThat(parse(start + key.substring(0, 64) + " " + key.substring(64) + ";")).isNotNull();
    }

    @Test
    void readsEd25519() {
        assertThat(parse("v=DKIM1; k=ed25519; p=" + base64(new byte[32]))).isEqualTo(new DkimKey("ed25519", 256,
                false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "hello                            | dkim-key-missing",
            "v=spf1 exp=a.test -all           | dkim-key-missing",
            "v=DKIM1; p=                      | dkim-key-revoked",
            "v=DKIM1; p= ;                    | dkim-key-revoked",
            "v=DKIM1; p=A; p=B                | dkim-key-syntax",
            "v=DKIM1; junk; p=A               | dkim-key-syntax",
            "p=AAAA; v=DKIM1                  | dkim-key-version",
            "v=dkim1; p=AAAA                  | dkim-key-version",
            "v=DMARC1; p=none                 | dkim-key-version",
            "v=DKIM1; k=dsa; p=AAAA           | dkim-key-algorithm",
            "v=DKIM1; h=sha1; p=AAAA          | dkim-key-hash",
            "v=DKIM1; s=tlsrpt; p=AAAA        | dkim-key-service",
            "v=DKIM1; p=AAAA                  | dkim-key-unreadable",
            "v=DKIM1; p=MI!GfMA0              | dkim-key-unreadable",
            "v=DKIM1; k=ed25519; p=AAAA       | dkim-key-unreadable"})
    void refuses(String text, String code) {
        assertThat(Codes.problems(DkimKey.parse(List.of(text)))).containsExactly(code);
    }

    @Test
    void refusesAShortKeyHoweverItIsWritten() {
        RSAPublicKey key = (RSAPublicKey) rsa(512);
        assertThat(Codes.problems(DkimKey.parse(List.of("p=" + base64(key.getEncoded()))))).containsExactly(
                "dkim-key-short");
        assertThat(Codes.problems(DkimKey.parse(List.of("p=" + base64(pkcs1(key)))))).containsExactly("dkim-key-short");
    }

    @Test
    void takesTestModeOutAndLeavesTheRest() {
        assertThat(DkimKey.withoutTestMode(List.of("v=spf1 -all", "v=DKIM1; t=y; p=AA"))).contains("v=DKIM1; p=AA");
        assertThat(DkimKey.withoutTestMode(List.of("v=DKIM1; t=s : y; p=AA"))).contains("v=DKIM1; t=s; p=AA");
    }

    @Test
    void readsAHostileRecordInLinearTime() {
        for (String text : List.of("p=" + "A".repeat(60_000), "t=" + " ".repeat(60_000) + "y; p=AA",
                ";".repeat(60_000) + "p=AA", "; ".repeat(30_000) + "p", "p=" + " ".repeat(60_000))) {
            assertThat(Codes.problems(DkimKey.parse(List.of(text)))).isNotEmpty();
        }
    }

    private static DkimKey parse(String text) {
        return DkimKey.parse(List.of(text)).orThrow();
    }

    private static PublicKey rsa(int bits) {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair().getPublic();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    /// The key alone is the end of the wrapped one: a sequence of two integers.
    private static byte[] pkcs1(RSAPublicKey key) {
        byte[] wrapped = key.getEncoded();
        int content = integer(key.getModulus()) + integer(key.getPublicExponent());
        return Arrays.copyOfRange(wrapped, wrapped.length - content - header(content), wrapped.length);
    }

    private static int integer(BigInteger value) {
        int length = value.toByteArray().length;
        return header(length) + length;
    }

    private static int header(int length) {
        return length < 0x80 ? 2 : length < 0x100 ? 3 : 4;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}

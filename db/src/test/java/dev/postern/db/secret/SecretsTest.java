package dev.postern.db.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

    private static final Place PLACE = new Place("mailbox-password", UUID.fromString("00000000-0000-0000-0000-00000000000a"),
            UUID.fromString("00000000-0000-0000-0000-00000000000b"));
    private static final Secrets SECRETS = new Secrets(key(1));

    private static byte[] key(int filled) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) filled);
        return key;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "correct horse battery staple", "пароль ✓"})
    void opensWhatItSealed(String secret) throws SecretUnreadable {
        Sealed sealed = SECRETS.seal(PLACE, secret.getBytes(UTF_8));

        assertThat(new Secrets(key(1)).open(PLACE, sealed)).as("after a restart").asString(UTF_8).isEqualTo(secret);
        assertThat(sealed.keyVersion()).isEqualTo(Secrets.KEY_VERSION);
    }

    @Test
    void theSecretIsNowhereInWhatIsStored() {
        Sealed sealed = SECRETS.seal(PLACE, "a password to look for".getBytes(UTF_8));

        assertThat(new String(sealed.secret(), UTF_8) + new String(sealed.key(), UTF_8) + sealed)
                .doesNotContain("password");
    }

    @Test
    void theSameSecretLooksDifferentEachTime() {
        Sealed one = SECRETS.seal(PLACE, new byte[20]);
        Sealed other = SECRETS.seal(PLACE, new byte[20]);

        assertThat(one.secret()).isNotEqualTo(other.secret());
        assertThat(one.key()).isNotEqualTo(other.key());
    }

    static Stream<Place> elsewhere() {
        return Stream.of(new Place("mailbox-password", PLACE.tenant(), UUID.randomUUID()),
                new Place("mailbox-password", UUID.randomUUID(), PLACE.row()),
                new Place("webhook-secret", PLACE.tenant(), PLACE.row()),
                new Place("mailbox-password", PLACE.row(), PLACE.tenant()));
    }

    @ParameterizedTest
    @MethodSource("elsewhere")
    void whatWasMovedElsewhereStaysShut(Place elsewhere) {
        Sealed sealed = SECRETS.seal(PLACE, "secret".getBytes(UTF_8));

        assertThatThrownBy(() -> SECRETS.open(elsewhere, sealed)).isInstanceOf(SecretUnreadable.class);
    }

    @Test
    void anotherInstallationsKeyDoesNotOpenIt() {
        Sealed sealed = SECRETS.seal(PLACE, "secret".getBytes(UTF_8));

        assertThatThrownBy(() -> new Secrets(key(2)).open(PLACE, sealed)).isInstanceOf(SecretUnreadable.class);
    }

    @Test
    void everyChangedByteIsNoticed() {
        Sealed sealed = SECRETS.seal(PLACE, "secret".getBytes(UTF_8));
        for (int i = 0; i < sealed.secret().length; i++) {
            refused(new Sealed(1, sealed.key(), flipped(sealed.secret(), i)));
        }
        for (int i = 0; i < sealed.key().length; i++) {
            refused(new Sealed(1, flipped(sealed.key(), i), sealed.secret()));
        }
    }

    @Test
    void whatWasCutMixedOrVersionedOtherwiseIsRefused() {
        Sealed sealed = SECRETS.seal(PLACE, "secret".getBytes(UTF_8));
        Sealed other = SECRETS.seal(PLACE, "other".getBytes(UTF_8));
        UnaryOperator<byte[]> cut = bytes -> Arrays.copyOf(bytes, bytes.length - 1);

        refused(new Sealed(1, sealed.key(), cut.apply(sealed.secret())));
        refused(new Sealed(1, cut.apply(sealed.key()), sealed.secret()));
        refused(new Sealed(1, new byte[0], sealed.secret()));
        refused(new Sealed(1, sealed.key(), new byte[5]));
        refused(new Sealed(1, other.key(), sealed.secret()));
        refused(new Sealed(2, sealed.key(), sealed.secret()));
    }

    @Test
    void aShortInstallationKeyIsRefused() {
        assertThatThrownBy(() -> new Secrets(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    }

    private static void refused(Sealed changed) {
        assertThatThrownBy(() -> SECRETS.open(PLACE, changed)).isInstanceOf(SecretUnreadable.class);
    }

    private static byte[] flipped(byte[] bytes, int at) {
        byte[] changed = bytes.clone();
        changed[at] ^= 1;
        return changed;
    }
}

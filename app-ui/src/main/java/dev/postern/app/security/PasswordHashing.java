package dev.postern.app.security;

import java.text.Normalizer;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

/// Hashes passwords, as many at once as there are processors: each takes 19 MiB and a processor for some tens of
/// milliseconds, and requests run on virtual threads, of which there is no limit.
///
/// Passwords are brought to NFKC first (NIST SP 800-63B §3.1.1.2): the same keys give other code points on another
/// system.
public final class PasswordHashing implements PasswordEncoder {

    // OWASP's password storage recommendation for Argon2id: 19 MiB, 2 iterations, 1 lane.
    private static final int MEMORY_KIB = 19 * 1024;
    private static final int ITERATIONS = 2;
    private static final int LANES = 1;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    private final PasswordEncoder encoder;
    private final Semaphore processors = new Semaphore(Runtime.getRuntime().availableProcessors(), true);

    private PasswordHashing(PasswordEncoder encoder) {
        this.encoder = encoder;
    }

    /// With Argon2id. A hash names its algorithm, so that another may follow.
    public static PasswordHashing argon2() {
        var argon2 = new Argon2PasswordEncoder(SALT_BYTES, HASH_BYTES, LANES, MEMORY_KIB, ITERATIONS);
        return new PasswordHashing(new DelegatingPasswordEncoder("argon2", Map.of("argon2", argon2)));
    }

    @Override
    public String encode(CharSequence password) {
        processors.acquireUninterruptibly();
        try {
            return encoder.encode(normal(password));
        } finally {
            processors.release();
        }
    }

    @Override
    public boolean matches(CharSequence password, String hash) {
        processors.acquireUninterruptibly();
        try {
            return encoder.matches(normal(password), hash);
        } finally {
            processors.release();
        }
    }

    private static String normal(CharSequence password) {
        return Normalizer.normalize(password, Normalizer.Form.NFKC);
    }
}

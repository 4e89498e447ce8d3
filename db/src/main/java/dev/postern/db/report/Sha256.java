package dev.postern.db.report;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// A SHA-256 digest, which can be a key of a map.
///
/// @param digest 32 bytes; the view is at its beginning
record Sha256(ByteBuffer digest) {

    static Sha256 digestOf(byte[] bytes) {
        return new Sha256(ByteBuffer.wrap(of(bytes)));
    }

    static Sha256 stored(byte[] digest) {
        return new Sha256(ByteBuffer.wrap(digest));
    }

    static byte[] of(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }

    byte[] bytes() {
        return digest.array();
    }
}

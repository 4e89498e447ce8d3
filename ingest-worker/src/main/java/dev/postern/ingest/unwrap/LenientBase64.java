package dev.postern.ingest.unwrap;

import java.util.Arrays;
import java.util.Base64;

/// Base64 as mail servers leave it: with foreign characters in between, without padding, cut off, or followed by the
/// footer of a mailing list. What can be decoded is; whether it is a whole report, the report's reader says.
///
/// The MIME library's own decoder loses the last bytes of a text without padding, which damages a gzip.
final class LenientBase64 {

    private LenientBase64() {
    }

    static byte[] decode(byte[] text) {
        return Base64.getMimeDecoder().decode(withWholeEnd(text));
    }

    /// Up to the padding, or to the last character that completes a byte: the decoder throws at anything else.
    private static byte[] withWholeEnd(byte[] text) {
        int letters = 0;
        int end = 0;
        for (int i = 0; i < text.length && text[i] != '='; i++) {
            if (isLetter(text[i])) {
                letters++;
                if (letters % 4 != 1) {
                    end = i + 1;
                }
            }
        }
        return Arrays.copyOf(text, end);
    }

    private static boolean isLetter(byte b) {
        return b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '+' || b == '/';
    }
}

package dev.postern.outbound.dns;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs requests to Amazon Web Services: Signature Version 4 with an `Authorization` header, as documented under "AWS
/// Signature Version 4 for API requests" in the IAM User Guide. Amazon's own library for it brings its
/// own layers of HTTP, identity and configuration; this is one page of the guide.
final class AwsSignature {

    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
            .withZone(ZoneOffset.UTC);

    private final String keyId;
    private final String secret;
    private final String region;
    private final String service;

    AwsSignature(String keyId, String secret, String region, String service) {
        this.keyId = keyId;
        this.secret = secret;
        this.region = region;
        this.service = service;
    }

    /// The headers to add, `X-Amz-Date` and `Authorization`.
    ///
    /// @param further headers that are sent and signed beside them, by name
    Map<String, String> headers(String method, URI uri, Map<String, String> further, byte[] body, Instant now) {
        String time = TIME.format(now);
        String scope = time.substring(0, 8) + "/" + region + "/" + service + "/aws4_request";
        var signed = new TreeMap<String, String>();
        further.forEach((name, value) -> signed.put(name.toLowerCase(java.util.Locale.ROOT), value.strip()));
        signed.put("host", uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort());
        signed.put("x-amz-date", time);
        String names = String.join(";", signed.keySet());
        String canonical = String.join("\n", method, uri.getRawPath().isEmpty() ? "/" : uri.getRawPath(), query(uri),
                signed.entrySet().stream().map(header -> header.getKey() + ":" + header.getValue() + "\n")
                        .collect(Collectors.joining()), names, hex(sha256(body)));
        String toSign = String.join("\n", ALGORITHM, time, scope, hex(sha256(canonical.getBytes(UTF_8))));
        byte[] key = hmac(hmac(hmac(hmac(("AWS4" + secret).getBytes(UTF_8), time.substring(0, 8)), region), service),
                "aws4_request");
        return Map.of("X-Amz-Date", time, "Authorization", ALGORITHM + " Credential=" + keyId + "/" + scope
                + ", SignedHeaders=" + names + ", Signature=" + hex(hmac(key, toSign)));
    }

    /// A parameter's name or value, in the only encoding that signatures know: RFC 3986's.
    static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
    }

    private static String query(URI uri) {
        return uri.getRawQuery() == null ? "" : Arrays.stream(uri.getRawQuery().split("&"))
                .map(parameter -> parameter.contains("=") ? parameter : parameter + "=").sorted()
                .collect(Collectors.joining("&"));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has HMAC with SHA-256", missing);
        }
    }
}

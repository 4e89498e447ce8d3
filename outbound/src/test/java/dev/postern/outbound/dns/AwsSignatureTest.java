package dev.postern.outbound.dns;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against the test suite that Amazon published with the algorithm ("aws-sig-v4-test-suite"), and the worked example of
/// the IAM User Guide.
class AwsSignatureTest {

    private static final Instant AT = Instant.parse("2015-08-30T12:36:00Z");
    private static final String KEY_ID = "AKIDEXAMPLE";
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final AwsSignature SUITE = new AwsSignature(KEY_ID, SECRET, "us-east-1", "service");

    @ParameterizedTest
    @CsvSource({
            "get-vanilla,GET,/,5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
            "post-vanilla,POST,/,5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            "get-vanilla-query-order-key-case,GET,/?Param2=value2&Param1=value1,"
                    + "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
            "get-vanilla-utf8-query,GET,/?%E1%88%B4=bar,2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"})
    void signsAsTheSuiteDoes(String name, String method, String path, String signature) {
        Map<String, String> headers = SUITE.headers(method, URI.create("https://example.amazonaws.com" + path), Map.of(),
                new byte[0], AT);
        assertThat(headers).as(name).containsEntry("X-Amz-Date", "20150830T123600Z").containsEntry("Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                        + "SignedHeaders=host;x-amz-date, Signature=" + signature);
    }

    @Test
    void signsFurtherHeadersAndBodies() {
        assertThat(SUITE.headers("POST", URI.create("https://example.amazonaws.com/"),
                Map.of("My-Header1", "value1"), new byte[0], AT).get("Authorization"))
                .as("post-header-key-sort").endsWith("SignedHeaders=host;my-header1;x-amz-date, Signature="
                        + "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c");
        assertThat(SUITE.headers("POST", URI.create("https://example.amazonaws.com/"),
                Map.of("Content-Type", "application/x-www-form-urlencoded"), "Param1=value1".getBytes(UTF_8), AT)
                .get("Authorization")).as("post-x-www-form-urlencoded").endsWith("Signature="
                + "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
    }

    @Test
    void signsAsTheGuideDoes() {
        var iam = new AwsSignature(KEY_ID, SECRET, "us-east-1", "iam");
        assertThat(iam.headers("GET", URI.create("https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08"),
                Map.of("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"), new byte[0], AT)
                .get("Authorization")).endsWith("SignedHeaders=content-type;host;x-amz-date, Signature="
                + "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
    }
}

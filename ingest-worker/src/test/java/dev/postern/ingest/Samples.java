package dev.postern.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Reports and mails as senders write them.
public final class Samples {

    private Samples() {
    }

    /// A report on a day.
    ///
    /// @param about a domain, for one policy with 7 sessions well and 3 failed for an expired certificate; or the
    ///              policies in JSON
    public static String report(String id, String about) {
        String policies = about.isEmpty() || about.startsWith("{") ? about : policy("sts", about, 7, 3);
        return """
                {"organization-name": "Sender Inc.",
                 "date-range": {"start-datetime": "2026-11-01T00:00:00Z", "end-datetime": "2026-11-01T23:59:59Z"},
                 "contact-info": "tls@sender.test", "report-id": "%s", "policies": [%s]}
                """.formatted(id, policies);
    }

    public static String policy(String type, String domain, long successful, long failed) {
        return """
                {"policy": {"policy-type": "%s", "policy-string": ["version: STSv1"], "policy-domain": "%s",
                            "mx-host": ["mx.provider.test"]},
                 "summary": {"total-successful-session-count": %d, "total-failure-session-count": %d},
                 "failure-details": [{"result-type": "certificate-expired", "sending-mta-ip": "192.0.2.1",
                                      "receiving-mx-hostname": "mx.provider.test", "failed-session-count": %d}]}
                """.formatted(type, domain, successful, failed, failed);
    }

    public static byte[] gzip(String text) {
        return gzip(text.getBytes(UTF_8));
    }

    public static byte[] gzip(byte[] bytes) {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }

    public static byte[] zip(Map<String, byte[]> files) {
        var packed = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(packed)) {
            for (var file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
                zip.closeEntry();
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }

    public static String base64(byte[] bytes) {
        return Base64.getMimeEncoder().encodeToString(bytes);
    }

    /// A mail as RFC 8460 §5.3 wants it, with this as its second part.
    public static String mail(String partHeader, String partBody) {
        return """
                From: tlsrpt@sender.test
                To: someone@reports.test
                Subject: Report Domain: example.com Submitter: sender.test
                TLS-Report-Domain: example.com
                TLS-Report-Submitter: sender.test
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type="tlsrpt"; boundary="part"

                --part
                Content-Type: text/plain; charset=utf-8

                This is an aggregate TLS report.
                --part
                %s

                %s
                --part--
                """.formatted(partHeader, partBody).replace("\r\n", "\n").replace("\n", "\r\n");
    }

    /// The usual mail: gzip in base64.
    public static String mail(String json) {
        return mail("""
                Content-Type: application/tlsrpt+gzip
                Content-Disposition: attachment; filename="sender.test!example.com!1793491200!1793577599.json.gz"
                Content-Transfer-Encoding: base64""", base64(gzip(json)));
    }
}

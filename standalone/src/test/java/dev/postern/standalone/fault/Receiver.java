package dev.postern.standalone.fault;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/// One ingest process as senders see it: two ports.
record Receiver(int smtp, int https) {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /// Sends by mail, as RFC 8460 §5.3 says.
    Outcome mail(String recipient, byte[] report) {
        String message = """
                From: tlsrpt@sender.test\r
                To: <%s>\r
                Subject: Report Domain: example.test Submitter: sender.test\r
                MIME-Version: 1.0\r
                Content-Type: multipart/report; report-type="tlsrpt"; boundary="cut"\r
                \r
                --cut\r
                Content-Type: application/tlsrpt+json\r
                Content-Transfer-Encoding: base64\r
                \r
                %s\r
                --cut--\r
                """.formatted(recipient, Base64.getMimeEncoder().encodeToString(report));
        try (var socket = new Socket("127.0.0.1", smtp)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String reply = reply(in);
            for (String line : List.of("EHLO sender.test", "MAIL FROM:<>", "RCPT TO:<" + recipient + ">", "DATA",
                    message + ".")) {
                if (reply.charAt(0) > '3') {
                    return new Outcome.Refused(Integer.parseInt(reply.substring(0, 3)), reply.substring(3).strip());
                }
                socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
                reply = reply(in);
            }
            return reply.startsWith("250") ? new Outcome.Acknowledged()
                    : new Outcome.Refused(Integer.parseInt(reply.substring(0, 3)), reply.substring(3).strip());
        } catch (IOException broken) {
            return new Outcome.Unknown(broken.toString());
        }
    }

    /// The last line of a reply.
    private static String reply(BufferedReader in) throws IOException {
        String line = in.readLine();
        while (line != null && line.length() > 3 && line.charAt(3) == '-') {
            line = in.readLine();
        }
        if (line == null || line.length() < 3) {
            throw new IOException("the receiver hung up");
        }
        return line;
    }

    /// Sends as RFC 8460 §5.4 says.
    Outcome post(HttpClient http, String token, byte[] report) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + https + "/v1/tlsrpt/" + token))
                .timeout(PATIENCE).header("Content-Type", "application/tlsrpt+json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(report)).build();
        try {
            var response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 201 ? new Outcome.Acknowledged()
                    : new Outcome.Refused(response.statusCode(), response.body().strip());
        } catch (IOException broken) {
            return new Outcome.Unknown(broken.toString());
        }
    }
}

package dev.postern.bench.ingest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// Sends reports as senders do, many side by side.
final class Deliveries {

    /// How a report is sent.
    enum Way {
        /// Over connections that are kept, as behind a TLS edge.
        HTTPS,
        /// Each mail over a connection of its own.
        SMTP
    }

    /// @param address the report address's unguessable part
    /// @param bytes   of the body or mail
    record Parcel(String address, byte[] bytes) {
    }

    private static final int HTTP_CREATED = 201;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final InstallationProcess installation;
    private final int atOnce;
    private final HttpClient http;

    Deliveries(InstallationProcess installation, int atOnce, HttpClient http) {
        this.installation = installation;
        this.atOnce = atOnce;
        this.http = http;
    }

    /// @return how many were acknowledged
    int send(Way way, List<Parcel> parcels) {
        var places = new Semaphore(atOnce);
        var acknowledged = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Parcel parcel : parcels) {
                places.acquireUninterruptibly();
                threads.execute(() -> {
                    try {
                        if (way == Way.HTTPS ? post(parcel) : mail(parcel)) {
                            acknowledged.incrementAndGet();
                        }
                    } catch (IOException refused) {
                        throw new UncheckedIOException(refused);
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    } finally {
                        places.release();
                    }
                });
            }
        }
        return acknowledged.get();
    }

    private boolean post(Parcel parcel) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + installation.httpPort() + "/v1/tlsrpt/"
                        + parcel.address())).timeout(PATIENCE).header("Content-Type", "application/tlsrpt+gzip")
                .POST(HttpRequest.BodyPublishers.ofByteArray(parcel.bytes())).build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == HTTP_CREATED;
    }

    private boolean mail(Parcel parcel) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), installation.smtpPort())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.setTcpNoDelay(true);
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            boolean kept = reply(in).startsWith("220")
                    && say(socket, in, "EHLO sender.test\r\n").startsWith("250")
                    && say(socket, in, "MAIL FROM:<>\r\n").startsWith("250")
                    && say(socket, in, "RCPT TO:<" + parcel.address() + "@" + Installation.HOST + ">\r\n")
                            .startsWith("250")
                    && say(socket, in, "DATA\r\n").startsWith("354");
            if (!kept) {
                return false;
            }
            socket.getOutputStream().write(parcel.bytes());
            boolean acknowledged = say(socket, in, ".\r\n").startsWith("250");
            say(socket, in, "QUIT\r\n");
            return acknowledged;
        }
    }

    private static String say(Socket socket, BufferedReader in, String line) throws IOException {
        socket.getOutputStream().write(line.getBytes(US_ASCII));
        socket.getOutputStream().flush();
        return reply(in);
    }

    /// The last line of a reply; empty when the receiver has gone.
    private static String reply(BufferedReader in) throws IOException {
        String line = in.readLine();
        while (line != null && line.length() > 3 && line.charAt(3) == '-') {
            line = in.readLine();
        }
        return line == null ? "" : line;
    }
}

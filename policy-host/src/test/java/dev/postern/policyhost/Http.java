package dev.postern.policyhost;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.function.Predicate;

/// Asks over a bare socket, so that nothing tidies up what is sent or what comes back.
record Http(int port) {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /// An answer, read until the server closed the connection.
    record Answer(String head, String body) {

        int status() {
            return Integer.parseInt(head.split(" ", 3)[1]);
        }

        /// The value of a header, or an empty text.
        String header(String name) {
            return head.lines().filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip()).findFirst().orElse("");
        }
    }

    Answer policy(String host) throws IOException {
        return request("GET", host, PolicyHandler.POLICY_PATH);
    }

    Answer request(String method, String host, String path) throws IOException {
        return send(method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    }

    Answer send(String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            String text = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            return new Answer(text.substring(0, end), text.substring(end + 4));
        }
    }

    /// Asks for the policy until the answer is as wished; fails after some seconds with the last one.
    Answer await(String host, Predicate<Answer> wished) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Answer answer = policy(host);
            if (wished.test(answer)) {
                return answer;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("still " + answer);
            }
            Thread.onSpinWait();
        }
    }
}

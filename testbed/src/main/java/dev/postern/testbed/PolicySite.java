package dev.postern.testbed;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/// What a [WebServer] answers at the policy's path to who asks for one host.
///
/// It starts with status 404, as a web server without a policy file does. Every method that edits returns the site, for
/// chaining, and changes only what it names: `serve(policy).contentType("text/html")`; [#serve] makes it healthy.
public final class PolicySite {

    private static final int POLICY_LIMIT = 64 * 1024;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    /// How a part of the answer is sent.
    private enum Pace { WHOLE, SLOW, ENDLESS, BROKEN_OFF }

    /// @param headers how the headers after the status line are sent
    /// @param pace    how the body is sent
    /// @param pause   between two bytes of what is slow
    /// @param delay   before the first byte
    private record Answer(int status, Optional<String> contentType, Optional<String> location, byte[] body,
                          Pace headers, Pace pace, Duration pause, Duration delay) {

        Answer status(int other) {
            return new Answer(other, contentType, location, body, headers, pace, pause, delay);
        }

        Answer contentType(Optional<String> other) {
            return new Answer(status, other, location, body, headers, pace, pause, delay);
        }

        Answer redirect(String to) {
            return new Answer(301, contentType, Optional.of(to), body, headers, pace, pause, delay);
        }

        Answer body(byte[] other) {
            return new Answer(status, contentType, location, other, headers, pace, pause, delay);
        }

        Answer headers(Pace other, Duration between) {
            return new Answer(status, contentType, location, body, other, pace, between, delay);
        }

        Answer pace(Pace other, Duration between) {
            return new Answer(status, contentType, location, body, headers, other, between, delay);
        }

        Answer delay(Duration other) {
            return new Answer(status, contentType, location, body, headers, pace, pause, other);
        }
    }

    private static final Answer NOTHING_THERE = new Answer(404, Optional.of("text/html"), Optional.empty(), new byte[0],
            Pace.WHOLE, Pace.WHOLE, Duration.ZERO, Duration.ZERO);

    private volatile Answer answer = NOTHING_THERE;

    PolicySite() {
    }

    /// Serves this policy as it should be: status 200, `text/plain`, at once.
    public PolicySite serve(String policy) {
        answer = NOTHING_THERE.status(200).contentType(Optional.of("text/plain"))
                .body(policy.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /// Has no policy: status 404.
    public PolicySite nothing() {
        answer = NOTHING_THERE;
        return this;
    }

    /// Answers with this status; body and type stay.
    public PolicySite status(int status) {
        answer = answer.status(status);
        return this;
    }

    /// Redirects with status 301, which a sender must not follow (RFC 8461 §3.3).
    public PolicySite redirect(String location) {
        answer = answer.redirect(location);
        return this;
    }

    /// Sends this Content-Type; none when empty.
    public PolicySite contentType(String type) {
        answer = answer.contentType(Optional.of(type).filter(text -> !text.isEmpty()));
        return this;
    }

    /// Sends these bytes; status and type stay.
    public PolicySite body(byte[] body) {
        answer = answer.body(body.clone());
        return this;
    }

    /// Sends the policy with CRLF at the end of each line, as RFC 8461 §3.2 writes it.
    public PolicySite crlf() {
        return lineEnd("\r\n");
    }

    /// Sends the policy with LF at the end of each line, which is allowed.
    public PolicySite lf() {
        return lineEnd("\n");
    }

    /// Sends the policy with CR alone at the end of each line, which is no line end.
    public PolicySite crOnly() {
        return lineEnd("\r");
    }

    /// Sends a byte order mark before the policy, as some editors write it.
    public PolicySite byteOrderMark() {
        byte[] body = Arrays.copyOf(BYTE_ORDER_MARK, BYTE_ORDER_MARK.length + answer.body.length);
        System.arraycopy(answer.body, 0, body, BYTE_ORDER_MARK.length, answer.body.length);
        return body(body);
    }

    /// Sends a web page with status 200, as hosters do for names they know nothing of.
    public PolicySite htmlPage() {
        return serve("<!DOCTYPE html>\n<html><head><title>Welcome</title></head><body>It works!</body></html>\n")
                .contentType("text/html; charset=utf-8");
    }

    /// Sends the policy, valid as it stands, followed by further fields to more than 64 KiB (RFC 8461 §3.3).
    public PolicySite oversize() {
        var body = new StringBuilder(text());
        String end = body.indexOf("\r\n") >= 0 ? "\r\n" : "\n";
        for (int field = 0; body.length() <= POLICY_LIMIT; field++) {
            body.append("filler").append(field).append(": ").append("x".repeat(60)).append(end);
        }
        return body(body.toString().getBytes(StandardCharsets.UTF_8));
    }

    /// Sends the body one byte at a time.
    ///
    /// @param pause between two bytes
    public PolicySite slowBody(Duration pause) {
        return pace(Pace.SLOW, pause);
    }

    /// Repeats the body for as long as the client reads; an empty one as zero bytes.
    public PolicySite endlessBody() {
        return pace(Pace.ENDLESS, Duration.ZERO);
    }

    /// Announces the whole body, sends half of it, and closes the connection.
    public PolicySite brokenBody() {
        return pace(Pace.BROKEN_OFF, Duration.ZERO);
    }

    /// Sends the headers one byte at a time.
    ///
    /// @param pause between two bytes
    public PolicySite slowHeaders(Duration pause) {
        answer = answer.headers(Pace.SLOW, pause);
        return this;
    }

    /// Sends headers for as long as the client reads.
    public PolicySite endlessHeaders() {
        answer = answer.headers(Pace.ENDLESS, Duration.ZERO);
        return this;
    }

    /// Sends the status line and half of the headers, and closes the connection.
    public PolicySite brokenHeaders() {
        answer = answer.headers(Pace.BROKEN_OFF, Duration.ZERO);
        return this;
    }

    /// Waits this long before each answer.
    public PolicySite delay(Duration before) {
        answer = answer.delay(before);
        return this;
    }

    private PolicySite lineEnd(String end) {
        return body(text().replaceAll("\r\n|\r|\n", end).getBytes(StandardCharsets.UTF_8));
    }

    private String text() {
        return new String(answer.body, StandardCharsets.UTF_8);
    }

    private PolicySite pace(Pace pace, Duration pause) {
        answer = answer.pace(pace, pause);
        return this;
    }

    /// Answers one request.
    ///
    /// @param bodyless whether it was HEAD
    /// @return whether the connection can carry another request
    boolean answer(Connection connection, boolean bodyless) throws IOException {
        var now = answer;
        connection.pause(now.delay);
        OutputStream out = connection.out();
        byte[] head = head(now).getBytes(StandardCharsets.UTF_8);
        switch (now.headers) {
            case WHOLE -> out.write(head);
            case SLOW -> slowly(connection, head, now.pause);
            case ENDLESS -> {
                // All but the empty line that would end them.
                out.write(head, 0, head.length - 2);
                endlessly(connection, "X-Filler: %s\r\n".formatted("x".repeat(60)).getBytes(StandardCharsets.UTF_8));
                return false;
            }
            case BROKEN_OFF -> {
                out.write(head, 0, head.length / 2);
                return false;
            }
        }
        if (bodyless) {
            return true;
        }
        switch (now.pace) {
            case WHOLE -> out.write(now.body);
            case SLOW -> slowly(connection, now.body, now.pause);
            case ENDLESS -> {
                byte[] piece = now.body.length == 0 ? new byte[1024] : now.body;
                endlessly(connection, piece);
                return false;
            }
            case BROKEN_OFF -> {
                out.write(now.body, 0, now.body.length / 2);
                return false;
            }
        }
        return true;
    }

    private static String head(Answer now) {
        var head = new StringBuilder("HTTP/1.1 " + now.status + " " + reason(now.status) + "\r\n");
        now.contentType.ifPresent(type -> head.append("Content-Type: ").append(type).append("\r\n"));
        now.location.ifPresent(location -> head.append("Location: ").append(location).append("\r\n"));
        // A body without a length goes on until the connection closes.
        head.append(now.pace == Pace.ENDLESS ? "Connection: close\r\n" : "Content-Length: " + now.body.length + "\r\n");
        return head.append("\r\n").toString();
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 404 -> "Not Found";
            case 500 -> "Internal Server Error";
            case 503 -> "Service Unavailable";
            default -> "Status";
        };
    }

    private static void slowly(Connection connection, byte[] bytes, Duration pause) throws IOException {
        for (byte one : bytes) {
            connection.out().write(one);
            connection.out().flush();
            connection.pause(pause);
        }
    }

    private static void endlessly(Connection connection, byte[] piece) throws IOException {
        while (!connection.isOver()) {
            connection.out().write(piece);
            connection.out().flush();
        }
    }
}

package dev.postern.testbed;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/// One connection to an [SmtpServer], from the greeting to the end.
final class SmtpDialogue {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int MAX_COMMAND = 4096;
    private static final int MAX_MESSAGE = 10 * 1024 * 1024;
    private static final byte[] GARBAGE = "This is no TLS record.\n".repeat(20).getBytes(StandardCharsets.US_ASCII);

    private final Connection connection;
    private final String name;
    private final SmtpBehaviour how;
    private final CertificateBySni certificates;
    private final SmtpTranscript transcript;
    private final Consumer<Delivered> delivered;

    private InputStream in;
    private OutputStream out;
    private Optional<TlsConversation> tls = Optional.empty();
    private boolean greeted;
    private Optional<String> from = Optional.empty();
    private final List<String> recipients = new ArrayList<>();

    SmtpDialogue(Connection connection, String name, SmtpBehaviour how, CertificateBySni certificates,
                 SmtpTranscript transcript, Consumer<Delivered> delivered) {
        this.connection = connection;
        this.name = name;
        this.how = how;
        this.certificates = certificates;
        this.transcript = transcript;
        this.delivered = delivered;
        this.in = connection.in();
        this.out = connection.out();
    }

    /// @param atOnce how many connections there are, this one included
    void hold(int atOnce) throws IOException {
        connection.patience(PATIENCE);
        if (how.connectionLimit.isPresent() && atOnce > how.connectionLimit.getAsInt()) {
            connection.lastWord();
            say(421, "4.7.0 " + name + " too many connections");
            return;
        }
        switch (how.opening) {
            case GREETING -> greetAndServe();
            case SILENCE -> connection.waitForTheEnd();
            case RESET -> connection.reset();
            case END -> transcript.note("closed");
            case ENDLESS_BANNER -> repeat("220-" + name + " welcomes you" + how.lineEnd);
            case ENDLESS_LINE -> repeat("220 " + name + " welcomes you and ");
        }
    }

    private void greetAndServe() throws IOException {
        connection.pause(how.greetingDelay);
        var lines = how.greetingLines.isEmpty() ? List.of(name + " ESMTP") : how.greetingLines;
        say(how.greetingCode, lines);
        // A server that puts off or refuses waits for QUIT (RFC 5321 §3.1).
        if (how.closesAfterGreeting) {
            return;
        }
        var line = command();
        while (line.isPresent() && obey(line.get())) {
            line = command();
        }
        if (tls.isPresent()) {
            tls.get().close();
        }
    }

    /// @return whether the dialogue goes on
    private boolean obey(String line) throws IOException {
        int space = line.indexOf(' ');
        String verb = (space < 0 ? line : line.substring(0, space)).toUpperCase(Locale.ROOT);
        String argument = space < 0 ? "" : line.substring(space + 1).trim();
        if (verb.equals("QUIT")) {
            connection.lastWord();
            say(221, "2.0.0 Bye");
            return false;
        }
        if (how.greetingCode != 220) {
            say(503, "5.5.1 Only QUIT");
            return true;
        }
        switch (verb) {
            case "EHLO" -> ehlo(argument);
            case "HELO" -> helo(argument);
            case "STARTTLS" -> {
                return startTls();
            }
            case "MAIL" -> mail(argument);
            case "RCPT" -> recipient(argument);
            case "DATA" -> {
                return data();
            }
            case "RSET" -> {
                forgetMail();
                say(250, "2.0.0 Ok");
            }
            case "NOOP" -> say(250, "2.0.0 Ok");
            case "VRFY" -> say(252, "2.1.5 Send some mail, I'll try my best");
            default -> say(500, "5.5.2 Unknown command");
        }
        return true;
    }

    private void ehlo(String who) throws IOException {
        if (!how.acceptsEhlo) {
            say(502, "5.5.1 Command not implemented");
            return;
        }
        helloFrom(who, () -> say(250, ehloAnswer()));
    }

    private void helo(String who) throws IOException {
        helloFrom(who, () -> say(250, name));
    }

    private interface Answer {
        void give() throws IOException;
    }

    private void helloFrom(String who, Answer answer) throws IOException {
        if (who.isEmpty()) {
            say(501, "5.5.4 Say who you are");
            return;
        }
        forgetMail();
        greeted = true;
        answer.give();
    }

    private List<String> ehloAnswer() {
        var lines = new ArrayList<String>();
        lines.add(name);
        lines.addAll(how.extensions.orElseGet(this::usualExtensions));
        return how.lowerCase ? lines.stream().map(line -> line.toLowerCase(Locale.ROOT)).toList() : lines;
    }

    private List<String> usualExtensions() {
        var lines = new ArrayList<>(List.of("PIPELINING", "SIZE " + MAX_MESSAGE, "8BITMIME"));
        if (how.offersStartTls && tls.isEmpty()) {
            lines.add("STARTTLS");
        }
        lines.add("ENHANCEDSTATUSCODES");
        return lines;
    }

    private boolean startTls() throws IOException {
        if (tls.isPresent()) {
            say(503, "5.5.1 TLS is there already");
            return true;
        }
        switch (how.startTls) {
            case NOT_IMPLEMENTED -> {
                say(502, "5.5.1 Command not implemented");
                return true;
            }
            case REFUSED -> {
                say(454, "4.7.0 TLS not available due to local problem");
                return true;
            }
            case PLAIN_TEXT -> {
                agree();
                hello();
                say(500, "5.5.2 Unknown command");
                return true;
            }
            case GARBAGE -> {
                agree();
                hello();
                out.write(GARBAGE);
                out.flush();
                transcript.note("garbage");
                return false;
            }
            case RESET -> {
                agree();
                hello();
                transcript.note("reset");
                connection.reset();
                return false;
            }
            case END -> {
                agree();
                hello();
                transcript.note("closed");
                return false;
            }
            case SILENCE -> {
                agree();
                hello();
                connection.waitForTheEnd();
                return false;
            }
            case INJECTED_REPLY -> {
                dropWhatWasSentAhead();
                var lines = new ArrayList<>(List.of("220 2.0.0 Ready to start TLS"));
                var answer = ehloAnswer();
                for (int i = 0; i < answer.size(); i++) {
                    lines.add((i < answer.size() - 1 ? "250-" : "250 ") + answer.get(i));
                }
                // In one write, so that a client has the lot in its buffer when it reads the first line.
                write(String.join(how.lineEnd, lines) + how.lineEnd);
                lines.forEach(transcript::server);
                shakeHands();
                return true;
            }
            case HANDSHAKE -> {
                agree();
                shakeHands();
                return true;
            }
        }
        return true;
    }

    private void agree() throws IOException {
        dropWhatWasSentAhead();
        say(220, "2.0.0 Ready to start TLS");
    }

    /// What the client sent together with STARTTLS was said by nobody knows whom (RFC 3207 §4.2).
    private void dropWhatWasSentAhead() throws IOException {
        in.skipNBytes(in.available());
    }

    private ClientHelloRecord hello() throws IOException {
        var hello = ClientHelloRecord.read(in);
        transcript.helloFor(hello.serverName());
        return hello;
    }

    private void shakeHands() throws IOException {
        var hello = hello();
        var terms = new TlsTerms(certificates.choose(hello.serverName()), how.versions, how.refusesHandshake);
        try {
            var conversation = TlsConversation.accept(hello.followedBy(in), out, terms);
            transcript.established(conversation.version());
            tls = Optional.of(conversation);
            in = new BufferedInputStream(conversation.in());
            out = conversation.out();
            greeted = false;
            forgetMail();
        } catch (IOException failed) {
            transcript.note("TLS failed: " + failed.getMessage());
            throw failed;
        }
    }

    private void mail(String argument) throws IOException {
        if (!greeted) {
            say(503, "5.5.1 EHLO first");
        } else if (how.requiresTls && tls.isEmpty()) {
            say(530, "5.7.0 Must issue a STARTTLS command first");
        } else if (path(argument, "FROM:").isEmpty()) {
            say(501, "5.5.4 MAIL FROM:<address>");
        } else {
            forgetMail();
            from = path(argument, "FROM:");
            say(250, "2.1.0 Ok");
        }
    }

    private void recipient(String argument) throws IOException {
        var to = path(argument, "TO:");
        if (from.isEmpty()) {
            say(503, "5.5.1 MAIL first");
        } else if (to.isEmpty() || to.get().isEmpty()) {
            say(501, "5.5.4 RCPT TO:<address>");
        } else {
            recipients.add(to.get());
            say(250, "2.1.5 Ok");
        }
    }

    private boolean data() throws IOException {
        if (recipients.isEmpty()) {
            say(503, "5.5.1 RCPT first");
            return true;
        }
        say(354, "End data with <CR><LF>.<CR><LF>");
        var message = new ByteArrayOutputStream();
        boolean tooLarge = false;
        for (var line = line(MAX_MESSAGE); ; line = line(MAX_MESSAGE)) {
            if (line.isEmpty()) {
                return false;
            }
            byte[] bytes = line.get();
            if (bytes.length == 1 && bytes[0] == '.') {
                break;
            }
            tooLarge |= message.size() + bytes.length > MAX_MESSAGE;
            if (!tooLarge) {
                int stuffed = bytes.length > 0 && bytes[0] == '.' ? 1 : 0;
                message.write(bytes, stuffed, bytes.length - stuffed);
                message.write('\r');
                message.write('\n');
            }
        }
        transcript.note(message.size() + " bytes of data");
        if (tooLarge) {
            say(552, "5.3.4 Too large");
        } else {
            delivered.accept(new Delivered(from.orElseThrow(), recipients, message.toByteArray(),
                    tls.map(TlsConversation::version)));
            say(250, "2.0.0 Ok: taken");
        }
        forgetMail();
        return true;
    }

    private static Optional<String> path(String argument, String keyword) {
        if (!argument.regionMatches(true, 0, keyword, 0, keyword.length())) {
            return Optional.empty();
        }
        String rest = argument.substring(keyword.length()).trim();
        int end = rest.indexOf('>');
        return rest.startsWith("<") && end > 0 ? Optional.of(rest.substring(1, end)) : Optional.empty();
    }

    private void forgetMail() {
        from = Optional.empty();
        recipients.clear();
    }

    /// @return empty when the client has closed or said too much
    private Optional<String> command() throws IOException {
        var line = line(MAX_COMMAND).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
        line.ifPresent(transcript::client);
        return line;
    }

    private Optional<byte[]> line(int max) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 || line.size() == max) {
                return Optional.empty();
            }
            line.write(next);
        }
        byte[] bytes = line.toByteArray();
        return Optional.of(bytes.length > 0 && bytes[bytes.length - 1] == '\r'
                ? Arrays.copyOf(bytes, bytes.length - 1) : bytes);
    }

    private void say(int code, String line) throws IOException {
        say(code, List.of(line));
    }

    private void say(int code, List<String> lines) throws IOException {
        var whole = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String line = code + (i < lines.size() - 1 ? "-" : " ") + lines.get(i);
            transcript.server(line);
            whole.append(line).append(how.lineEnd);
            if (how.lineDelay.isPositive()) {
                connection.pause(how.lineDelay);
                write(whole.toString());
                whole.setLength(0);
            }
        }
        write(whole.toString());
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void repeat(String piece) throws IOException {
        transcript.server(piece.strip() + " (for ever)");
        while (!connection.isOver()) {
            write(piece);
        }
    }
}

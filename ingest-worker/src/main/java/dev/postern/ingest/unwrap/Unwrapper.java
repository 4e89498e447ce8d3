package dev.postern.ingest.unwrap;

import dev.postern.parse.Parsed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;

/// Finds the reports in what was received.
///
/// The bytes decide before names and types do: senders give reports all kinds of types, call gzip JSON and JSON gzip.
/// A part counts as a report when it is gzip or begins as a JSON object; a text part for people is neither.
public final class Unwrapper {

    private static final String MAIL = "message/rfc822";
    private static final Pattern FILE_NAME = Pattern.compile("(?:file)?name\\*?=\"?([^\";\\r\\n]+)",
            Pattern.CASE_INSENSITIVE);

    private final UnwrapLimits limits;

    public Unwrapper(UnwrapLimits limits) {
        this.limits = limits;
    }

    /// The reports in a receipt, each plain or gzip as it was sent.
    ///
    /// @param contentType `message/rfc822` for mail, else as sent
    public Parsed<List<byte[]>> unwrap(byte[] received, String contentType) {
        return contentType.toLowerCase(Locale.ROOT).startsWith(MAIL) ? mail(received)
                : Parsed.valid(List.of(received));
    }

    private Parsed<List<byte[]>> mail(byte[] message) {
        var reports = new ArrayList<byte[]>();
        try {
            read(message, reports);
        } catch (TooMuch tooMuch) {
            return Parsed.invalid("mail-limit", tooMuch.getMessage(), "");
        } catch (MimeException | IOException broken) {
            // What was found before the break still counts; the reader says whether it is whole.
            if (reports.isEmpty()) {
                return Parsed.invalid("mail-broken", "The mail is not well-formed, and no report could be taken out "
                        + "of it.", "RFC 2045");
            }
        }
        return reports.isEmpty()
                ? Parsed.invalid("mail-without-report", "The mail holds no report: no part is JSON or gzip.",
                        "RFC 8460 §5.3")
                : Parsed.valid(List.copyOf(reports));
    }

    private void read(byte[] message, List<byte[]> reports) throws MimeException, IOException, TooMuch {
        var config = new MimeConfig.Builder()
                .setMaxHeaderCount(limits.maxHeaders())
                .setMaxHeaderLen(limits.maxHeaderBytes())
                .setMaxLineLen(-1)
                .setMalformedHeaderStartsBody(false)
                .build();
        var tokens = new MimeTokenStream(config, DecodeMonitor.SILENT, null);
        tokens.parse(new ByteArrayInputStream(message));
        int parts = 0;
        int depth = 0;
        String disposition = "";
        for (EntityState state = tokens.getState(); state != EntityState.T_END_OF_STREAM; state = tokens.next()) {
            switch (state) {
                case T_START_MULTIPART, T_START_MESSAGE -> {
                    if (++depth > limits.maxDepth()) {
                        throw new TooMuch("The mail is nested deeper than " + limits.maxDepth() + " levels, the limit.");
                    }
                }
                case T_END_MULTIPART, T_END_MESSAGE -> depth--;
                case T_START_HEADER -> disposition = "";
                case T_FIELD -> {
                    String field = tokens.getField().getName().toLowerCase(Locale.ROOT);
                    if (field.equals("content-disposition") || field.equals("content-type")) {
                        disposition += " " + tokens.getField().getBody();
                    }
                }
                case T_BODY -> {
                    if (++parts > limits.maxParts()) {
                        throw new TooMuch("The mail has more than " + limits.maxParts() + " parts, the limit.");
                    }
                    body(tokens, disposition, reports);
                }
                default -> {
                    // Preambles and ends carry nothing.
                }
            }
        }
    }

    private void body(MimeTokenStream tokens, String disposition, List<byte[]> reports) throws IOException, TooMuch {
        byte[] content;
        try (InputStream decoded = tokens.getDecodedInputStream()) {
            content = decoded.readAllBytes();
        }
        if (!mayBeReport(content, disposition)) {
            return;
        }
        if (reports.size() == limits.maxReports()) {
            throw new TooMuch("The mail holds more than " + limits.maxReports() + " reports, the limit.");
        }
        reports.add(content);
    }

    private static boolean mayBeReport(byte[] content, String disposition) {
        if (content.length == 0) {
            return false;
        }
        if (content.length > 1 && (content[0] & 0xff) == 0x1f && (content[1] & 0xff) == 0x8b) {
            return true;
        }
        int first = 0;
        if (content.length > 2 && (content[0] & 0xff) == 0xef) {
            first = 3;
        }
        while (first < content.length && Character.isWhitespace(content[first])) {
            first++;
        }
        return first < content.length && content[first] == '{' || namedAsReport(disposition);
    }

    /// What calls itself a report and is none is better rejected by name than passed over.
    private static boolean namedAsReport(String disposition) {
        String lower = disposition.toLowerCase(Locale.ROOT);
        if (lower.contains("application/tlsrpt")) {
            return true;
        }
        Matcher name = FILE_NAME.matcher(lower);
        while (name.find()) {
            String file = name.group(1).strip();
            if (file.endsWith(".json") || file.endsWith(".json.gz")) {
                return true;
            }
        }
        return false;
    }

    private static final class TooMuch extends Exception {
        TooMuch(String message) {
            super(message);
        }
    }
}

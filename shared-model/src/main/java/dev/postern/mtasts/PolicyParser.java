package dev.postern.mtasts;

import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads one policy body. One instance reads once.
///
/// Strict where a sender would be: a policy that some senders refuse is not valid here. Every problem is found, not
/// only the first, so that a person mends the file once.
final class PolicyParser {

    private static final String RULE = "RFC 8461 §3.2";
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,31}");
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,10}");

    private final byte[] body;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> notes = new ArrayList<>();
    private final Map<String, String> first = new LinkedHashMap<>();
    private final List<String> mxValues = new ArrayList<>();

    PolicyParser(byte[] body) {
        this.body = body;
    }

    Parsed<StsPolicy> parse() {
        String text = text();
        if (!problems.isEmpty()) {
            return new Parsed.Invalid<>(problems);
        }
        lines(text).forEach(this::line);
        version();
        Optional<Mode> mode = mode();
        Optional<Long> maxAge = maxAge();
        List<MxPattern> mx = mx();
        if (mode.isPresent() && mode.get() != Mode.NONE && mxValues.isEmpty()) {
            problem("mx-missing", "The policy names no mx. In " + mode.get().wire() + " it needs one for each mail "
                    + "server.");
        }
        if (!problems.isEmpty()) {
            return new Parsed.Invalid<>(problems);
        }
        var extensions = new LinkedHashMap<>(first);
        List.of("version", "mode", "max_age").forEach(extensions::remove);
        return Parsed.valid(new StsPolicy(mode.orElseThrow(), maxAge.orElseThrow(), mx, extensions), notes);
    }

    private String text() {
        if (body.length == 0) {
            problem("policy-empty", "The policy is empty.");
        } else if (body.length > StsPolicy.MAX_BODY_BYTES) {
            problems.add(new Problem("policy-too-large", "The policy has more than " + StsPolicy.MAX_BODY_BYTES
                    + " bytes (64 KiB); senders stop reading there.", "RFC 8461 §3.3"));
        }
        String text = new String(body, StandardCharsets.UTF_8);
        if (text.startsWith("\uFEFF")) {
            problem("policy-bom", "The file begins with a byte order mark; save it as plain ASCII.");
        } else if (text.stripLeading().startsWith("<")) {
            problem("policy-html", "A web page is served instead of the policy file.");
        } else if (!text.chars().allMatch(c -> c < 0x80)) {
            // The grammar allows UTF-8 only in extension values; a name beyond ASCII must be written in A-labels.
            notes.add(new Problem("policy-not-ascii", "The policy holds characters beyond US-ASCII.", RULE));
        }
        return text;
    }

    private List<String> lines(String text) {
        if (text.indexOf('\r') >= 0 && text.indexOf('\n') < 0) {
            problem("policy-line-ends", "Lines end in CR alone; they must end in CRLF or LF.");
            return List.of();
        }
        String unixLines = text.replace("\r\n", "\n");
        if (unixLines.indexOf('\r') >= 0) {
            problem("policy-line-ends", "A CR stands within a line; lines must end in CRLF or LF.");
            return List.of();
        }
        if (unixLines.endsWith("\n")) {
            unixLines = unixLines.substring(0, unixLines.length() - 1);
        }
        return List.of(unixLines.split("\n", -1));
    }

    private void line(String line) {
        if (line.isBlank()) {
            notes.add(new Problem("policy-blank-line", "There is a blank line, which the grammar does not allow.", RULE));
            return;
        }
        int colon = line.indexOf(':');
        if (colon < 0) {
            problem("policy-line", "'" + shown(line) + "' is not of the form key: value.");
            return;
        }
        String key = line.substring(0, colon);
        String value = line.substring(colon + 1).strip();
        if (!KEY.matcher(key).matches()) {
            problem("policy-key", "'" + shown(key) + "' is no key: letters, digits, _ - . only, and nothing before the "
                    + "colon.");
            return;
        }
        if (key.equals("mx")) {
            mxValues.add(value);
        } else if (first.putIfAbsent(key, value) != null) {
            notes.add(new Problem("policy-key-repeated", "'" + key + "' is there more than once; the first counts.",
                    RULE));
        }
    }

    private void version() {
        String version = first.get("version");
        if (version == null) {
            problem("version-missing", "The line 'version: STSv1' is missing.");
        } else if (!version.equals("STSv1")) {
            problem("version-unknown", "The version is '" + shown(version) + "'; it must be exactly STSv1.");
        }
    }

    private Optional<Mode> mode() {
        String word = first.get("mode");
        if (word == null) {
            problem("mode-missing", "The mode is missing: testing, enforce or none.");
            return Optional.empty();
        }
        Optional<Mode> mode = Mode.byWire(word);
        if (mode.isEmpty()) {
            boolean caseOnly = Mode.byWire(word.toLowerCase(Locale.ROOT)).isPresent();
            problem(caseOnly ? "mode-case" : "mode-unknown", "The mode is '" + shown(word)
                    + "'; it must be testing, enforce or none" + (caseOnly ? ", in lower case." : "."));
        }
        return mode;
    }

    private Optional<Long> maxAge() {
        String text = first.get("max_age");
        if (text == null) {
            problem("max-age-missing", "max_age is missing: how many seconds senders keep the policy.");
            return Optional.empty();
        }
        if (!DIGITS.matcher(text).matches()) {
            problem("max-age-syntax", "max_age is '" + shown(text) + "'; it must be 1 to 10 digits.");
            return Optional.empty();
        }
        long seconds = Long.parseLong(text);
        if (seconds > StsPolicy.MAX_MAX_AGE_SECONDS) {
            problem("max-age-too-large", "max_age is " + seconds + "; the most is " + StsPolicy.MAX_MAX_AGE_SECONDS
                    + " seconds, about a year.");
            return Optional.empty();
        }
        if (seconds == 0) {
            notes.add(new Problem("max-age-zero", "max_age is 0: senders forget the policy at once.", RULE));
        }
        return Optional.of(seconds);
    }

    private List<MxPattern> mx() {
        var patterns = new ArrayList<MxPattern>();
        for (String value : mxValues) {
            switch (MxPattern.parse(value)) {
                case Parsed.Valid<MxPattern>(var pattern, var _) -> patterns.add(pattern);
                case Parsed.Invalid<MxPattern>(var wrong) -> problems.addAll(wrong);
            }
        }
        return patterns;
    }

    private void problem(String code, String message) {
        problems.add(new Problem(code, message, RULE));
    }

    private static String shown(String text) {
        String printable = text.replaceAll("[^\\x20-\\x7E]", "?");
        return printable.length() > 60 ? printable.substring(0, 60) + "…" : printable;
    }
}

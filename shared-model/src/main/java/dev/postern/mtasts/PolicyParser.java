package dev.postern.mtasts;

import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.parse.Quoted;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads one policy body. One instance reads once.
///
/// Strict where a sender that keeps to the grammar is: what it refuses is not valid here. Every problem is found, not
/// only the first, so that a person mends the file once; of a file that is wrong in each line, the first
/// [#MOST_PROBLEMS]. The order of the lines is free: the grammar only asks for each key once.
final class PolicyParser {

    private static final String RULE = "RFC 8461 §3.2";
    private static final int MOST_PROBLEMS = 20;
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,31}");
    /// `sts-policy-ext-value`: UTF-8 without control characters, not empty, no space at either end.
    private static final Pattern EXTENSION_VALUE = Pattern.compile("[^\\p{Cntrl} ](?:[^\\p{Cntrl}]*[^\\p{Cntrl} ])?");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\\t]]");
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");
    private static final int MAX_AGE_DIGITS = 10;
    private static final Set<String> OWN_KEYS = Set.of("version", "mode", "max_age", "mx");

    private final byte[] body;
    private final Set<Problem> problems = new LinkedHashSet<>();
    private final Set<Problem> notes = new LinkedHashSet<>();
    private final Map<String, String> first = new LinkedHashMap<>();
    private final List<String> mxValues = new ArrayList<>();

    PolicyParser(byte[] body) {
        this.body = body;
    }

    static boolean isExtension(Map.Entry<String, String> field) {
        return !OWN_KEYS.contains(field.getKey()) && KEY.matcher(field.getKey()).matches()
                && EXTENSION_VALUE.matcher(field.getValue()).matches();
    }

    Parsed<StsPolicy> parse() {
        text().ifPresent(text -> lines(text).forEach(this::line));
        if (!problems.isEmpty() && first.isEmpty() && mxValues.isEmpty()) {
            // Nothing was read as a policy: which keys are missing would only bury the reason.
            return invalid();
        }
        version();
        Optional<Mode> mode = mode();
        Optional<Long> maxAge = maxAge();
        List<MxPattern> mx = mx();
        if (mode.isPresent() && mode.get() != Mode.NONE && mxValues.isEmpty()) {
            problem("mx-missing", "The policy names no mx. In " + mode.get().wire() + " it needs one for each mail "
                    + "server.");
        }
        Map<String, String> extensions = extensions();
        return problems.isEmpty()
                ? Parsed.valid(new StsPolicy(mode.orElseThrow(), maxAge.orElseThrow(), mx, extensions),
                        List.copyOf(notes))
                : invalid();
    }

    private Parsed<StsPolicy> invalid() {
        return new Parsed.Invalid<>(problems.stream().limit(MOST_PROBLEMS).toList());
    }

    private Optional<String> text() {
        if (body.length > StsPolicy.MAX_BODY_BYTES) {
            problems.add(new Problem("policy-too-large", "The policy has more than " + StsPolicy.MAX_BODY_BYTES
                    + " bytes (64 KiB); senders stop reading there.", "RFC 8461 §3.3"));
            return Optional.empty();
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException notUtf8) {
            problem("policy-not-utf8", "The file is not plain ASCII, nor UTF-8; save it as plain ASCII.");
            return Optional.empty();
        }
        if (text.startsWith("\uFEFF")) {
            problem("policy-bom", "The file begins with a byte order mark; save it as plain ASCII.");
        } else if (text.isBlank()) {
            problem("policy-empty", "The policy is empty.");
        } else if (text.stripLeading().startsWith("<")) {
            problem("policy-html", "A web page is served instead of the policy file.");
        } else if (text.indexOf('\r') >= 0 && text.indexOf('\n') < 0) {
            problem("policy-cr-line-ends", "Lines end in CR alone; they must end in CRLF or LF.");
        }
        return problems.isEmpty() ? Optional.of(text) : Optional.empty();
    }

    private static List<String> lines(String text) {
        String unixLines = text.replace("\r\n", "\n");
        return List.of((unixLines.endsWith("\n") ? unixLines.substring(0, unixLines.length() - 1) : unixLines)
                .split("\n", -1));
    }

    private void line(String line) {
        if (line.isBlank()) {
            // Common at the end of hand-made files, and senders are known to skip it, though the grammar has none.
            note("policy-blank-line", "There is a blank line, which the grammar does not allow. Remove it: a strict "
                    + "sender may refuse the policy.");
            return;
        }
        int colon = line.indexOf(':');
        if (colon < 0) {
            problem("policy-line", Quoted.of(line) + " is not of the form key: value.");
            return;
        }
        String key = line.substring(0, colon);
        String value = withoutSpaces(line.substring(colon + 1));
        if (line.indexOf('\r') >= 0) {
            problem("policy-cr-line-ends", "A CR stands within the line " + Quoted.of(line)
                    + "; lines must end in CRLF or LF.");
        } else if (CONTROL.matcher(line).find()) {
            problem("policy-control-character", Quoted.of(line) + " holds a control character.");
        } else if (!KEY.matcher(key).matches()) {
            badKey(key);
        } else if (key.equals("mx")) {
            mxValues.add(value);
        } else if (first.putIfAbsent(key, value) != null) {
            note("policy-key-repeated", "'" + key + "' is there more than once; the first counts.");
        }
    }

    private void badKey(String key) {
        if (KEY.matcher(withoutSpaces(key)).matches()) {
            problem("policy-key-spaces", Quoted.of(key) + ": no space may stand before the key, nor between it and the "
                    + "colon.");
        } else {
            problem("policy-key", Quoted.of(key) + " is no key: a letter or digit, then at most 31 letters, digits, _ "
                    + "- . more.");
        }
    }

    private void version() {
        String version = first.get("version");
        if (version == null) {
            problem("version-missing", "The line 'version: STSv1' is missing" + spelledOtherwise("version") + ".");
        } else if (!version.equals("STSv1")) {
            problem("version-unknown", "The version is " + Quoted.of(version) + "; it must be exactly STSv1.");
        }
    }

    private Optional<Mode> mode() {
        String word = first.get("mode");
        if (word == null) {
            problem("mode-missing", "The mode is missing" + spelledOtherwise("mode")
                    + ". Add a line 'mode: ' with testing, enforce or none.");
            return Optional.empty();
        }
        Optional<Mode> mode = Mode.byWire(word);
        if (mode.isEmpty()) {
            boolean caseOnly = Mode.byWire(word.toLowerCase(Locale.ROOT)).isPresent();
            problem(caseOnly ? "mode-case" : "mode-unknown", "The mode is " + Quoted.of(word)
                    + "; it must be testing, enforce or none" + (caseOnly ? ", in lower case." : "."));
        }
        return mode;
    }

    private Optional<Long> maxAge() {
        String text = first.get("max_age");
        if (text == null) {
            problem("max-age-missing", "max_age is missing" + spelledOtherwise("max_age")
                    + ". Add a line that says how many seconds senders keep the policy.");
            return Optional.empty();
        }
        if (!DIGITS.matcher(text).matches()) {
            problem("max-age-syntax", "max_age is " + Quoted.of(text) + "; it must be a number of seconds, in digits "
                    + "alone.");
            return Optional.empty();
        }
        if (text.length() > MAX_AGE_DIGITS) {
            problem("max-age-too-long", "max_age has " + text.length() + " digits; " + MAX_AGE_DIGITS
                    + " are allowed.");
            return Optional.empty();
        }
        long seconds = Long.parseLong(text);
        if (seconds > StsPolicy.MAX_MAX_AGE_SECONDS) {
            problem("max-age-too-large", "max_age is " + seconds + "; the most is " + StsPolicy.MAX_MAX_AGE_SECONDS
                    + " seconds, about a year.");
            return Optional.empty();
        }
        if (seconds == 0) {
            note("max-age-zero", "max_age is 0: senders forget the policy at once, so it protects nothing.");
        }
        return Optional.of(seconds);
    }

    private List<MxPattern> mx() {
        var patterns = new LinkedHashSet<MxPattern>();
        for (String value : mxValues) {
            switch (MxPattern.parse(value)) {
                case Parsed.Valid<MxPattern>(var pattern, var _) -> {
                    if (!patterns.add(pattern)) {
                        note("mx-repeated", "mx: " + pattern + " is there more than once.");
                    }
                }
                case Parsed.Invalid<MxPattern>(var wrong) -> problems.addAll(wrong);
            }
        }
        return List.copyOf(patterns);
    }

    private Map<String, String> extensions() {
        var extensions = new LinkedHashMap<>(first);
        extensions.keySet().removeAll(OWN_KEYS);
        extensions.entrySet().stream().filter(field -> !isExtension(field)).forEach(field -> problem(
                "policy-extension-value", "The value of '" + field.getKey()
                        + "' is empty or holds a control character."));
        return extensions;
    }

    /// Keys are case-sensitive; whoever wrote `Version` or `max-age` does not see the difference.
    private String spelledOtherwise(String key) {
        return first.keySet().stream()
                .filter(other -> other.toLowerCase(Locale.ROOT).replace('-', '_').equals(key)).findFirst()
                .map(other -> " (it is written '" + other + "')").orElse("");
    }

    /// The grammar's white space, which is less than Unicode's.
    private static String withoutSpaces(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isSpace(text.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    private void problem(String code, String message) {
        problems.add(new Problem(code, message, RULE));
    }

    private void note(String code, String message) {
        notes.add(new Problem(code, message, RULE));
    }
}

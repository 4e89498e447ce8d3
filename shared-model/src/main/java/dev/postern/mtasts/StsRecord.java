package dev.postern.mtasts;

import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.parse.Quoted;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// The TXT record at `_mta-sts` (RFC 8461 §3.1).
///
/// @param id         1 to 32 letters and digits; changes whenever the policy does
/// @param extensions further fields, in order
public record StsRecord(String id, Map<String, String> extensions) {

    private static final String RULE = "RFC 8461 §3.1";
    private static final String VERSION = "v=STSv1";
    private static final int MOST_PROBLEMS = 20;
    private static final int MAX_ID = 32;
    /// Erratum 6285: white space before the semicolon is within the grammar, though the text then says "begin with
    /// `v=STSv1;`".
    private static final Pattern OURS = Pattern.compile("v=STSv1[ \\t]*;.*", Pattern.DOTALL);
    /// Written by someone who meant an MTA-STS record: `V=stsv1`, a leading space, no semicolon, an id without version.
    private static final Pattern MEANT = Pattern.compile("\\s*v\\s*=\\s*\"?stsv.*|(.*;)?\\s*id=[a-z0-9]+\\s*;?\\s*",
            Pattern.DOTALL);
    private static final Pattern DELIMITER = Pattern.compile("[ \\t]*;[ \\t]*");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9]{1,32}");
    private static final Pattern EXTENSION_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,31}");
    private static final Pattern EXTENSION_VALUE = Pattern.compile("[\\x21-\\x3A\\x3C\\x3E-\\x7E]+");

    /// @throws IllegalArgumentException when these make no valid record
    public StsRecord {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("an id is 1 to 32 letters and digits: " + Quoted.of(id));
        }
        if (extensions.containsKey("id") || !extensions.entrySet().stream().allMatch(field ->
                EXTENSION_NAME.matcher(field.getKey()).matches()
                        && EXTENSION_VALUE.matcher(field.getValue()).matches())) {
            throw new IllegalArgumentException("a further field is not of the record's form");
        }
        extensions = Collections.unmodifiableMap(new LinkedHashMap<>(extensions));
    }

    /// Reads the one MTA-STS record among the TXT records of a name.
    ///
    /// @param txtRecords each with its strings joined, without spaces between
    public static Parsed<StsRecord> parse(List<String> txtRecords) {
        var ours = txtRecords.stream().filter(record -> OURS.matcher(record).matches()).toList();
        if (ours.size() > 1) {
            return Parsed.invalid("sts-record-repeated", "There are " + ours.size() + " MTA-STS records; senders then "
                    + "act as if there were none. Keep one.", RULE);
        }
        return ours.isEmpty() ? missing(txtRecords) : new Fields().parse(ours.getFirst());
    }

    private static Parsed<StsRecord> missing(List<String> txtRecords) {
        return txtRecords.stream().filter(text -> MEANT.matcher(text.toLowerCase(Locale.ROOT)).matches()).findFirst()
                .map(meant -> Parsed.<StsRecord>invalid("sts-record-version", Quoted.of(meant) + " does not begin with "
                        + "exactly v=STSv1; in this case and without spaces, so senders skip it.", RULE))
                .orElseGet(() -> Parsed.invalid("sts-record-missing", "There is no MTA-STS record (v=STSv1; id=…;).",
                        RULE));
    }

    /// The record as to publish: `v=STSv1; id=20261123160000;`.
    public String render() {
        var text = new StringBuilder(VERSION).append("; id=").append(id).append(';');
        extensions.forEach((name, value) -> text.append(' ').append(name).append('=').append(value).append(';'));
        return text.toString();
    }

    /// What one record says, while it is read.
    private static final class Fields {

        private final Set<Problem> problems = new LinkedHashSet<>();
        private final Set<Problem> notes = new LinkedHashSet<>();
        private final Map<String, String> byName = new LinkedHashMap<>();

        Parsed<StsRecord> parse(String record) {
            if (!record.chars().allMatch(c -> c < 0x80)) {
                problem("sts-record-not-ascii", "The record holds characters beyond US-ASCII.");
            }
            String rest = record.substring(VERSION.length());
            if (!rest.startsWith(";")) {
                notes.add(new Problem("sts-record-space-before-semicolon", "There is a space before the first "
                        + "semicolon, which some senders do not accept.", "RFC 8461 §3.1, erratum 6285"));
            }
            String[] parts = DELIMITER.split(rest, -1);
            for (int i = 1; i < parts.length; i++) {
                if (!parts[i].isEmpty()) {
                    field(parts[i]);
                } else if (i < parts.length - 1) {
                    problem("sts-record-empty-field", "Two semicolons follow each other; leave one out.");
                }
            }
            if (!byName.containsKey("id")) {
                boolean otherCase = byName.keySet().stream().anyMatch("id"::equalsIgnoreCase);
                problem("sts-id-missing", otherCase ? "The record has no id: the name must be in lower case."
                        : "The record has no id.");
            }
            if (!problems.isEmpty()) {
                return new Parsed.Invalid<>(problems.stream().limit(MOST_PROBLEMS).toList());
            }
            String id = byName.remove("id");
            return Parsed.valid(new StsRecord(id, byName), List.copyOf(notes));
        }

        private void field(String field) {
            int equals = field.indexOf('=');
            if (equals < 0) {
                problem("sts-record-field", Quoted.of(field) + " is not of the form name=value.");
                return;
            }
            String name = field.substring(0, equals);
            String value = field.substring(equals + 1);
            if (byName.putIfAbsent(name, value) != null) {
                note(name.equals("id") ? "sts-id-repeated" : "sts-extension-repeated",
                        Quoted.of(name) + " is there more than once; the first counts.");
            } else if (name.equals("id")) {
                id(value);
            } else if (!EXTENSION_NAME.matcher(name).matches()) {
                problem("sts-extension-name", Quoted.of(name) + " is no name for a field: a letter or digit, then at "
                        + "most 31 letters, digits, _ - . more.");
            } else if (!EXTENSION_VALUE.matcher(value).matches()) {
                problem("sts-extension-value", "The value of '" + name
                        + "' is empty or holds a character that is not allowed.");
            }
        }

        private void id(String value) {
            if (value.length() > MAX_ID) {
                problem("sts-id-too-long", "The id has " + value.length() + " characters; " + MAX_ID
                        + " are allowed.");
            } else if (!ID.matcher(value).matches()) {
                problem("sts-id-not-alphanumeric", "The id is " + Quoted.of(value)
                        + "; it must be letters and digits, at least one.");
            }
        }

        private void problem(String code, String message) {
            problems.add(new Problem(code, message, RULE));
        }

        private void note(String code, String message) {
            notes.add(new Problem(code, message, RULE));
        }
    }
}

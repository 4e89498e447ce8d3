package dev.postern.mtasts;

import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The TXT record at `_mta-sts` (RFC 8461 §3.1).
///
/// @param id         1 to 32 letters and digits; changes whenever the policy does
/// @param extensions further fields, in order
public record StsRecord(String id, Map<String, String> extensions) {

    private static final String RULE = "RFC 8461 §3.1";
    private static final String VERSION = "v=STSv1";
    private static final Pattern OURS = Pattern.compile("v=STSv1[ \\t]*;.*", Pattern.DOTALL);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9]{1,32}");
    private static final Pattern EXTENSION_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,31}");
    private static final Pattern EXTENSION_VALUE = Pattern.compile("[\\x21-\\x3A\\x3C\\x3E-\\x7E]+");

    public StsRecord {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("an id is 1 to 32 letters and digits: " + id);
        }
        extensions = Collections.unmodifiableMap(new LinkedHashMap<>(extensions));
    }

    /// Reads the one MTA-STS record among the TXT records of a name.
    ///
    /// @param txtRecords each with its strings joined
    public static Parsed<StsRecord> parse(List<String> txtRecords) {
        var ours = txtRecords.stream().filter(record -> OURS.matcher(record).matches()).toList();
        if (ours.size() > 1) {
            return Parsed.invalid("sts-record-repeated", "There are " + ours.size() + " MTA-STS records; senders then "
                    + "act as if there were none. Keep one.", RULE);
        }
        if (ours.isEmpty()) {
            return missing(txtRecords);
        }
        return fields(ours.getFirst());
    }

    private static Parsed<StsRecord> missing(List<String> txtRecords) {
        boolean wrongCase = txtRecords.stream().anyMatch(text -> text.strip().toLowerCase(java.util.Locale.ROOT)
                .replace(" ", "").startsWith("v=stsv1"));
        if (wrongCase) {
            return Parsed.invalid("sts-record-version", "The record must begin with exactly v=STSv1; in this case and "
                    + "without spaces.", RULE);
        }
        boolean other = txtRecords.stream().anyMatch(text -> text.contains("id="));
        return other
                ? Parsed.invalid("sts-record-version", "The record does not begin with v=STSv1, so senders skip it.",
                        RULE)
                : Parsed.invalid("sts-record-missing", "There is no MTA-STS record (v=STSv1; id=…;).", RULE);
    }

    private static Parsed<StsRecord> fields(String record) {
        var problems = new ArrayList<Problem>();
        var notes = new ArrayList<Problem>();
        if (!record.chars().allMatch(c -> c < 0x80)) {
            problems.add(new Problem("sts-record-not-ascii", "The record holds characters beyond US-ASCII.", RULE));
        }
        String rest = record.substring(VERSION.length());
        if (rest.startsWith(" ") || rest.startsWith("\t")) {
            notes.add(new Problem("sts-record-space-before-semicolon", "There is a space before the first semicolon, "
                    + "which some senders do not accept.", "RFC 8461 §3.1, erratum 6285"));
        }
        var fields = new LinkedHashMap<String, String>();
        String[] parts = rest.split(";", -1);
        for (int i = 1; i < parts.length; i++) {
            String part = parts[i].strip();
            if (part.isEmpty()) {
                if (i < parts.length - 1) {
                    problems.add(new Problem("sts-record-empty-field", "Two semicolons follow each other.", RULE));
                }
                continue;
            }
            field(part, fields, problems, notes);
        }
        if (!fields.containsKey("id") && problems.stream().noneMatch(p -> p.code().startsWith("sts-id"))) {
            problems.add(new Problem("sts-id-missing", "The record has no id.", RULE));
        }
        if (!problems.isEmpty()) {
            return new Parsed.Invalid<>(problems);
        }
        String id = fields.remove("id");
        return Parsed.valid(new StsRecord(id, fields), notes);
    }

    private static void field(String part, Map<String, String> fields, List<Problem> problems, List<Problem> notes) {
        int equals = part.indexOf('=');
        if (equals < 0) {
            problems.add(new Problem("sts-record-field", "'" + part + "' is not of the form name=value.", RULE));
            return;
        }
        String name = part.substring(0, equals);
        String value = part.substring(equals + 1);
        if (name.equals("id")) {
            if (fields.containsKey("id")) {
                notes.add(new Problem("sts-id-repeated", "The id is there twice; the first counts.", RULE));
            } else if (value.length() > 32) {
                problems.add(new Problem("sts-id-too-long", "The id has " + value.length()
                        + " characters; 32 are allowed.", RULE));
            } else if (!ID.matcher(value).matches()) {
                problems.add(new Problem("sts-id-not-alphanumeric", "The id '" + value
                        + "' must be letters and digits, at least one.", RULE));
            } else {
                fields.put("id", value);
            }
            return;
        }
        if (!EXTENSION_NAME.matcher(name).matches()) {
            problems.add(new Problem("sts-extension-name", "'" + name + "' is no name for a field.", RULE));
        } else if (!EXTENSION_VALUE.matcher(value).matches()) {
            problems.add(new Problem("sts-extension-value", "The value of '" + name
                    + "' is empty or holds a character that is not allowed.", RULE));
        } else {
            fields.putIfAbsent(name, value);
        }
    }

    /// The record as to publish.
    public String render() {
        var text = new StringBuilder(VERSION).append("; id=").append(id).append(';');
        extensions.forEach((name, value) -> text.append(' ').append(name).append('=').append(value).append(';'));
        return text.toString();
    }
}

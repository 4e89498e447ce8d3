package dev.postern.tlsrpt;

import dev.postern.name.HostName;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.parse.Quoted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The file name of a report (RFC 8460 §5.1): `sender!policy-domain!begin!end[!unique].json[.gz]`.
///
/// It only announces; where the report itself says otherwise, the report counts (RFC 8460 §5.6).
///
/// @param sender       domain of the reporting organization, in A-labels and lower case
/// @param policyDomain the domain reported on, likewise
/// @param begin        of the period, in whole seconds
/// @param end          of the period, in whole seconds, not before the begin
/// @param uniqueId     letters and digits
/// @param extension    `json` or `json.gz`
public record ReportFileName(String sender, String policyDomain, Instant begin, Instant end, Optional<String> uniqueId,
                             String extension) {

    private static final String RULE = "RFC 8460 §5.1";
    /// Eleven digits of seconds reach the year 5138.
    private static final Pattern FORM = Pattern.compile(
            "([^!]+)!([^!]+)!([0-9]{1,11})!([0-9]{1,11})(?:!([^!]*))?\\.(json|json\\.gz)", Pattern.CASE_INSENSITIVE);
    private static final Pattern UNIQUE_ID = Pattern.compile("[A-Za-z0-9]+");
    private static final List<String> EXTENSIONS = List.of("json", "json.gz");
    private static final int MAX_LENGTH = 1_000;

    /// @throws IllegalArgumentException when these make no valid file name
    public ReportFileName {
        new HostName(sender);
        new HostName(policyDomain);
        if (begin.getEpochSecond() < 0 || begin.getNano() != 0 || end.getNano() != 0) {
            throw new IllegalArgumentException("a period is told in whole seconds from 1970 on");
        }
        if (end.isBefore(begin)) {
            throw new IllegalArgumentException("a period ends after it begins");
        }
        if (!uniqueId.map(id -> UNIQUE_ID.matcher(id).matches()).orElse(true)) {
            throw new IllegalArgumentException("a unique id is letters and digits");
        }
        if (!EXTENSIONS.contains(extension)) {
            throw new IllegalArgumentException("a report's file name ends in .json or .json.gz");
        }
    }

    /// Reads a file name, without folders.
    public static Parsed<ReportFileName> parse(String fileName) {
        String name = fileName.strip();
        Matcher parts = FORM.matcher(name);
        if (name.length() > MAX_LENGTH || !parts.matches()) {
            return Parsed.invalid("file-name-syntax", Quoted.of(name)
                    + " is not of the form sender!domain!begin!end[!unique].json[.gz].", RULE);
        }
        Optional<String> sender = domain(parts.group(1));
        Optional<String> policyDomain = domain(parts.group(2));
        if (sender.isEmpty() || policyDomain.isEmpty()) {
            return Parsed.invalid("file-name-domain", Quoted.of(name) + " does not begin with two domain names.", RULE);
        }
        Instant begin = Instant.ofEpochSecond(Long.parseLong(parts.group(3)));
        Instant end = Instant.ofEpochSecond(Long.parseLong(parts.group(4)));
        if (end.isBefore(begin)) {
            return Parsed.invalid("file-name-period", "The period in " + Quoted.of(name) + " ends before it begins.",
                    RULE);
        }
        var notes = new ArrayList<Problem>();
        Optional<String> uniqueId = Optional.ofNullable(parts.group(5))
                .filter(id -> UNIQUE_ID.matcher(id).matches());
        if (parts.group(5) != null && uniqueId.isEmpty()) {
            notes.add(new Problem("file-name-unique-id", "The unique id in the file name is not letters and digits; it "
                    + "was left out.", RULE));
        }
        return Parsed.valid(new ReportFileName(sender.get(), policyDomain.get(), begin, end, uniqueId,
                parts.group(6).toLowerCase(Locale.ROOT)), notes);
    }

    private static Optional<String> domain(String text) {
        return HostName.parse(text).asOptional().map(HostName::ascii);
    }

    /// The file name.
    public String render() {
        return sender + "!" + policyDomain + "!" + begin.getEpochSecond() + "!" + end.getEpochSecond()
                + uniqueId.map(id -> "!" + id).orElse("") + "." + extension;
    }
}

package dev.postern.tlsrpt;

import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.parse.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The TXT record at `_smtp._tls` (RFC 8460 §3).
///
/// @param rua where senders report; never empty
public record TlsRptRecord(List<ReportUri> rua) {

    private static final String RULE = "RFC 8460 §3";
    private static final String VERSION = "v=TLSRPTv1";
    private static final int MOST_PROBLEMS = 20;
    private static final Pattern OURS = Pattern.compile("v=TLSRPTv1[ \\t]*;.*", Pattern.DOTALL);
    /// Written by someone who meant a TLSRPT record: `V=tlsrptv1`, a leading space, no semicolon, no version.
    private static final Pattern MEANT = Pattern.compile("\\s*v\\s*=\\s*\"?tls-?rpt.*|\\s*rua=.*", Pattern.DOTALL);
    private static final Pattern DELIMITER = Pattern.compile("[ \\t]*;[ \\t]*");
    private static final Pattern EXTENSION = Pattern.compile(
            "[A-Za-z0-9][A-Za-z0-9_.-]{0,31}=[\\x21-\\x3A\\x3C\\x3E-\\x7E]+");

    /// @throws IllegalArgumentException when no address is given
    public TlsRptRecord {
        if (rua.isEmpty()) {
            throw new IllegalArgumentException("a TLSRPT record names at least one address");
        }
        rua = List.copyOf(rua);
    }

    /// Reads the one TLSRPT record among the TXT records of a name.
    ///
    /// @param txtRecords each with its strings joined, without spaces between
    public static Parsed<TlsRptRecord> parse(List<String> txtRecords) {
        var ours = txtRecords.stream().filter(record -> OURS.matcher(record).matches()).toList();
        if (ours.size() > 1) {
            return Parsed.invalid("tlsrpt-record-repeated", "There are " + ours.size()
                    + " TLSRPT records; senders then act as if there were none. Keep one.", RULE);
        }
        return ours.isEmpty() ? missing(txtRecords) : new Fields().parse(ours.getFirst());
    }

    private static Parsed<TlsRptRecord> missing(List<String> txtRecords) {
        return txtRecords.stream().filter(text -> MEANT.matcher(text.toLowerCase(Locale.ROOT)).matches()).findFirst()
                .map(meant -> Parsed.<TlsRptRecord>invalid("tlsrpt-record-version", Quoted.of(meant) + " does not begin "
                        + "with exactly v=TLSRPTv1; in this case and without spaces, so senders skip it.", RULE))
                .orElseGet(() -> Parsed.invalid("tlsrpt-record-missing", "There is no TLSRPT record (v=TLSRPTv1; "
                        + "rua=…).", RULE));
    }

    /// The record as to publish: `v=TLSRPTv1; rua=mailto:…,https://…`.
    public String render() {
        return VERSION + "; rua=" + rua.stream().map(ReportUri::uri).collect(Collectors.joining(","));
    }

    /// What one record says, while it is read. Only what keeps every sender from reporting is a problem; the rest is
    /// noted, as senders use what they can read.
    private static final class Fields {

        private final Set<Problem> problems = new LinkedHashSet<>();
        private final Set<Problem> notes = new LinkedHashSet<>();
        private final List<ReportUri> addresses = new ArrayList<>();
        private boolean seen;

        Parsed<TlsRptRecord> parse(String record) {
            String rest = record.substring(VERSION.length());
            if (!rest.startsWith(";")) {
                note("tlsrpt-space-before-semicolon", "There is a space before the first semicolon, which some senders "
                        + "do not accept.");
            }
            String[] parts = DELIMITER.split(rest, -1);
            for (int i = 1; i < parts.length; i++) {
                if (!parts[i].isEmpty()) {
                    field(parts[i]);
                } else if (i < parts.length - 1) {
                    note("tlsrpt-empty-field", "Two semicolons follow each other; leave one out.");
                }
            }
            if (!seen) {
                problems.add(new Problem("tlsrpt-rua-missing", "The record names no report address (rua=).", RULE));
            }
            if (addresses.isEmpty()) {
                return new Parsed.Invalid<>(problems.stream().limit(MOST_PROBLEMS).toList());
            }
            // A wrong address beside a right one does not stop the reports to the right one.
            notes.addAll(problems);
            return Parsed.valid(new TlsRptRecord(addresses), notes.stream().limit(MOST_PROBLEMS).toList());
        }

        private void field(String field) {
            if (field.startsWith("rua=")) {
                if (seen) {
                    note("tlsrpt-rua-repeated", "rua is there twice; the first counts.");
                } else {
                    seen = true;
                    addresses(field.substring("rua=".length()));
                }
            } else if (!EXTENSION.matcher(field).matches()) {
                note("tlsrpt-field", Quoted.of(field) + " is not of the form name=value; senders may stop reading "
                        + "there.");
            }
        }

        private void addresses(String list) {
            for (String address : list.split(",", -1)) {
                switch (ReportUri.parse(address)) {
                    case Parsed.Valid<ReportUri>(var uri, var forgiven) -> {
                        addresses.add(uri);
                        notes.addAll(forgiven);
                    }
                    case Parsed.Invalid<ReportUri>(var wrong) -> problems.addAll(wrong);
                }
            }
        }

        private void note(String code, String message) {
            notes.add(new Problem(code, message, RULE));
        }
    }
}

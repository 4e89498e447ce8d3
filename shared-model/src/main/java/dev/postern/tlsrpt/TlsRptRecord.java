package dev.postern.tlsrpt;

import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The TXT record at `_smtp._tls` (RFC 8460 §3).
///
/// @param rua where senders report; never empty
public record TlsRptRecord(List<ReportUri> rua) {

    private static final String RULE = "RFC 8460 §3";
    private static final String VERSION = "v=TLSRPTv1";
    private static final Pattern OURS = Pattern.compile("v=TLSRPTv1[ \\t]*;.*", Pattern.DOTALL);

    public TlsRptRecord {
        if (rua.isEmpty()) {
            throw new IllegalArgumentException("a TLSRPT record names at least one address");
        }
        rua = List.copyOf(rua);
    }

    /// Reads the one TLSRPT record among the TXT records of a name.
    ///
    /// @param txtRecords each with its strings joined
    public static Parsed<TlsRptRecord> parse(List<String> txtRecords) {
        var ours = txtRecords.stream().filter(record -> OURS.matcher(record).matches()).toList();
        if (ours.isEmpty()) {
            return Parsed.invalid("tlsrpt-record-missing", "There is no TLSRPT record (v=TLSRPTv1; rua=…).", RULE);
        }
        if (ours.size() > 1) {
            return Parsed.invalid("tlsrpt-record-repeated", "There are " + ours.size()
                    + " TLSRPT records; senders then act as if there were none. Keep one.", RULE);
        }
        return fields(ours.getFirst().substring(VERSION.length()));
    }

    private static Parsed<TlsRptRecord> fields(String rest) {
        var problems = new ArrayList<Problem>();
        var notes = new ArrayList<Problem>();
        var addresses = new ArrayList<ReportUri>();
        boolean seen = false;
        if (!rest.startsWith(";")) {
            notes.add(new Problem("tlsrpt-space-before-semicolon", "There is a space before the first semicolon.",
                    RULE));
        }
        for (String part : rest.split(";")) {
            String field = part.strip();
            if (!field.startsWith("rua=")) {
                continue;
            }
            if (seen) {
                notes.add(new Problem("tlsrpt-rua-repeated", "rua is there twice; the first counts.", RULE));
                continue;
            }
            seen = true;
            for (String address : field.substring("rua=".length()).split(",")) {
                switch (ReportUri.parse(address)) {
                    case Parsed.Valid<ReportUri>(var uri, var _) -> addresses.add(uri);
                    case Parsed.Invalid<ReportUri>(var wrong) -> problems.addAll(wrong);
                }
            }
        }
        if (!seen) {
            problems.add(new Problem("tlsrpt-rua-missing", "The record names no report address (rua=).", RULE));
        }
        if (addresses.isEmpty()) {
            return new Parsed.Invalid<>(problems);
        }
        // Senders use the addresses that they can; a wrong one beside a right one does not stop the reports.
        notes.addAll(problems);
        return Parsed.valid(new TlsRptRecord(addresses), notes);
    }

    /// The record as to publish.
    public String render() {
        return VERSION + "; rua=" + rua.stream().map(ReportUri::uri).collect(Collectors.joining(","));
    }
}

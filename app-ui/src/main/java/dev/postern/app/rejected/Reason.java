package dev.postern.app.rejected;

import java.util.Locale;
import java.util.Set;

/// Why something was rejected, for people: what the reason is called, and what to do about it.
///
/// @param code the stable name that is kept with what was rejected
record Reason(String code) {

    private static final Set<String> NOT_A_REPORT = Set.of("no-report-in-mail", "report-is-xml", "report-empty");

    String title() {
        return switch (code) {
            case "misdirected" -> "About another domain (misdirected)";
            case "no-report-in-mail" -> "Mail without a report";
            case "json-syntax" -> "Not valid JSON";
            case "json-encoding" -> "Not UTF-8";
            case "report-is-xml" -> "XML or HTML, perhaps a DMARC report";
            case "report-empty" -> "Empty";
            case "period-implausible" -> "About a day that can't be";
            case "unknown-address" -> "Address of a domain that is gone";
            case "internal" -> "A fault of Postern's";
            default -> code.substring(0, 1).toUpperCase(Locale.ROOT) + code.substring(1).replace('-', ' ');
        };
    }

    boolean misdirected() {
        return code.equals("misdirected");
    }

    /// @param addressed whether it came to the address of one domain, and not to the organisation itself
    String advice(boolean addressed) {
        if (misdirected()) {
            return addressed ? "A report about one domain that comes to another's address counts for neither. If the domain "
                    + "that it bears is yours too, have its TLSRPT record name its own address, and import this one: then it "
                    + "counts there. If it is not, somebody's TLSRPT record names your address, or somebody plays with it."
                    : "If the domain that it bears is yours, add it, then try the report again.";
        }
        if (NOT_A_REPORT.contains(code)) {
            return "Nothing to do, unless a report was meant: then ask its sender. Reports by mail are described in RFC 8460 "
                    + "§5.3.";
        }
        if (code.contains("limit") || code.contains("too-large") || code.contains("too-many")) {
            return "It goes beyond a limit of this installation. If it is a real report, have the operator raise the limit "
                    + "that the reason names, then try it again.";
        }
        return switch (code) {
            case "internal" -> "Try it again after the next update. If it fails again, send it to whoever runs this "
                    + "installation: its log says why.";
            case "period-implausible" -> "The sender's clock or software is wrong. Ask its contact.";
            case "unknown-address" -> "Add the domain again if you want its reports, then try this one again.";
            default -> "The sender wrote something that can't be read as a report. If it comes again, tell the sender's "
                    + "contact; after an update of Postern, try it again.";
        };
    }
}

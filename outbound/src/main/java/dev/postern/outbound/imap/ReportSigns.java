package dev.postern.outbound.imap;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import jakarta.mail.internet.ParameterList;
import org.eclipse.angus.mail.imap.protocol.BODY;
import org.eclipse.angus.mail.imap.protocol.BODYSTRUCTURE;

/// Whether a mail looks like a TLS report, by what the server tells of it without its body. A mailbox may hold people's
/// mail beside reports, and that is nobody else's business: what does not look like a report is never fetched.
///
/// Any of the signs is enough, since senders leave some out: the header fields and the report type of RFC 8460 §5.3, the
/// media types of §6.4 and §6.5, or a file name of the form of §5.1, also within a mail that was forwarded. The subject
/// is no sign: reports of DMARC have the same.
final class ReportSigns {

    private static final int MAX_DEPTH = 12;

    private ReportSigns() {
    }

    /// @param header    fields whose names begin with TLS-Report, if the server sent any
    /// @param structure of the mail, if the server sent it
    static boolean in(Optional<BODY> header, Optional<BODYSTRUCTURE> structure) {
        return header.map(ReportSigns::namesReport).orElse(false) || structure.map(part -> in(part, 0)).orElse(false);
    }

    private static boolean namesReport(BODY header) {
        ByteArrayInputStream bytes = header.getByteArrayInputStream();
        return bytes != null && new String(bytes.readAllBytes(), StandardCharsets.ISO_8859_1)
                .toLowerCase(Locale.ROOT).contains("tls-report-");
    }

    private static boolean in(BODYSTRUCTURE part, int depth) {
        String subtype = lower(part.subtype);
        if (subtype.equals("tlsrpt+gzip") || subtype.equals("tlsrpt+json")
                || subtype.equals("report") && lower(parameter(part.cParams, "report-type")).equals("tlsrpt")
                || Stream.of(parameter(part.dParams, "filename"), parameter(part.cParams, "name"))
                        .anyMatch(ReportSigns::isReportFile)) {
            return true;
        }
        return part.bodies != null && depth < MAX_DEPTH
                && Stream.of(part.bodies).anyMatch(inner -> inner != null && in(inner, depth + 1));
    }

    private static boolean isReportFile(String name) {
        String lower = lower(name);
        return lower.indexOf('!') > 0 && (lower.endsWith(".json") || lower.endsWith(".json.gz"));
    }

    private static String parameter(ParameterList parameters, String name) {
        String value = parameters == null ? null : parameters.get(name);
        return value == null ? "" : value;
    }

    private static String lower(String text) {
        return text == null ? "" : text.strip().toLowerCase(Locale.ROOT);
    }
}

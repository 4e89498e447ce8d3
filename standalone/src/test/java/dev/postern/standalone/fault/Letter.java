package dev.postern.standalone.fault;

import dev.postern.standalone.Sender;
import dev.postern.tlsrpt.ResultType;
import dev.postern.tlsrpt.TlsReport;
import dev.postern.tlsrpt.TlsReportWriter;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/// Something that a sender has to hand over, the same bytes at every attempt.
///
/// @param token    the report address's
/// @param patience attempts after which the sender gives up
/// @param twice    the sender forgets that it was acknowledged, and sends it again
record Letter(int number, Kind kind, String token, byte[] bytes, int patience, boolean twice) {

    enum Kind {
        REPORT,
        /// No report: taken at the door, and rejected when it is read.
        GARBAGE,
        /// A report to an address that nobody has.
        STRAY
    }

    /// An address and the domain it is of.
    record Address(String domain, String token) {
    }

    /// Address without a domain: well formed, and of no installation.
    private static final String NOBODY = "aaaaaaaaaaaaaaaaaaaaaaaaaa";

    static Letter of(int number, List<Address> addresses) {
        Address address = addresses.get(number % addresses.size());
        int patience = number % 7 == 0 ? 1 : Integer.MAX_VALUE;
        boolean twice = number % 13 == 0;
        if (number % 41 == 0) {
            return new Letter(number, Kind.GARBAGE, address.token(),
                    ("garbage-" + number + " is not a report").getBytes(StandardCharsets.UTF_8), patience, twice);
        }
        byte[] report = TlsReportWriter.toJson(report(number, address.domain()));
        return number % 53 == 0 ? new Letter(number, Kind.STRAY, NOBODY, report, patience, false)
                : new Letter(number, Kind.REPORT, address.token(), report, patience, twice);
    }

    private static TlsReport report(int number, String domain) {
        return Sender.report("sender-" + number % 5 + ".test", "fault-" + number, domain,
                LocalDate.now(ZoneOffset.UTC).minusDays(1 + number % 40), successful(number), failed(number),
                ResultType.values()[number % 6], "mx" + number % 3 + "." + domain);
    }

    static long successful(int number) {
        return 1_000 + number;
    }

    static long failed(int number) {
        return number % 9;
    }
}

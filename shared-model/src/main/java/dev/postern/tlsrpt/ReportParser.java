package dev.postern.tlsrpt;

import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/// Reads the tokens of one report. One instance reads once.
///
/// It stops at the first thing that would mislead, by [Unusable]. What it forgives it notes, once per kind: a report
/// with a thousand failures of one sloppy sender gets one note, not a thousand.
final class ReportParser {

    static final String RULE = "RFC 8460 §4.4";

    /// The report can't be used.
    static final class Unusable extends RuntimeException {
        private final transient Problem problem;

        Unusable(String code, String message) {
            this(code, message, RULE);
        }

        Unusable(String code, String message, String rule) {
            super(message, null, false, false);
            problem = new Problem(code, message, rule);
        }

        Problem problem() {
            return problem;
        }
    }

    private static final Set<String> KEYS = Set.of("organization-name", "date-range", "start-datetime", "end-datetime",
            "contact-info", "report-id", "policies", "policy", "policy-type", "policy-string", "policy-domain",
            "mx-host", "summary", "total-successful-session-count", "total-failure-session-count", "failure-details",
            "result-type", "sending-mta-ip", "receiving-mx-hostname", "receiving-mx-helo", "receiving-ip",
            "failed-session-count", "additional-information", "failure-reason-code");
    private static final JsonFactory PLAIN = new JsonFactory();
    /// Characters of a text that names the report. Real ones have under 100; an index must be able to hold it.
    private static final int MAX_IDENTITY = 255;
    /// What stands where a character can't be known or kept. The JSON library puts it for bytes that are no UTF-8.
    private static final char LOST = '\uFFFD';
    private static final String USUAL_DATE = "0000-00-00T00:00:00Z";

    private final JsonParser json;
    private final ReportLimits limits;
    private final Map<String, Problem> notes = new LinkedHashMap<>();
    private final BigDecimal maxSessions;
    private int failureDetails;
    private int texts;

    /// @param forgiven what was noted before the first token
    ReportParser(JsonParser json, ReportLimits limits, List<Problem> forgiven) {
        this.json = json;
        this.limits = limits;
        this.maxSessions = BigDecimal.valueOf(limits.maxSessions());
        forgiven.forEach(problem -> notes.put(problem.code(), problem));
    }

    Parsed<TlsReport> parse() {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new Unusable("report-not-object", "The report is not a JSON object.");
        }
        String organization = "";
        Optional<String> contact = Optional.empty();
        Optional<String> id = Optional.empty();
        Optional<Period> period = Optional.empty();
        Optional<List<PolicyReport>> policies = Optional.empty();
        var seen = new HashSet<String>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            switch (key(seen)) {
                case "organization-name" -> organization = identity("organization-name").orElse("");
                case "contact-info" -> contact = contactInfo();
                case "report-id" -> id = identity("report-id");
                case "date-range" -> period = Optional.of(period());
                case "policies" -> policies = Optional.of(policies());
                default -> skip();
            }
        }
        endOfReport();
        if (organization.isEmpty()) {
            note("organization-name-missing", "The report names no reporting organization.");
        }
        if (id.isEmpty()) {
            throw new Unusable("report-id-missing", "The report has no report-id, so it can't be told from its repeat.");
        }
        Period days = period.orElseThrow(() -> new Unusable("date-range-missing", "The report has no date-range."));
        if (policies.isEmpty()) {
            throw new Unusable("policies-missing", "The report has no policies.");
        }
        if (policies.get().isEmpty()) {
            note("policies-empty", "The report lists no policy; nothing is counted.");
        }
        return Parsed.valid(new TlsReport(organization, contact, id.get(), days.start(), days.end(), policies.get()),
                List.copyOf(notes.values()));
    }

    private void endOfReport() {
        boolean more;
        try {
            more = json.nextToken() != null;
        } catch (StreamReadException garbage) {
            more = true;
        }
        if (more) {
            throw new Unusable("report-trailing-data", "Something follows the report's JSON object.");
        }
    }

    private record Period(Instant start, Instant end) {
    }

    private Period period() {
        Optional<Instant> start = Optional.empty();
        Optional<Instant> end = Optional.empty();
        expectObject("date-range");
        var seen = new HashSet<String>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            switch (key(seen)) {
                case "start-datetime" -> start = text().map(this::instant);
                case "end-datetime" -> end = text().map(this::instant);
                default -> skip();
            }
        }
        if (start.isEmpty() || end.isEmpty()) {
            throw new Unusable("date-range-incomplete", "The date-range lacks its begin or its end.");
        }
        if (end.get().isBefore(start.get())) {
            throw new Unusable("date-range-reversed", "The date-range ends before it begins.");
        }
        return new Period(start.get(), end.get());
    }

    private Instant instant(String text) {
        String date = text.strip();
        Optional<Instant> usual = usualInstant(date);
        if (usual.isPresent()) {
            return bounded(usual.get());
        }
        // RFC 3339 §5.6 allows a space for the T.
        date = date.replaceFirst("^([0-9-]{10}) ", "$1T");
        try {
            return bounded(OffsetDateTime.parse(date).toInstant());
        } catch (DateTimeException noOffset) {
            try {
                Instant instant = LocalDateTime.parse(date).toInstant(ZoneOffset.UTC);
                note("date-without-zone", "A date has no time zone; it was read as UTC.");
                return bounded(instant);
            } catch (DateTimeException notADate) {
                throw new Unusable("date-syntax", "'" + printable(date) + "' is not a date and time (RFC 3339).");
            }
        }
    }

    /// Nearly every date has this one form, and the JDK's formatter takes as long for two of them as the rest of a small
    /// report does; what is not quite of this form is left to it.
    private static Optional<Instant> usualInstant(String date) {
        if (date.length() != USUAL_DATE.length()) {
            return Optional.empty();
        }
        for (int i = 0; i < USUAL_DATE.length(); i++) {
            char expected = USUAL_DATE.charAt(i);
            char c = date.charAt(i);
            if (expected == '0' ? c < '0' || c > '9' : c != expected) {
                return Optional.empty();
            }
        }
        try {
            return Optional.of(LocalDateTime.of(number(date, 0, 4), number(date, 5, 7), number(date, 8, 10),
                    number(date, 11, 13), number(date, 14, 16), number(date, 17, 19)).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException noSuchDay) {
            return Optional.empty();
        }
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    /// TLS-RPT began in 2018, and no database keeps the year 999999999, nor nanoseconds.
    private static Instant bounded(Instant instant) {
        int year = instant.atOffset(ZoneOffset.UTC).getYear();
        if (year < 2000 || year > 2200) {
            throw new Unusable("date-impossible", "The year " + year + " can't be right.");
        }
        return instant.truncatedTo(ChronoUnit.MICROS);
    }

    private List<PolicyReport> policies() {
        var policies = new ArrayList<PolicyReport>();
        if (json.currentToken() == JsonToken.START_OBJECT) {
            note("policies-not-array", "policies is one object, not an array.");
            policies.add(policyReport());
            return policies;
        }
        expectArray("policies");
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (policies.size() == limits.maxPolicies()) {
                throw new Unusable("report-limit", "The report lists more than " + limits.maxPolicies()
                        + " policies, the limit for one report.");
            }
            policies.add(policyReport());
        }
        return policies;
    }

    private record Policy(Optional<String> type, List<String> strings, Optional<String> domain, List<String> mxHosts) {
        static final Policy MISSING = new Policy(Optional.empty(), List.of(), Optional.empty(), List.of());
    }

    private record Summary(OptionalLong successful, OptionalLong failed) {
        static final Summary MISSING = new Summary(OptionalLong.empty(), OptionalLong.empty());
    }

    private PolicyReport policyReport() {
        expectObject("an entry of policies");
        Policy policy = Policy.MISSING;
        Summary summary = Summary.MISSING;
        List<FailureDetail> failures = List.of();
        var seen = new HashSet<String>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            switch (key(seen)) {
                case "policy" -> policy = policy();
                case "summary" -> summary = summary();
                case "failure-details" -> failures = failures();
                default -> skip();
            }
        }
        String typeAsSent = policy.type().orElse("");
        PolicyType type = PolicyType.byWire(typeAsSent);
        if (type == PolicyType.OTHER) {
            note("unknown-policy-type", typeAsSent.isEmpty() ? "A policy has no policy-type."
                    : "The policy type '" + printable(typeAsSent) + "' is not one of RFC 8460.");
        }
        if (policy.domain().isEmpty()) {
            note("policy-domain-missing", "A policy names no policy-domain; it is taken from the address that the "
                    + "report came to.");
        }
        if (summary.successful().isEmpty() || summary.failed().isEmpty()) {
            note("count-missing", "A count of sessions is missing; it is unknown.");
        }
        compareWithDetails(summary, failures);
        return new PolicyReport(type, typeAsSent, policy.strings(), policy.domain(), policy.mxHosts(),
                summary.successful(), summary.failed(), failures);
    }

    private void compareWithDetails(Summary summary, List<FailureDetail> failures) {
        if (summary.failed().isEmpty()) {
            return;
        }
        long total = summary.failed().getAsLong();
        boolean exceeds = failures.stream().flatMapToLong(failure -> failure.failedSessions().stream())
                .anyMatch(count -> count > total);
        if (exceeds) {
            note("details-exceed-total", "A failure detail counts more sessions than the total; both are kept as sent.");
        }
        if (total > 0 && failures.isEmpty()) {
            note("details-missing", "Failures are counted but not explained.");
        }
    }

    private Policy policy() {
        expectObject("policy");
        Optional<String> type = Optional.empty();
        List<String> strings = List.of();
        Optional<String> domain = Optional.empty();
        List<String> mxHosts = List.of();
        var seen = new HashSet<String>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            switch (key(seen)) {
                case "policy-type" -> type = text().map(this::cut);
                case "policy-string" -> strings = policyStrings();
                case "policy-domain" -> domain = text().map(ReportParser::dnsName).filter(name -> !name.isEmpty())
                        .map(name -> whole("policy-domain", name));
                case "mx-host" -> mxHosts = mxHosts();
                default -> skip();
            }
        }
        return new Policy(type, strings, domain, mxHosts);
    }

    /// An array of texts, one text, one text of several lines, or one text that holds a JSON array of texts, as
    /// Microsoft sends for `tlsa`.
    private List<String> policyStrings() {
        List<String> strings = texts("policy-string", text -> text);
        while (strings.size() == 1) {
            // Each turn is shorter than the one before.
            Optional<List<String>> unpacked = textsOf(strings.getFirst());
            if (unpacked.isEmpty()) {
                break;
            }
            note("policy-string-holds-json", "policy-string holds a JSON array as text; it was unpacked.");
            strings = unpacked.get();
        }
        if (strings.size() != 1) {
            return strings.stream().map(this::clean).toList();
        }
        List<String> lines = strings.getFirst().lines().filter(line -> !line.isBlank()).map(this::clean).toList();
        if (lines.size() > 1) {
            note("policy-string-of-lines", "policy-string is one text of several lines, not an array.");
        }
        return lines;
    }

    private Optional<List<String>> textsOf(String array) {
        if (!array.stripLeading().startsWith("[")) {
            return Optional.empty();
        }
        var found = new ArrayList<String>();
        try (var inner = PLAIN.createParser(ObjectReadContext.empty(), array)) {
            if (inner.nextToken() != JsonToken.START_ARRAY) {
                return Optional.empty();
            }
            while (inner.nextToken() == JsonToken.VALUE_STRING) {
                countText("policy-string");
                if (!inner.getString().isBlank()) {
                    found.add(inner.getString());
                }
            }
            return inner.currentToken() == JsonToken.END_ARRAY && inner.nextToken() == null
                    ? Optional.of(found) : Optional.empty();
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }

    private List<String> mxHosts() {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            note("mx-host-as-string", "mx-host is one text, not an array.");
        }
        return texts("mx-host", this::clean).stream().map(host -> {
            String name = dnsName(host);
            while (name.startsWith("mx:")) {
                note("mx-host-with-key", "mx-host repeats the key 'mx:'.");
                name = dnsName(name.substring(3));
            }
            return dnsName(cut(name));
        }).filter(name -> !name.isEmpty()).toList();
    }

    private Summary summary() {
        expectObject("summary");
        OptionalLong successful = OptionalLong.empty();
        OptionalLong failed = OptionalLong.empty();
        var seen = new HashSet<String>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            switch (key(seen)) {
                case "total-successful-session-count" -> successful = count();
                case "total-failure-session-count" -> failed = count();
                default -> skip();
            }
        }
        return new Summary(successful, failed);
    }

    private List<FailureDetail> failures() {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return List.of();
        }
        if (json.currentToken() == JsonToken.START_OBJECT) {
            note("failure-details-not-array", "failure-details is one object, not an array.");
            return List.of(failure());
        }
        expectArray("failure-details");
        var failures = new ArrayList<FailureDetail>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            failures.add(failure());
        }
        return failures;
    }

    private FailureDetail failure() {
        if (++failureDetails > limits.maxFailureDetails()) {
            throw new Unusable("report-limit", "The report lists more than " + limits.maxFailureDetails()
                    + " failure details, the limit for one report.");
        }
        expectObject("an entry of failure-details");
        var words = new LinkedHashMap<String, String>();
        OptionalLong sessions = OptionalLong.empty();
        var seen = new HashSet<String>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = key(seen);
            switch (key) {
                case "failed-session-count" -> sessions = count();
                case "additional-information" -> words().filter(text -> !text.isEmpty())
                        .ifPresent(text -> words.put(key, text));
                case "receiving-mx-hostname" -> words().map(ReportParser::dnsName).map(this::cut)
                        .map(ReportParser::dnsName).filter(name -> !name.isEmpty())
                        .ifPresent(name -> words.put(key, name));
                case "result-type", "sending-mta-ip", "receiving-mx-helo", "receiving-ip", "failure-reason-code" ->
                        words().map(this::cut).filter(text -> !text.isEmpty()).ifPresent(text -> words.put(key, text));
                default -> skip();
            }
        }
        String typeAsSent = words.getOrDefault("result-type", "");
        ResultType type = ResultType.byWire(typeAsSent);
        if (type == ResultType.OTHER) {
            note("unknown-result-type", typeAsSent.isEmpty() ? "A failure has no result-type."
                    : "The result type '" + printable(typeAsSent) + "' is not one of RFC 8460.");
        }
        if (sessions.isEmpty()) {
            note("count-missing", "A count of sessions is missing; it is unknown.");
        }
        return new FailureDetail(type, typeAsSent, Optional.ofNullable(words.get("sending-mta-ip")),
                Optional.ofNullable(words.get("receiving-mx-hostname")),
                Optional.ofNullable(words.get("receiving-mx-helo")), Optional.ofNullable(words.get("receiving-ip")),
                sessions, Optional.ofNullable(words.get("additional-information")),
                Optional.ofNullable(words.get("failure-reason-code")));
    }

    /// The name of the current field in the RFC's spelling, with the parser moved on to its value; empty for a name that
    /// the RFC does not know.
    ///
    /// A name twice in one object is refused (RFC 7493 §2.3): which of two counts is meant can't be told. Only known
    /// names are remembered, so that a report of a million made-up ones costs no memory.
    private String key(Set<String> seen) {
        String name = json.currentName();
        String key = KEYS.contains(name) ? name : name.toLowerCase(Locale.ROOT);
        if (!KEYS.contains(key)) {
            json.nextToken();
            return "";
        }
        if (!key.equals(name)) {
            note("key-case", "A key is not in lower case.");
        }
        if (!seen.add(key)) {
            throw new Unusable("key-repeated", "'" + key + "' is there twice in one object; which is meant can't be "
                    + "told.", "RFC 7493 §2.3");
        }
        json.nextToken();
        return key;
    }

    private void skip() {
        json.skipChildren();
    }

    private Optional<String> contactInfo() {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            note("contact-info-null", "contact-info is null.");
        }
        return words().filter(text -> !text.isEmpty());
    }

    /// A text that says which report this is: kept whole or not at all.
    private Optional<String> identity(String name) {
        return text().map(String::strip).filter(given -> !given.isEmpty()).map(given -> whole(name, given));
    }

    private static String whole(String name, String text) {
        if (text.length() > MAX_IDENTITY) {
            throw new Unusable("report-limit", "'" + name + "' is longer than " + MAX_IDENTITY + " characters.");
        }
        return text;
    }

    /// A name or code that figures are grouped by, cut to what an index holds.
    private String cut(String text) {
        if (text.length() <= MAX_IDENTITY) {
            return text;
        }
        note("text-cut", "A name or code is longer than " + MAX_IDENTITY + " characters; the rest was cut off.");
        int end = Character.isHighSurrogate(text.charAt(MAX_IDENTITY - 1)) ? MAX_IDENTITY - 1 : MAX_IDENTITY;
        return text.substring(0, end);
    }

    /// A text for people: whatever else stands there changes no figure, and is passed over.
    private Optional<String> words() {
        if (json.currentToken().isStructStart()) {
            note("text-not-text", "An object or array stands where a text should; it was passed over.");
            json.skipChildren();
            return Optional.empty();
        }
        return text();
    }

    /// A text; a number counts as one, null as none.
    private Optional<String> text() {
        return text(this::clean);
    }

    private Optional<String> text(UnaryOperator<String> reading) {
        return switch (json.currentToken()) {
            case VALUE_STRING -> Optional.of(reading.apply(json.getString()));
            case VALUE_NULL -> Optional.empty();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE -> {
                note("text-as-other", "A text is written as a number or a truth value.");
                yield Optional.of(json.getString());
            }
            default -> throw new Unusable("text-expected", "'" + printable(String.valueOf(json.currentName()))
                    + "' should be a text.");
        };
    }

    /// One text or an array of texts, blank ones left out.
    private List<String> texts(String name, UnaryOperator<String> reading) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            return text(reading).filter(text -> !text.isBlank()).map(List::of).orElse(List.of());
        }
        var found = new ArrayList<String>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            countText(name);
            text(reading).filter(text -> !text.isBlank()).ifPresent(found::add);
        }
        return found;
    }

    /// Short texts cost far more memory than bytes, so their number is limited too.
    private void countText(String name) {
        if (++texts > limits.maxFailureDetails()) {
            throw new Unusable("report-limit", "With '" + name + "', the report lists more than "
                    + limits.maxFailureDetails() + " policy strings and MX hosts, the limit for one report.");
        }
    }

    /// A whole number of sessions, not negative; a text of digits counts as one.
    private OptionalLong count() {
        return switch (json.currentToken()) {
            case VALUE_NULL -> OptionalLong.empty();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> OptionalLong.of(sessions(json.getString()));
            case VALUE_STRING -> {
                note("number-as-string", "A count is written as a text.");
                yield OptionalLong.of(sessions(json.getString().strip()));
            }
            default -> throw new Unusable("count-syntax", "A count of sessions is not a number.");
        };
    }

    private long sessions(String text) {
        try {
            // A text can be longer than a number may be.
            var number = new BigDecimal(text.length() > TlsReportReader.MAX_NUMBER_LENGTH ? "" : text);
            if (number.signum() < 0) {
                throw new Unusable("count-negative", "A count of sessions is negative.");
            }
            // Bounded before it is expanded: 1e999999999 is short to write and long to compute.
            if (number.precision() - (long) number.scale() > 18 || number.compareTo(maxSessions) > 0) {
                throw new Unusable("count-too-large", "A count of sessions is more than " + limits.maxSessions()
                        + ", the limit for one count.", "");
            }
            return number.longValueExact();
        } catch (ArithmeticException fraction) {
            throw new Unusable("count-fraction", "A count of sessions is not a whole number.");
        } catch (NumberFormatException notANumber) {
            throw new Unusable("count-syntax", "'" + printable(text) + "' is not a count of sessions.");
        }
    }

    private void expectObject(String what) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new Unusable("object-expected", what + " should be a JSON object.");
        }
    }

    private void expectArray(String what) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new Unusable("array-expected", what + " should be a JSON array.");
        }
    }

    /// Control characters are no part of any name, and could do harm where the text is shown, logged or sent on. NUL
    /// can't even be stored, nor half of a surrogate pair.
    private String clean(String text) {
        if (isPlain(text)) {
            return text;
        }
        if (text.indexOf(LOST) >= 0) {
            note("characters-lost", "A text holds bytes that are no UTF-8, or what is left of some; they were replaced.");
        }
        var cleaned = new StringBuilder(text.length());
        text.codePoints().forEach(c -> cleaned.appendCodePoint(isHarmful(c) ? LOST : c));
        if (!text.contentEquals(cleaned)) {
            note("control-characters", "A text holds control characters; they were replaced.");
        }
        return cleaned.toString();
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c >= 0x7f) {
                return false;
            }
        }
        return true;
    }

    /// What can't be seen, or turns the writing direction of what follows (U+202A to U+202E, U+2066 to U+2069). The two
    /// joiners stay: Persian and Indic names are written with them.
    private static boolean isHarmful(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            case Character.FORMAT -> c != 0x200C && c != 0x200D;
            default -> (c & 0xFFFE) == 0xFFFE;
        };
    }

    /// In lower case, without white space around it and without the dot of the root.
    private static String dnsName(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        while (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1).stripTrailing();
        }
        return name;
    }

    /// A sender's words fit to stand in a message of ours.
    static String printable(String text) {
        String clean = text.replaceAll("[^\\x20-\\x7E]+", " ");
        return clean.length() > 120 ? clean.substring(0, 120) + "…" : clean;
    }

    private void note(String code, String message) {
        notes.putIfAbsent(code, new Problem(code, message, RULE));
    }
}

package dev.postern.bounce;

import dev.postern.name.DomainName;
import dev.postern.name.HostName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a pasted bounce says, as far as it could be found: a whole non-delivery report (RFC 3464), its text as a mail
/// program shows it, or a line of a sender's log.
///
/// @param statuses  enhanced status codes (RFC 3463), in the order they stand there
/// @param text      where the words are looked for: the diagnosis where there is one, else everything; lines are joined
/// @param recipient whom the mail was for
/// @param domain    of the recipient
/// @param mx        the server that the sender spoke to
/// @param reporter  the server that wrote the report, as it names itself
public record Bounce(List<String> statuses, String text, Optional<String> recipient, Optional<DomainName> domain,
                     Optional<HostName> mx, Optional<String> reporter) {

    /// Longer ones are refused: characters.
    public static final int MOST = 262_144;
    private static final int MOST_CODES = 20;
    private static final int MOST_SHOWN = 2_000;

    private static final Pattern STATUS = Pattern.compile("(?<![\\d.])[45]\\.\\d{1,3}\\.\\d{1,3}(?![\\d.]\\d|\\d)");
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9._%+=-]{1,64}@([A-Za-z0-9.-]{1,253})");
    private static final Pattern LOGGED = Pattern.compile("(?:\\bto=<|== |\\*\\* )([^\\s<>@]{1,64}@[A-Za-z0-9.-]{1,253})");
    private static final Pattern SERVER = Pattern.compile("(?:relay=|\\bH=|offered by host |but host |\\bhost |FQDN=|error for )"
            + "([A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63}){1,10})");
    private static final Pattern POLICY_DOMAIN = Pattern.compile(
            "(?i)MX hosts of ['\"<]?([A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63}){1,10})");
    private static final Pattern TAG = Pattern.compile("<[/!a-zA-Z][^<>]{0,2000}>");

    public Bounce {
        statuses = List.copyOf(statuses);
    }

    /// Reads what a person pasted. What is missing stays empty; nothing is refused here.
    ///
    /// @param pasted of which no more than [#MOST] characters are read
    public static Bounce read(String pasted) {
        String all = plain(pasted.substring(0, Math.min(pasted.length(), MOST)));
        var fields = new Fields(all);
        String joined = all.replaceAll("\\s+", " ").strip();
        String text = fields.first("Diagnostic-Code").filter(diagnosis -> Wording.in(diagnosis).isPresent()
                || Wording.in(joined).isEmpty()).orElse(joined);
        Optional<String> recipient = fields.first("Final-Recipient").or(() -> fields.first("Original-Recipient"))
                .map(Bounce::withoutType).or(() -> found(LOGGED, joined)).or(() -> found(ADDRESS, joined, 0));
        Optional<DomainName> domain = found(POLICY_DOMAIN, joined).or(() -> recipient.map(address ->
                        address.substring(address.lastIndexOf('@') + 1)))
                .flatMap(name -> DomainName.parse(withoutDot(name)).asOptional());
        Optional<HostName> mx = fields.first("Remote-MTA").map(Bounce::withoutType).or(() -> found(SERVER, text))
                .or(() -> found(SERVER, joined)).flatMap(name -> HostName.parse(withoutDot(name)).asOptional());
        return new Bounce(codes(fields, text, joined), text.substring(0, Math.min(text.length(), MOST_SHOWN)), recipient,
                domain, mx, fields.first("Reporting-MTA").map(Bounce::withoutType));
    }

    private static List<String> codes(Fields fields, String text, String joined) {
        var codes = new LinkedHashSet<String>();
        Stream.of(text, fields.first("Status").orElse(""), joined).forEach(where -> {
            Matcher code = STATUS.matcher(where);
            while (codes.size() < MOST_CODES && code.find()) {
                codes.add(code.group());
            }
        });
        return new ArrayList<>(codes);
    }

    /// Of a page of HTML its text; anything else as it is.
    private static String plain(String pasted) {
        String lower = pasted.toLowerCase(Locale.ROOT);
        if (!lower.contains("<html") && !lower.contains("<div") && !lower.contains("<p>")) {
            return pasted;
        }
        return TAG.matcher(pasted).replaceAll(" ").replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">")
                .replace("&#39;", "'").replace("&quot;", "\"").replace("&amp;", "&");
    }

    private static Optional<String> found(Pattern pattern, String text) {
        return found(pattern, text, 1);
    }

    private static Optional<String> found(Pattern pattern, String text, int group) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(group)) : Optional.empty();
    }

    /// `rfc822; bob@example.com` without its type (RFC 3464 §2.1.2).
    private static String withoutType(String value) {
        int end = value.indexOf(';');
        String name = value.substring(end + 1).strip();
        int space = name.indexOf(' ');
        return (space < 0 ? name : name.substring(0, space)).replace("<", "").replace(">", "");
    }

    private static String withoutDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /// The fields of a delivery status (RFC 3464 §2.1), wherever in the text they stand.
    private record Fields(List<String> lines) {

        Fields(String text) {
            this(unfolded(text));
        }

        private static List<String> unfolded(String text) {
            var lines = new ArrayList<StringBuilder>();
            text.lines().forEach(line -> {
                if (!lines.isEmpty() && !line.isBlank() && Character.isWhitespace(line.charAt(0))) {
                    lines.getLast().append(' ').append(line.strip());
                } else {
                    lines.add(new StringBuilder(line.strip()));
                }
            });
            return lines.stream().map(StringBuilder::toString).toList();
        }

        Optional<String> first(String name) {
            return lines.stream().filter(line -> line.length() > name.length() && line.charAt(name.length()) == ':'
                    && line.regionMatches(true, 0, name, 0, name.length()))
                    .map(line -> line.substring(name.length() + 1).strip()).filter(value -> !value.isEmpty()).findFirst();
        }
    }
}

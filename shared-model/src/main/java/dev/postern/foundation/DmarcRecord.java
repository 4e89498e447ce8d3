package dev.postern.foundation;

import dev.postern.name.HostName;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.parse.Quoted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The TXT record at `_dmarc` (RFC 7489 §6.3).
///
/// @param policy     for mail of the domain itself
/// @param subdomains for mail of domains below it; what [#policy] says unless written otherwise
/// @param alignment  how closely signing and sending domain must match the sender that people see
/// @param percent    the share of failing mail that the policy is applied to, 0 to 100
/// @param rua        where aggregate reports go, as written
public record DmarcRecord(Policy policy, Policy subdomains, Alignment alignment, int percent, List<String> rua) {

    private static final String RULE = "RFC 7489 §6.3";
    private static final Pattern VERSION = Pattern.compile("(?s)v\\s*+=\\s*+DMARC1\\s*+(?:;.*+)?");
    private static final int ALL = 100;

    /// What receivers are asked to do with mail that fails.
    public enum Policy {
        NONE, QUARANTINE, REJECT;

        /// As written in a record.
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        private static Optional<Policy> of(String wire) {
            for (Policy policy : values()) {
                if (policy.wire().equalsIgnoreCase(wire)) {
                    return Optional.of(policy);
                }
            }
            return Optional.empty();
        }
    }

    /// Strict: the same domain. Relaxed: the same organizational domain (RFC 7489 §3.1).
    ///
    /// @param strictDkim `adkim=s`
    /// @param strictSpf  `aspf=s`
    public record Alignment(boolean strictDkim, boolean strictSpf) {

        /// As part of a sentence.
        public String words() {
            return "DKIM " + (strictDkim ? "strict" : "relaxed") + ", SPF " + (strictSpf ? "strict" : "relaxed");
        }
    }

    public DmarcRecord {
        rua = List.copyOf(rua);
    }

    /// Reads the one DMARC record among the TXT records of a name.
    ///
    /// @param txtRecords each with its strings joined, without spaces between
    public static Parsed<DmarcRecord> parse(List<String> txtRecords) {
        var ours = ours(txtRecords);
        if (ours.size() > 1) {
            return Parsed.invalid("dmarc-record-repeated", "There are " + ours.size() + " DMARC records; receivers "
                    + "then act as if there were none. Keep one.", "RFC 7489 §6.6.3");
        }
        if (ours.isEmpty()) {
            return txtRecords.stream().filter(text -> text.toLowerCase(Locale.ROOT).contains("dmarc")).findFirst()
                    .map(meant -> Parsed.<DmarcRecord>invalid("dmarc-record-version", Quoted.of(meant)
                            + " does not begin with exactly v=DMARC1, so receivers skip it.", RULE))
                    .orElseGet(() -> Parsed.invalid("dmarc-record-missing", "There is no DMARC record (v=DMARC1; p=…).",
                            RULE));
        }
        return TagList.parse(ours.getFirst()).map(DmarcRecord::read).orElseGet(() -> Parsed.invalid(
                "dmarc-record-syntax", Quoted.of(ours.getFirst()) + " is no list of tag=value fields, each once.",
                        RULE));
    }

    private static List<String> ours(List<String> txtRecords) {
        return txtRecords.stream().filter(text -> VERSION.matcher(text.strip()).matches()).toList();
    }

    /// Whether there is none: receivers then look above (RFC 7489 §6.6.3). A record with faults is one.
    public static boolean isAbsent(List<String> txtRecords) {
        return ours(txtRecords).isEmpty();
    }

    /// The one record with some fields changed, as to publish.
    ///
    /// @param changes by tag in lower case; an empty value takes the field out
    /// @return empty when there is not one record, or it can't be read
    public static Optional<String> with(List<String> txtRecords, Map<String, String> changes) {
        var ours = ours(txtRecords);
        return ours.size() != 1 ? Optional.empty()
                : TagList.parse(ours.getFirst()).flatMap(tags -> tags.with(changes).render());
    }

    /// The one record without what receivers can't use, as to publish; without a valid policy it says `p=none`, as that
    /// is what receivers take it for.
    ///
    /// @return empty when there is not one record, or it can't be read
    public static Optional<String> corrected(List<String> txtRecords) {
        var ours = ours(txtRecords);
        return ours.size() != 1 ? Optional.empty() : TagList.parse(ours.getFirst())
                .flatMap(tags -> tags.with(corrections(tags)).render());
    }

    private static Map<String, String> corrections(TagList tags) {
        var changes = new HashMap<String, String>();
        if (tags.get("p").flatMap(Policy::of).isEmpty()) {
            changes.put("p", Policy.NONE.wire());
        }
        if (tags.get("sp").flatMap(Policy::of).isEmpty()) {
            changes.put("sp", "");
        }
        var unread = new ArrayList<Problem>();
        for (String alignment : List.of("adkim", "aspf")) {
            strict(tags, alignment, unread);
            if (!unread.isEmpty()) {
                changes.put(alignment, "");
                unread.clear();
            }
        }
        percent(tags, unread);
        if (!unread.isEmpty()) {
            changes.put("pct", "");
        }
        if (tags.get("rua").isPresent()) {
            changes.put("rua", rua(tags).stream().filter(uri -> destination(uri).isPresent())
                    .collect(Collectors.joining(",")));
        }
        return changes;
    }

    /// Of several records the one that asks for least, so that no mail is lost over keeping it.
    public static Optional<String> mildest(List<String> txtRecords) {
        return ours(txtRecords).stream().map(List::of).filter(one -> parse(one).asOptional().isPresent())
                .min(Comparator.comparing((List<String> one) -> parse(one).orThrow().policy())
                        .thenComparing(List::getFirst)).flatMap(one -> with(one, Map.of()));
    }

    private static Parsed<DmarcRecord> read(TagList tags) {
        var notes = new ArrayList<Problem>();
        var rua = rua(tags);
        rua.stream().filter(uri -> destination(uri).isEmpty()).findFirst().ifPresent(wrong -> notes.add(new Problem(
                "dmarc-rua", Quoted.of(wrong) + " in rua is no mailto: address.", RULE)));
        Optional<Policy> policy = tags.get("p").flatMap(Policy::of);
        if (policy.isEmpty() && rua.isEmpty()) {
            return Parsed.invalid("dmarc-policy-missing", tags.get("p").map(wrong -> "p=" + Quoted.of(wrong)
                    + " is none of none, quarantine and reject.").orElse("The record says no policy (p=).") , RULE);
        }
        if (policy.isEmpty()) {
            notes.add(new Problem("dmarc-policy-missing", "The record says no valid policy (p=), so receivers take it "
                    + "for p=none.", "RFC 7489 §6.6.3"));
        }
        Optional<String> sp = tags.get("sp");
        if (sp.isPresent() && Policy.of(sp.get()).isEmpty()) {
            notes.add(new Problem("dmarc-sp", "sp=" + Quoted.of(sp.get()) + " is none of none, quarantine and reject.",
                    RULE));
        }
        Policy own = policy.orElse(Policy.NONE);
        return Parsed.valid(new DmarcRecord(own, sp.flatMap(Policy::of).orElse(own), new Alignment(
                strict(tags, "adkim", notes), strict(tags, "aspf", notes)), percent(tags, notes), rua), notes);
    }

    private static List<String> rua(TagList tags) {
        return Arrays.stream(tags.get("rua").orElse("").split(",")).map(String::strip).filter(uri -> !uri.isEmpty())
                .toList();
    }

    private static boolean strict(TagList tags, String tag, List<Problem> notes) {
        String written = tags.get(tag).orElse("r").toLowerCase(Locale.ROOT);
        if (!written.equals("r") && !written.equals("s")) {
            notes.add(new Problem("dmarc-alignment", tag + "=" + Quoted.of(written) + " is neither r (relaxed) nor s "
                    + "(strict).", RULE));
        }
        return written.equals("s");
    }

    private static int percent(TagList tags, List<Problem> notes) {
        Optional<String> pct = tags.get("pct");
        if (pct.isEmpty()) {
            return ALL;
        }
        if (!pct.get().matches("\\d{1,3}") || Integer.parseInt(pct.get()) > ALL) {
            notes.add(new Problem("dmarc-pct", "pct=" + Quoted.of(pct.get()) + " is no number from 0 to 100.", RULE));
            return ALL;
        }
        return Integer.parseInt(pct.get());
    }

    /// The domain that a report address is at; empty when it is no mail address with a host name.
    public static Optional<String> destination(String uri) {
        if (!uri.regionMatches(true, 0, "mailto:", 0, "mailto:".length())) {
            return Optional.empty();
        }
        // A size limit may follow (`!10m`).
        String address = uri.substring("mailto:".length()).split("[!?]", 2)[0];
        int at = address.lastIndexOf('@');
        return at < 1 ? Optional.empty() : HostName.parse(address.substring(at + 1)).asOptional().map(HostName::ascii);
    }
}

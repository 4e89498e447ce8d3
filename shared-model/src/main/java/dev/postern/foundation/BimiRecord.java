package dev.postern.foundation;

import dev.postern.parse.Parsed;
import dev.postern.parse.Quoted;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The TXT record at `default._bimi` (draft-brand-indicators-for-message-identification §4.3).
///
/// @param logo     where the SVG image is; empty when the domain declines to have one
/// @param evidence where the mark certificate is; large mailbox providers show no logo without
public record BimiRecord(Optional<URI> logo, Optional<URI> evidence) {

    private static final String RULE = "draft-brand-indicators-for-message-identification §4.3";

    /// Reads the one BIMI record among the TXT records of a name.
    ///
    /// @param txtRecords each with its strings joined, without spaces between
    public static Parsed<BimiRecord> parse(List<String> txtRecords) {
        var ours = txtRecords.stream().filter(text -> text.strip().toLowerCase(Locale.ROOT).startsWith("v=bimi"))
                .toList();
        if (ours.size() != 1) {
            return Parsed.invalid(ours.isEmpty() ? "bimi-record-missing" : "bimi-record-repeated", ours.isEmpty()
                    ? "There is no BIMI record (v=BIMI1)." : "There are " + ours.size() + " BIMI records; keep one.", RULE);
        }
        Optional<TagList> tags = TagList.parse(ours.getFirst());
        if (tags.isEmpty() || !tags.get().beginsWith("v", "BIMI1")) {
            return Parsed.invalid("bimi-record-syntax", Quoted.of(ours.getFirst()) + " is no list of tag=value fields "
                    + "that begins with v=BIMI1.", RULE);
        }
        Optional<String> logo = tags.get().get("l");
        if (logo.isEmpty()) {
            return Parsed.invalid("bimi-logo-missing", "The record does not say where the logo is (l=).", RULE);
        }
        Optional<String> evidence = tags.get().get("a").filter(text -> !text.isEmpty() && !text.equals("self"));
        if (logo.get().isEmpty()) {
            return Parsed.valid(new BimiRecord(Optional.empty(), Optional.empty()));
        }
        Optional<URI> image = https(logo.get());
        if (image.isEmpty() || evidence.isPresent() && https(evidence.get()).isEmpty()) {
            return Parsed.invalid("bimi-uri", Quoted.of(image.isEmpty() ? logo.get() : evidence.get())
                    + " is no https: address.", RULE);
        }
        return Parsed.valid(new BimiRecord(image, evidence.flatMap(BimiRecord::https)));
    }

    private static Optional<URI> https(String text) {
        try {
            URI uri = new URI(text);
            return "https".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null ? Optional.of(uri)
                    : Optional.empty();
        } catch (URISyntaxException notOne) {
            return Optional.empty();
        }
    }
}

package dev.postern.dnsrecord;

import dev.postern.check.Check;
import dev.postern.mtasts.StsRecord;
import dev.postern.parse.Parsed;
import dev.postern.parse.Quoted;
import dev.postern.setup.RecordToPublish;
import dev.postern.tlsrpt.ReportUri;
import dev.postern.tlsrpt.TlsRptRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What is to be done at a name so that it says what is to be published. Records of other kinds stay, report addresses
/// of others stay, and what somebody else wrote is replaced only with a person's consent to replacing exactly that.
public sealed interface RecordChange {

    /// It says so already.
    record None() implements RecordChange {
    }

    /// Everything that has to stand there afterwards.
    record Write(OwnerContent to) implements RecordChange {
    }

    /// Somebody else's record is in the way.
    ///
    /// @param found       the record, as shown and as consented to
    /// @param replaceable whether consent would do; otherwise a person has to clear the way
    /// @param words       what is wrong and what to do
    record Conflict(String found, boolean replaceable, String words) implements RecordChange {
    }

    /// @param now     what stands at the record's name
    /// @param ours    values that Postern has planned for this name before, or is about to write
    /// @param allowed somebody else's record, as a [Conflict] showed it, that may be replaced
    static RecordChange towards(RecordToPublish wanted, OwnerContent now, Set<String> ours, Optional<String> allowed) {
        return wanted.type().equals("CNAME") ? alias(wanted, now, ours, allowed) : text(wanted, now, ours, allowed);
    }

    private static RecordChange alias(RecordToPublish wanted, OwnerContent now, Set<String> ours,
                                      Optional<String> allowed) {
        OwnerContent to = OwnerContent.aliasOf(wanted.value());
        if (now.alias().equals(to.alias())) {
            return new None();
        }
        if (now.addresses() || !now.texts().isEmpty()) {
            return new Conflict(now.shown(), false, wanted.name() + " has records of its own, and a CNAME can't stand beside "
                    + "others (RFC 2181 §10.1). Remove them there, or choose your own web server for the policy.");
        }
        boolean free = now.alias().isEmpty() || ours.stream().map(OwnerContent::aliasOf)
                .anyMatch(written -> written.alias().equals(now.alias())) || allowed.equals(Optional.of(now.shown()));
        return free ? new Write(to) : foreign(wanted, now.shown());
    }

    private static RecordChange text(RecordToPublish wanted, OwnerContent now, Set<String> ours,
                                     Optional<String> allowed) {
        if (now.alias().isPresent()) {
            return allowed.equals(Optional.of(now.shown())) ? new Write(OwnerContent.ofTexts(List.of(wanted.value())))
                    : foreign(wanted, now.shown());
        }
        List<String> related = now.texts().stream().filter(text -> related(wanted, ours, text)).toList();
        if (wanted.check() == Check.TLSRPT_RECORD) {
            return reportAddresses(wanted, now, related, ours, allowed);
        }
        if (related.size() == 1 && says(wanted, related.getFirst())) {
            return new None();
        }
        List<String> others = related.stream().filter(text -> !says(wanted, text)
                && ours.stream().noneMatch(written -> written.equals(text) || sameId(wanted, written, text))).toList();
        String found = String.join("\n", others);
        return others.isEmpty() || allowed.equals(Optional.of(found))
                ? new Write(replacing(now, related, wanted.value())) : foreign(wanted, found);
    }

    /// Whether a text is of the kind that there may be one of at that name.
    private static boolean related(RecordToPublish wanted, Set<String> ours, String text) {
        String version = text.strip().toLowerCase(Locale.ROOT).replaceAll("\\s*=\\s*", "=");
        return ours.contains(text) || says(wanted, text) || switch (wanted.check()) {
            case STS_RECORD_SYNTAX -> version.startsWith("v=stsv");
            case TLSRPT_RECORD -> version.startsWith("v=tlsrpt");
            // Several organisations may prove the same domain, each with a value of its own.
            default -> false;
        };
    }

    /// Whether a text means the same as what is wanted, as with one semicolon less.
    private static boolean says(RecordToPublish wanted, String text) {
        return text.equals(wanted.value()) || sameId(wanted, wanted.value(), text);
    }

    private static boolean sameId(RecordToPublish wanted, String one, String other) {
        Optional<String> id = StsRecord.parse(List.of(other)).asOptional().map(StsRecord::id);
        return wanted.check() == Check.STS_RECORD_SYNTAX && id.isPresent()
                && id.equals(StsRecord.parse(List.of(one)).asOptional().map(StsRecord::id));
    }

    /// A name has one TLSRPT record (RFC 8460 §3), so that the addresses of all who want reports share it.
    private static RecordChange reportAddresses(RecordToPublish wanted, OwnerContent now, List<String> related,
                                                Set<String> ours, Optional<String> allowed) {
        List<String> unread = related.stream()
                .filter(text -> TlsRptRecord.parse(List.of(text)) instanceof Parsed.Invalid<TlsRptRecord>).toList();
        String found = String.join("\n", unread);
        if (!unread.isEmpty() && !allowed.equals(Optional.of(found))) {
            return foreign(wanted, found);
        }
        List<ReportUri> own = addresses(List.of(wanted.value()));
        Set<String> earlier = addresses(ours).stream().map(ReportUri::uri).collect(Collectors.toSet());
        List<ReportUri> present = addresses(related);
        var all = new ArrayList<>(own);
        present.stream().filter(address -> !earlier.contains(address.uri()) && !all.contains(address)).forEach(all::add);
        if (related.size() == 1 && unread.isEmpty() && Set.copyOf(present).equals(Set.copyOf(all))) {
            return new None();
        }
        return new Write(replacing(now, related, new TlsRptRecord(all).render()));
    }

    private static List<ReportUri> addresses(Collection<String> records) {
        return records.stream().flatMap(text -> TlsRptRecord.parse(List.of(text)).asOptional().stream())
                .flatMap(record -> record.rua().stream()).distinct().toList();
    }

    private static OwnerContent replacing(OwnerContent now, List<String> old, String value) {
        var texts = new ArrayList<>(now.texts());
        texts.removeAll(old);
        texts.add(value);
        return OwnerContent.ofTexts(texts);
    }

    private static Conflict foreign(RecordToPublish wanted, String found) {
        return new Conflict(found, true, wanted.name() + " has a record that Postern did not write: " + Quoted.of(found)
                + ". It was left as it is. Remove it, or let Postern replace it.");
    }
}

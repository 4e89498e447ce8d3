package dev.postern.probe.dns;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Whether the DNS servers in use pass DNSSEC data on at all. One that leaves out signatures or proofs makes every
/// zone look bogus; so this is asked before any is called so.
final class DnssecPassage {

    static final String STRIPPED = "the DNS server in use does not pass on DNSSEC data";
    private static final long REMEMBERED = TimeUnit.MINUTES.toNanos(1);

    private final DnsServers servers;
    private final Name zone;
    private volatile long passesUntil;
    private volatile boolean passed;

    DnssecPassage(DnsServers servers, TrustAnchors anchors) {
        this.servers = servers;
        this.zone = anchors.zone();
    }

    /// What keeps a validation from telling anything; empty when nothing does.
    Optional<String> obstacle() {
        if (passed && passesUntil - System.nanoTime() > 0) {
            return Optional.empty();
        }
        try {
            // The keys of the trusted zone are signed, and so is the proof that it has no such text.
            if (!servers.askEach(query(Type.DNSKEY)).stream().allMatch(answer -> signed(answer, Section.ANSWER,
                    List.of(Type.DNSKEY))) || !servers.askEach(query(Type.TXT)).stream().allMatch(this::proven)) {
                passed = false;
                return Optional.of(STRIPPED);
            }
            passesUntil = System.nanoTime() + REMEMBERED;
            passed = true;
            return Optional.empty();
        } catch (NoAnswerException none) {
            return Optional.of(none.getMessage());
        }
    }

    private Message query(int type) {
        return AskedOnce.query(Record.newRecord(zone, type, DClass.IN));
    }

    private boolean proven(Message answer) {
        return !answer.getSection(Section.ANSWER).isEmpty()
                || signed(answer, Section.AUTHORITY, List.of(Type.NSEC, Type.NSEC3));
    }

    private static boolean signed(Message answer, int section, List<Integer> types) {
        var records = answer.getSection(section);
        return records.stream().anyMatch(record -> types.contains(record.getType())) && records.stream()
                .anyMatch(record -> record instanceof RRSIGRecord signature
                        && types.contains(signature.getTypeCovered()));
    }
}

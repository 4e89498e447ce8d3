package dev.postern.testbed;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// The records and faults of the whole tree of names, and the answer to each question.
///
/// Guarded by its own monitor: questions are few and answers take microseconds.
final class Zone {

    /// What goes wrong for a name.
    enum Fault { SERVFAIL, SILENT, TRUNCATED }

    private static final int MAX_STRING = 255;
    private static final int OUR_PAYLOAD = 1232;

    private final Map<Name, Map<Integer, List<Record>>> records = new HashMap<>();
    private final Map<Name, Fault> faults = new HashMap<>();
    private final Map<Name, Map<Integer, Integer>> questions = new HashMap<>();

    synchronized void replace(Name owner, int type, List<Record> with) {
        if (with.isEmpty()) {
            remove(owner, type);
        } else {
            records.computeIfAbsent(owner, _ -> new HashMap<>()).put(type, List.copyOf(with));
        }
    }

    synchronized void add(Record record) {
        records.computeIfAbsent(record.getName(), _ -> new HashMap<>()).merge(record.getType(), List.of(record),
                (before, more) -> {
                    var all = new ArrayList<>(before);
                    all.addAll(more);
                    return List.copyOf(all);
                });
    }

    synchronized void remove(Name owner, int type) {
        records.computeIfPresent(owner, (_, types) -> {
            types.remove(type);
            return types.isEmpty() ? null : types;
        });
    }

    synchronized void fault(Name name, Fault fault) {
        faults.put(name, fault);
    }

    synchronized void healthy(Name name) {
        faults.remove(name);
    }

    synchronized int questions(Name name, int type) {
        return questions.getOrDefault(name, Map.of()).getOrDefault(type, 0);
    }

    /// The answer; empty when there is to be none.
    synchronized Optional<Message> answer(Message query, boolean overTcp) {
        Record question = query.getQuestion();
        var answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.AA);
        // It knows every name there is, so a resolver's stub may use it too.
        answer.getHeader().setFlag(Flags.RA);
        if (query.getHeader().getFlag(Flags.RD)) {
            answer.getHeader().setFlag(Flags.RD);
        }
        if (query.getOPT() != null) {
            answer.addRecord(new OPTRecord(OUR_PAYLOAD, 0, 0), Section.ADDITIONAL);
        }
        if (question == null) {
            answer.getHeader().setRcode(Rcode.FORMERR);
            return Optional.of(answer);
        }
        answer.addRecord(question, Section.QUESTION);
        questions.computeIfAbsent(question.getName(), _ -> new HashMap<>()).merge(question.getType(), 1, Integer::sum);
        return fill(answer, question, overTcp);
    }

    private Optional<Message> fill(Message answer, Record question, boolean overTcp) {
        var seen = new HashSet<Name>();
        Name at = question.getName();
        while (seen.add(at)) {
            switch (faults.get(at)) {
                case SILENT -> {
                    return Optional.empty();
                }
                case SERVFAIL -> {
                    answer.removeAllRecords(Section.ANSWER);
                    answer.getHeader().setRcode(Rcode.SERVFAIL);
                    return Optional.of(answer);
                }
                case TRUNCATED -> {
                    if (!overTcp) {
                        answer.removeAllRecords(Section.ANSWER);
                        answer.getHeader().setFlag(Flags.TC);
                        return Optional.of(answer);
                    }
                }
                case null -> {
                }
            }
            var types = records.getOrDefault(at, Map.of());
            var alias = types.get(Type.CNAME);
            if (alias != null && question.getType() != Type.CNAME) {
                answer.addRecord(alias.getFirst(), Section.ANSWER);
                at = ((CNAMERecord) alias.getFirst()).getTarget();
                continue;
            }
            var found = types.get(question.getType());
            if (found != null) {
                found.forEach(record -> answer.addRecord(record, Section.ANSWER));
            } else {
                // The code tells of the last name of the chain (RFC 6604 §3).
                answer.getHeader().setRcode(exists(at) ? Rcode.NOERROR : Rcode.NXDOMAIN);
                answer.addRecord(startOfAuthority(), Section.AUTHORITY);
            }
            return Optional.of(answer);
        }
        // A loop of aliases: the chain as far as it goes, as an authority would send it.
        return Optional.of(answer);
    }

    /// Whether there is anything at the name or below it (RFC 8020: what is above an existing name exists).
    private boolean exists(Name name) {
        return records.keySet().stream().anyMatch(owner -> owner.subdomain(name));
    }

    private static SOARecord startOfAuthority() {
        return new SOARecord(Name.root, DClass.IN, AuthoritativeDns.TTL_SECONDS, Name.root, Name.root, 1, 3600, 600,
                86_400, AuthoritativeDns.TTL_SECONDS);
    }

    /// A text in pieces of at most 255 bytes, in the escaped form that the record class reads.
    static List<String> strings(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var pieces = new ArrayList<String>();
        for (int from = 0; from < bytes.length || pieces.isEmpty(); from += MAX_STRING) {
            var piece = new StringBuilder();
            for (byte each : Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + MAX_STRING))) {
                boolean plain = each > ' ' && each < 0x7f && each != '\\' && each != '"';
                piece.append(plain ? String.valueOf((char) each) : "\\%03d".formatted(each & 0xff));
            }
            pieces.add(piece.toString());
        }
        return pieces;
    }
}

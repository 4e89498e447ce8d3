package dev.postern.testbed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// The answer to each question, from the tree of names and from what is to go wrong. Any number of threads may ask.
final class DnsAnswers {

    /// What goes wrong for a name.
    enum Fault { SERVFAIL, REFUSED, SILENT, TRUNCATED }

    /// What is left out of DNSSEC data, as by a resolver that does not know it.
    enum Stripped { NOTHING, DENIALS, ALL }

    private static final int OUR_PAYLOAD = 1232;
    /// Stands for all types of a name.
    private static final int ANY = 0;

    private record Question(Name name, int type) {
    }

    private final NameTree tree;
    private final Zones zones;
    private final Denial denial;
    private final Map<Question, Fault> faults = new ConcurrentHashMap<>();
    private final Map<Question, LongAdder> questions = new ConcurrentHashMap<>();
    private final LongAdder allQuestions = new LongAdder();
    private final Map<Name, Duration> delays = new ConcurrentHashMap<>();
    private volatile Duration delay = Duration.ZERO;
    private volatile Stripped stripped = Stripped.NOTHING;

    DnsAnswers(NameTree tree, Zones zones) {
        this.tree = tree;
        this.zones = zones;
        this.denial = new Denial(tree, zones);
    }

    void fault(Name name, Fault fault) {
        faults.put(new Question(name, ANY), fault);
    }

    void fault(Name name, int type, Fault fault) {
        faults.put(new Question(name, type), fault);
    }

    void healthy(Name name) {
        faults.keySet().removeIf(question -> question.name().equals(name));
        delays.remove(name);
    }

    void delay(Duration forAll) {
        delay = forAll;
    }

    void delay(Name name, Duration duration) {
        delays.put(name, duration);
    }

    void strip(Stripped what) {
        stripped = what;
    }

    int questions(Name name, int type) {
        var asked = questions.get(new Question(name, type));
        return asked == null ? 0 : asked.intValue();
    }

    long questions() {
        return allQuestions.sum();
    }

    void forgetQuestions() {
        questions.clear();
        allQuestions.reset();
    }

    /// How long the answer to this question takes.
    Duration delayOf(Message query) {
        Record question = query.getQuestion();
        return question == null ? delay : delays.getOrDefault(question.getName(), delay);
    }

    /// The answer; empty when there is to be none.
    Optional<Message> answer(Message query, boolean overTcp) {
        Record question = query.getQuestion();
        var answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.AA);
        // It knows every name there is, so a resolver's stub may use it too.
        answer.getHeader().setFlag(Flags.RA);
        for (int echoed : new int[]{Flags.RD, Flags.CD}) {
            if (query.getHeader().getFlag(echoed)) {
                answer.getHeader().setFlag(echoed);
            }
        }
        boolean dnssec = query.getOPT() != null && (query.getOPT().getFlags() & ExtendedFlags.DO) != 0
                && stripped != Stripped.ALL;
        if (query.getOPT() != null) {
            answer.addRecord(new OPTRecord(OUR_PAYLOAD, 0, 0, dnssec ? ExtendedFlags.DO : 0), Section.ADDITIONAL);
        }
        if (question == null) {
            answer.getHeader().setRcode(Rcode.FORMERR);
            return Optional.of(answer);
        }
        answer.addRecord(question, Section.QUESTION);
        allQuestions.increment();
        questions.computeIfAbsent(new Question(question.getName(), question.getType()), _ -> new LongAdder())
                .increment();
        return fill(answer, question, overTcp, dnssec);
    }

    private Optional<Message> fill(Message answer, Record question, boolean overTcp, boolean dnssec) {
        var seen = new HashSet<Name>();
        Name at = question.getName();
        while (seen.add(at)) {
            switch (fault(at, question.getType())) {
                case SILENT -> {
                    return Optional.empty();
                }
                case SERVFAIL -> {
                    return Optional.of(refusal(answer, Rcode.SERVFAIL));
                }
                case REFUSED -> {
                    return Optional.of(refusal(answer, Rcode.REFUSED));
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
            var zone = zones.answering(at, question.getType());
            var types = tree.at(at);
            var alias = types.get(Type.CNAME);
            if (alias != null && question.getType() != Type.CNAME) {
                add(answer, Section.ANSWER, zone, alias.subList(0, 1), dnssec);
                at = ((CNAMERecord) alias.getFirst()).getTarget();
                continue;
            }
            var found = types.get(question.getType());
            if (found != null) {
                add(answer, Section.ANSWER, zone, found, dnssec);
            } else {
                deny(answer, zone, at, dnssec);
            }
            return Optional.of(answer);
        }
        // A loop of aliases: the chain as far as it goes, as an authority would send it.
        return Optional.of(answer);
    }

    private Fault fault(Name name, int type) {
        var forAll = faults.get(new Question(name, ANY));
        return forAll != null ? forAll : faults.get(new Question(name, type));
    }

    private static Message refusal(Message answer, int code) {
        answer.removeAllRecords(Section.ANSWER);
        answer.getHeader().setRcode(code);
        return answer;
    }

    private void deny(Message answer, Zone zone, Name at, boolean dnssec) {
        // The code tells of the last name of the chain (RFC 6604 §3).
        answer.getHeader().setRcode(tree.exists(at) ? Rcode.NOERROR : Rcode.NXDOMAIN);
        if (dnssec && stripped == Stripped.DENIALS) {
            return;
        }
        add(answer, Section.AUTHORITY, zone, List.of(zones.authority(zone)), dnssec);
        if (dnssec && zone.isSigned()) {
            denial.proof(zone, at).forEach(record -> add(answer, Section.AUTHORITY, zone, List.of(record), true));
        }
    }

    private static void add(Message answer, int section, Zone zone, List<Record> records, boolean dnssec) {
        var all = new ArrayList<>(records);
        if (dnssec) {
            zone.key().ifPresent(key -> all.add(key.sign(records)));
        }
        all.forEach(record -> answer.addRecord(record, section));
    }
}

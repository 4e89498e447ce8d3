package dev.postern.probe.dns;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Remembers the keys of the root and of top-level domains, which every validation needs and no administrator of a
/// mail domain changes. What is below them is asked anew each time: a DS record that was just published must be seen.
///
/// What is remembered is the answer as it came; it is validated each time it is used.
final class KeyAnswers {

    private static final long LONGEST_SECONDS = TimeUnit.MINUTES.toSeconds(5);
    /// There are some 1,500 top-level domains; names that are none may come from anybody.
    private static final int MAX_ENTRIES = 4000;
    private static final int LABELS_OF_TOP_LEVEL = 2;

    private record Question(Name name, int type) {
    }

    private record Remembered(Message answer, long until) {
    }

    private final Map<Question, Remembered> answers = new ConcurrentHashMap<>();

    Optional<Message> find(Record question) {
        var known = answers.get(new Question(question.getName(), question.getType()));
        return known == null || known.until() - System.nanoTime() <= 0 ? Optional.empty()
                : Optional.of(known.answer().clone());
    }

    void remember(Record question, Message answer) {
        if (question.getName().labels() > LABELS_OF_TOP_LEVEL
                || question.getType() != Type.DS && question.getType() != Type.DNSKEY) {
            return;
        }
        long ttl = LONGEST_SECONDS;
        for (int section : new int[]{Section.ANSWER, Section.AUTHORITY}) {
            for (Record record : answer.getSection(section)) {
                ttl = Math.min(ttl, record.getTTL());
            }
        }
        if (answers.size() >= MAX_ENTRIES) {
            answers.clear();
        }
        answers.put(new Question(question.getName(), question.getType()),
                new Remembered(answer.clone(), System.nanoTime() + TimeUnit.SECONDS.toNanos(ttl)));
    }
}

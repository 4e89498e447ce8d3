package dev.postern.probe.dns;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/// The answers that one look at a name needs, with their signatures, each asked for once.
final class AskedOnce {

    static final Executor THREADS = task -> Thread.ofVirtual().name("dnssec").start(task);
    /// More than the longest honest chain of zones and aliases needs; a hostile zone could ask for any number.
    private static final int MAX_QUESTIONS = 150;

    private record Question(Name name, int type) {
    }

    private final DnsServers servers;
    private final KeyAnswers keys;
    private final long until;
    private final Map<Question, CompletableFuture<Message>> asked = new ConcurrentHashMap<>();

    /// @param keys  where answers about the root and top-level domains are remembered
    /// @param until when to give up, in the time of [System#nanoTime]
    AskedOnce(DnsServers servers, KeyAnswers keys, long until) {
        this.servers = servers;
        this.keys = keys;
        this.until = until;
    }

    long nanosLeft() {
        return Math.max(0, until - System.nanoTime());
    }

    /// The answer; it fails with an [UncheckedIOException] of a [NoAnswerException].
    CompletableFuture<Message> ask(Record question) {
        var key = new Question(question.getName(), question.getType());
        if (!asked.containsKey(key) && asked.size() >= MAX_QUESTIONS) {
            return CompletableFuture.failedFuture(new UncheckedIOException(
                    new NoAnswerException("more than " + MAX_QUESTIONS + " questions were needed")));
        }
        return asked.computeIfAbsent(key, _ -> CompletableFuture.supplyAsync(() -> fetch(question), THREADS));
    }

    private Message fetch(Record question) {
        return keys.find(question).orElseGet(() -> {
            try {
                Message answer = servers.ask(query(question), until);
                keys.remember(question, answer);
                return answer;
            } catch (NoAnswerException none) {
                throw new UncheckedIOException(none);
            }
        });
    }

    /// Every record of an answer that has come so far, but for the additional ones.
    Stream<Record> records() {
        return asked.values().stream().filter(answer -> answer.isDone() && !answer.isCompletedExceptionally())
                .map(CompletableFuture::join).flatMap(answer -> Stream.of(Section.ANSWER, Section.AUTHORITY)
                        .map(answer::getSection).flatMap(List::stream));
    }

    /// A question whose answer is to come with signatures, also when they do not hold (RFC 4035 §3.2.2).
    static Message query(Record question) {
        var query = Message.newQuery(question);
        query.getHeader().setFlag(Flags.CD);
        query.addRecord(new OPTRecord(Dns.UDP_PAYLOAD, 0, 0, ExtendedFlags.DO), Section.ADDITIONAL);
        return query;
    }
}

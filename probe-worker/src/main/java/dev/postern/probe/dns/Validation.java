package dev.postern.probe.dns;

import dev.postern.observation.Dnssec;
import dev.postern.observation.Dnssec.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;
import org.xbill.DNS.dnssec.ValidatingResolver;

/// The validation of one answer by dnsjava, from the trust anchors down.
///
/// dnsjava's validator alone does not tell "bogus" from "could not be asked": it takes SERVFAIL for bogus, and where
/// the keys for a denial can't be fetched it passes the answer on as if it were insecure. So this class sits below it
/// as its resolver and notes whether a question got no answer; a result that may rest on one is not known. Neither is
/// a result that is not secure and not explained as insecure.
final class Validation {

    /// An answer and what it is worth.
    ///
    /// @param answer empty when it is bogus or there is none
    record Result(Dnssec dnssec, Optional<Message> answer) {
    }

    private static final int MAX_DETAIL = 300;
    private static final String NOT_VALIDATED = "the answer could not be validated";

    private final AskedOnce upstream;
    private final Clock clock;
    private final AtomicReference<String> failure = new AtomicReference<>();
    private final ValidatingResolver validator;

    /// @param clock tells whether signatures are valid
    Validation(AskedOnce upstream, TrustAnchors anchors, Clock clock) {
        this.upstream = upstream;
        this.clock = clock;
        this.validator = new ValidatingResolver(new Upstream(), clock);
        try {
            validator.loadTrustAnchors(anchors.zoneFile());
        } catch (IOException unreadable) {
            throw new UncheckedIOException("trust anchors are read when they are made", unreadable);
        }
    }

    /// Asks, and judges the answer.
    Result ask(Name name, int type) {
        var question = Message.newQuery(Record.newRecord(name, type, DClass.IN));
        try {
            return judge(validator.sendAsync(question, AskedOnce.THREADS).toCompletableFuture()
                    .get(upstream.nanosLeft(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException late) {
            return unknown("the DNS server did not answer in time");
        } catch (ExecutionException failed) {
            return unknown(Optional.ofNullable(failure.get()).orElse(NOT_VALIDATED));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return unknown("the question was interrupted");
        }
    }

    private static Result unknown(String why) {
        return new Result(Dnssec.unknown(why), Optional.empty());
    }

    private Result judge(Message answer) {
        if (answer.getHeader().getFlag(Flags.AD)) {
            return new Result(new Dnssec(State.SECURE, ""), Optional.of(answer));
        }
        if (failure.get() != null) {
            return unknown(failure.get());
        }
        String reason = reason(answer);
        if (answer.getRcode() == Rcode.SERVFAIL) {
            return new Result(new Dnssec(State.BOGUS, expired().orElse(reason)), Optional.empty());
        }
        return reason.isEmpty() ? unknown(NOT_VALIDATED)
                : new Result(new Dnssec(State.INSECURE, reason), Optional.of(answer));
    }

    /// The reason that dnsjava gives, without the records that it quotes.
    private static String reason(Message answer) {
        return answer.getSection(Section.ADDITIONAL).stream()
                .filter(record -> record.getDClass() == ValidatingResolver.VALIDATION_REASON_QCLASS)
                .filter(TXTRecord.class::isInstance).map(TXTRecord.class::cast).findFirst()
                .map(text -> plain(String.join("", text.getStrings()))).orElse("");
    }

    private static String plain(String reason) {
        int quoted = reason.indexOf(": {");
        String brief = (quoted < 0 ? reason : reason.substring(0, quoted)).replaceAll("[^\\x20-\\x7e]", "?");
        return brief.substring(0, Math.min(brief.length(), MAX_DETAIL)).replaceAll("\\.+$", "");
    }

    /// What an administrator wants to hear first: the commonest fault is that nobody signed anew. dnsjava says only
    /// that a signature does not verify.
    private Optional<String> expired() {
        Instant now = clock.instant();
        record Signed(Name name, int type) {
        }
        return upstream.records().filter(RRSIGRecord.class::isInstance).map(RRSIGRecord.class::cast)
                .collect(Collectors.groupingBy(one -> new Signed(one.getName(), one.getTypeCovered()))).values().stream()
                // While a zone changes keys, an old signature may stand beside a good one.
                .filter(signatures -> signatures.stream().allMatch(one -> one.getExpire().isBefore(now)))
                .map(List::getFirst).findFirst()
                .map(one -> "the signature of " + Dns.host(one.getName()) + " " + Type.string(one.getTypeCovered())
                        + " expired at " + one.getExpire().truncatedTo(ChronoUnit.SECONDS));
    }

    private void note(Throwable failed) {
        Throwable cause = failed instanceof CompletionException ? failed.getCause() : failed;
        failure.compareAndSet(null, cause instanceof UncheckedIOException none ? none.getCause().getMessage()
                : NOT_VALIDATED);
    }

    /// Where dnsjava's validator asks. How to ask is settled below, not by its setters.
    private final class Upstream implements Resolver {

        @Override
        public CompletionStage<Message> sendAsync(Message query) {
            return upstream.ask(query.getQuestion()).whenComplete((_, failed) -> {
                if (failed != null) {
                    note(failed);
                }
            }).thenApply(answer -> {
                // The validator changes what it is given.
                var own = answer.clone();
                own.getHeader().setID(query.getHeader().getID());
                return own;
            });
        }

        @Override
        public CompletionStage<Message> sendAsync(Message query, Executor executor) {
            return sendAsync(query);
        }

        @Override
        public Duration getTimeout() {
            return Duration.ofNanos(upstream.nanosLeft());
        }

        @Override
        public void setPort(int port) {
        }

        @Override
        public void setTCP(boolean always) {
        }

        @Override
        public void setIgnoreTruncation(boolean ignore) {
        }

        @Override
        public void setEDNS(int version, int payloadSize, int flags, List<EDNSOption> options) {
        }

        @Override
        public void setTSIGKey(TSIG key) {
        }

        @Override
        public void setTimeout(Duration timeout) {
        }
    }
}

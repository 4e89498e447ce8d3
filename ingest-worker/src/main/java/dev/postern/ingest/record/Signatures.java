package dev.postern.ingest.record;

import dev.postern.db.report.Receipt;
import dev.postern.ingest.dkim.DkimCheck;
import dev.postern.ingest.log.ReceivedReport;
import dev.postern.tlsrpt.Authenticity;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/// Verifies the signatures of several mails side by side: each waits for a key from the DNS.
final class Signatures {

    /// DNS questions at a time.
    private static final int AT_ONCE = 32;
    private static final String MAIL = "message/rfc822";

    private final DkimCheck dkim;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final Executor threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("dkim-", 0).factory());

    Signatures(DkimCheck dkim) {
        this.dkim = dkim;
    }

    /// What is to be thought of each message.
    Map<ReceivedReport, Authenticity> check(List<ReceivedReport> messages) {
        var results = new IdentityHashMap<ReceivedReport, CompletableFuture<Authenticity>>();
        for (ReceivedReport message : messages) {
            results.put(message, isMail(message.receipt())
                    ? CompletableFuture.supplyAsync(() -> verified(message), threads)
                    : CompletableFuture.completedFuture(Authenticity.without(Authenticity.State.NOT_MAIL,
                            "it came by " + message.receipt().transport())));
        }
        var known = new IdentityHashMap<ReceivedReport, Authenticity>();
        results.forEach((message, result) -> known.put(message, result.join()));
        return known;
    }

    private Authenticity verified(ReceivedReport mail) {
        places.acquireUninterruptibly();
        try {
            return dkim.check(mail.bytes());
        } finally {
            places.release();
        }
    }

    private static boolean isMail(Receipt receipt) {
        return receipt.contentType().split(";", 2)[0].strip().equalsIgnoreCase(MAIL);
    }
}

package dev.postern.probe;

import dev.postern.check.DomainChecks;
import dev.postern.check.Seen;
import dev.postern.db.probe.PublicCheckStore;
import dev.postern.name.DomainName;
import dev.postern.observation.Observation;
import dev.postern.stream.CheckRequest;
import dev.postern.stream.Json;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.BatchMessageListener;
import tools.jackson.core.JacksonException;

/// Answers requests for the public check of any domain.
final class CheckRequests implements BatchMessageListener<String, byte[]> {

    private static final Logger LOG = LoggerFactory.getLogger(CheckRequests.class);
    private static final Executor THREADS = task -> Thread.ofVirtual().name("check-request").start(task);
    /// Nobody waits that long.
    private static final Duration STALE = Duration.ofMinutes(10);
    /// Anybody may ask, so the MXs of large providers are looked at no more often than this.
    private static final Duration FRESH_MX = Duration.ofMinutes(5);

    private final DomainProbe probe;
    private final PublicCheckStore checks;
    private final ProgressTopic progress;
    private final InstantSource clock;

    CheckRequests(DomainProbe probe, PublicCheckStore checks, ProgressTopic progress, InstantSource clock) {
        this.probe = probe;
        this.checks = checks;
        this.progress = progress;
        this.clock = clock;
    }

    @Override
    public void onMessage(List<ConsumerRecord<String, byte[]>> records) {
        Map<String, CheckRequest> newest = new LinkedHashMap<>();
        records.forEach(record -> read(record).ifPresent(request -> newest.put(request.domain(), request)));
        var running = new ArrayList<CompletableFuture<Void>>();
        newest.values().forEach(request -> running.add(CompletableFuture.runAsync(() -> answer(request), THREADS)));
        CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
    }

    private void answer(CheckRequest request) {
        Optional<DomainName> domain = DomainName.parse(request.domain()).asOptional();
        if (domain.isEmpty() || request.requestedAt().isBefore(clock.instant().minus(STALE))) {
            return;
        }
        String name = domain.get().ascii();
        Observation seen = probe.observe(domain.get(), new DomainProbe.Wish(Set.of(), FRESH_MX,
                progress.of(Optional.empty(), name)));
        checks.save(domain.get(), seen.vantage(), seen.at(), DomainChecks.judge(domain.get(), Set.of(), Seen.once(seen)));
        progress.over(Optional.empty(), name);
    }

    private static Optional<CheckRequest> read(ConsumerRecord<String, byte[]> record) {
        try {
            CheckRequest request = Json.read(record.value(), CheckRequest.class);
            if (request != null && request.domain() != null && request.requestedAt() != null) {
                return Optional.of(request);
            }
        } catch (JacksonException | IllegalArgumentException unreadable) {
            LOG.debug("Not JSON", unreadable);
        }
        LOG.warn("Left out the record at {}-{} of {}: it is no check request", record.partition(), record.offset(),
                record.topic());
        return Optional.empty();
    }
}

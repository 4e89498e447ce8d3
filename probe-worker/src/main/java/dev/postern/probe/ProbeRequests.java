package dev.postern.probe;

import dev.postern.rollout.plan.Preflight;
import dev.postern.setup.MailDomain;
import dev.postern.setup.PolicyDomain;
import dev.postern.setup.RegisteredMxHost;
import dev.postern.stream.Json;
import dev.postern.stream.ProbeRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jooq.exception.DataAccessException;
import org.jooq.exception.SQLStateClass;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.BatchMessageListener;
import tools.jackson.core.JacksonException;

/// Answers probe requests, a batch at a time, the domains of a batch side by side.
///
/// Of several requests for one domain the newest counts: a probe that begins now answers all of them. A failure is
/// thrown, and the batch comes again; what was written already is then skipped.
final class ProbeRequests implements BatchMessageListener<String, byte[]> {

    /// Who asks, and so how old a look at an MX host may be, and whether progress is told.
    enum Asker {
        /// The scheduler: nobody waits, and large providers' MXs are looked at once an hour.
        SCHEDULE(Duration.ofHours(1)),
        /// A person, who may just have changed something.
        PERSON(Duration.ofSeconds(30));

        private final Duration freshMx;

        Asker(Duration freshMx) {
            this.freshMx = freshMx;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(ProbeRequests.class);
    private static final Executor THREADS = task -> Thread.ofVirtual().name("probe-request").start(task);
    /// What is older has been asked for again since: a vantage point that is new does not work off the past.
    private static final Duration STALE = Duration.ofHours(2);

    /// The database works, and says no to these data.
    private static final Set<SQLStateClass> UNSTORABLE =
            Set.of(SQLStateClass.C22_DATA_EXCEPTION, SQLStateClass.C23_INTEGRITY_CONSTRAINT_VIOLATION);

    private final DomainProbe probe;
    private final ProbeJournal journal;
    private final ProgressTopic progress;
    private final Asker asker;
    private final InstantSource clock;

    ProbeRequests(DomainProbe probe, ProbeJournal journal, ProgressTopic progress, Asker asker, InstantSource clock) {
        this.probe = probe;
        this.journal = journal;
        this.progress = progress;
        this.asker = asker;
        this.clock = clock;
    }

    @Override
    public void onMessage(List<ConsumerRecord<String, byte[]>> records) {
        var running = new ArrayList<CompletableFuture<Void>>();
        for (ProbeRequest request : newestOfEach(records)) {
            running.add(CompletableFuture.runAsync(() -> answer(request), THREADS));
        }
        // Waits for every one, also when one fails.
        CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
    }

    private void answer(ProbeRequest request) {
        if (request.requestedAt().isBefore(clock.instant().minus(STALE))) {
            return;
        }
        journal.open(request, probe.vantage()).ifPresent(domain -> answer(request, domain));
    }

    private void answer(ProbeRequest request, PolicyDomain domain) {
        Optional<UUID> tenant = Optional.of(request.tenant());
        String name = domain.name().ascii();
        Progress told = asker == Asker.PERSON ? progress.of(tenant, name) : Progress.NOBODY;
        try {
            switch (domain) {
                case MailDomain mail -> {
                    ahead(request.tenant(), mail);
                    journal.record(request.tenant(), mail.id(), probe.observe(mail.name(),
                            new DomainProbe.Wish(mail.dkimSelectors(), asker.freshMx, told)));
                }
                case RegisteredMxHost host -> journal.record(request.tenant(), host.id(),
                        probe.published(host.name(), told));
            }
        } catch (DataAccessException refused) {
            if (!UNSTORABLE.contains(refused.sqlStateClass())) {
                throw refused;
            }
            // It would be refused again, and hold up every other domain meanwhile.
            LOG.error("What a probe of {} saw can't be stored and is left out", name, refused);
        }
        if (asker == Asker.PERSON) {
            progress.over(tenant, name);
        }
    }

    /// First, so that the look at the domain finds it.
    private void ahead(UUID tenant, MailDomain domain) {
        Preflight wanted = journal.preflight(tenant, domain.id());
        if (!wanted.nothing()) {
            journal.record(tenant, domain.id(), probe.ahead(domain.name(), wanted, asker.freshMx));
        }
    }

    private static Collection<ProbeRequest> newestOfEach(List<ConsumerRecord<String, byte[]>> records) {
        Map<UUID, ProbeRequest> newest = new HashMap<>();
        for (ConsumerRecord<String, byte[]> record : records) {
            read(record).ifPresent(request -> newest.merge(request.domainId(), request,
                    (one, other) -> one.requestedAt().isBefore(other.requestedAt()) ? other : one));
        }
        return newest.values();
    }

    private static Optional<ProbeRequest> read(ConsumerRecord<String, byte[]> record) {
        try {
            ProbeRequest request = Json.read(record.value(), ProbeRequest.class);
            // JSON's null reads as null.
            if (request != null && request.tenant() != null && request.domainId() != null
                    && request.requestedAt() != null) {
                return Optional.of(request);
            }
        } catch (JacksonException | IllegalArgumentException unreadable) {
            LOG.debug("Not JSON", unreadable);
        }
        LOG.warn("Left out the record at {}-{} of {}: it is no probe request", record.partition(), record.offset(),
                record.topic());
        return Optional.empty();
    }
}

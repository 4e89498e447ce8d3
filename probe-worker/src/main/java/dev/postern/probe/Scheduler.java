package dev.postern.probe;

import dev.postern.db.domain.ProbeSchedule;
import dev.postern.db.domain.ProbeSchedule.Due;
import dev.postern.stream.Json;
import dev.postern.stream.ProbeRequest;
import dev.postern.stream.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Requests a probe of each domain when it is due. Several processes may each run one: the database hands every due
/// domain to one of them.
public final class Scheduler implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
    private static final int BATCH = 500;

    private final ProbeSchedule schedule;
    private final Producer<String, byte[]> producer;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Duration pause;
    private final Thread thread;
    private volatile boolean closed;

    /// Starts it.
    ///
    /// @param producer stays the caller's to close
    /// @param pause    between two looks at what is due
    public Scheduler(ProbeSchedule schedule, Producer<String, byte[]> producer, InstantSource clock,
                     RandomGenerator random, Duration pause) {
        this.schedule = schedule;
        this.producer = producer;
        this.clock = clock;
        this.random = random;
        this.pause = pause;
        this.thread = Thread.ofVirtual().name("probe-scheduler").start(this::run);
    }

    private void run() {
        boolean failing = false;
        while (!closed) {
            try {
                int requested = requestDue();
                failing = false;
                if (requested < BATCH) {
                    Thread.sleep(pause);
                }
            } catch (DataAccessException | KafkaException away) {
                if (!failing && !closed) {
                    LOG.warn("Probes can't be scheduled now, trying on: {}", away.getMessage());
                }
                failing = true;
                if (!sleep()) {
                    return;
                }
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    /// A request that Kafka does not take is not repeated: the domain is due again soon enough.
    private int requestDue() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        List<Due> taken = schedule.claim(now, BATCH,
                due -> now.plus(interval(due, Duration.between(due.since(), now))));
        for (Due domain : taken) {
            var request = new ProbeRequest(domain.tenant(), domain.domainId(), domain.domain(), now);
            producer.send(new ProducerRecord<>(Topics.PROBE_REQUESTED, domain.domain(), Json.bytes(request)),
                    (_, failed) -> {
                        if (failed != null) {
                            LOG.warn("A probe of {} could not be requested: {}", domain.domain(), failed.toString());
                        }
                    });
        }
        return taken.size();
    }

    private Duration interval(Due due, Duration age) {
        double spread = random.nextDouble();
        return due.phase().map(phase -> ProbeInterval.of(phase, age, spread))
                .orElseGet(() -> ProbeInterval.ofMxHost(age, spread));
    }

    private boolean sleep() {
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException stopped) {
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

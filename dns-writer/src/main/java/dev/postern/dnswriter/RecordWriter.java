package dev.postern.dnswriter;

import dev.postern.check.Check;
import dev.postern.db.dns.DnsSchedule.Claimed;
import dev.postern.db.dns.DnsSecrets;
import dev.postern.db.dns.StoredWriting;
import dev.postern.db.dns.WritingTarget;
import dev.postern.db.secret.SecretUnreadable;
import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.dnsrecord.OwnerContent;
import dev.postern.dnsrecord.RecordChange;
import dev.postern.dnsrecord.ZoneName;
import dev.postern.outbound.dns.DnsProblem;
import dev.postern.outbound.dns.DnsProvider;
import dev.postern.outbound.dns.DnsProviders;
import dev.postern.outbound.dns.DnsWriteSettings;
import dev.postern.outbound.dns.DnsWriteSettings.OwnZone;
import dev.postern.setup.Installation;
import dev.postern.setup.RecordToPublish;
import dev.postern.stream.ProbeRequest;
import dev.postern.timeline.TimelineEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes DNS say what one domain's plan says is ready.
///
/// What is about to be written is noted before, and what was written after. A crash between leaves a note from which the
/// next round knows its own record again, finishes what is missing and tells of what was done. Nothing is written whose
/// id's policy was not seen served (RFC 8461 §8.1), and nothing of somebody else's is touched without consent.
public final class RecordWriter {

    /// Even when all was right, somebody may change the zone: it is looked at this often.
    static final Duration LOOK_AGAIN = Duration.ofHours(1);
    /// How long a claim lasts beyond each step; longer than reading and writing one name takes.
    static final Duration LEASE = Duration.ofMinutes(5);
    /// Of `_mta-sts`: who changes a policy wants senders to see it soon.
    private static final int SHORT_TTL = 300;
    private static final int USUAL_TTL = 3_600;
    private static final int LONGEST_SHOWN = 500;
    private static final String SECRET_UNREADABLE = "The stored key can't be opened any more, as after a change of the "
            + "installation's key. Remove the connection and add it again.";

    private static final Logger LOG = LoggerFactory.getLogger(RecordWriter.class);

    private final Database database;
    private final Installation installation;
    private final DnsSecrets secrets;
    private final DnsProviders providers;
    private final DnsWriteSettings settings;
    private final Optional<OwnZone> ownZone;
    private final InstantSource clock;

    public RecordWriter(Database database, DnsSecrets secrets, WriterSettings settings, InstantSource clock) {
        this.database = database;
        this.installation = new Installation(settings.publicHost());
        this.secrets = secrets;
        this.settings = settings.writing();
        this.providers = this.settings.providers(clock);
        this.ownZone = settings.ownZone();
        this.clock = clock;
    }

    /// Where a domain's records go, and what that is called.
    private record Target(DnsProvider provider, String words) {
    }

    /// Why a domain can't be written, before any provider was asked.
    private static final class NoTarget extends Exception {
        private static final long serialVersionUID = 1L;

        NoTarget(String words) {
            super(words);
        }
    }

    /// Somebody else has the domain by now: nothing more is written or noted.
    private static final class ClaimLost extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /// Looks after a domain that was claimed, and gives it back.
    public void write(Claimed claimed) {
        Optional<Work> found = database.inTenant(claimed.tenant(),
                session -> Work.of(session, claimed.domain(), installation));
        if (found.isEmpty()) {
            return;
        }
        Work work = found.get();
        if (nothingToDo(work)) {
            Instant next = work.writing().lastSuccessAt().orElseThrow().plus(LOOK_AGAIN);
            database.useTenant(claimed.tenant(), session -> session.dnsWriting().rested(claimed, next));
            return;
        }
        String provider = words(work);
        int failures = work.writing().failures() + 1;
        try {
            List<String> inTheWay = writeAll(claimed, work, target(claimed, work));
            if (inTheWay.isEmpty()) {
                Instant now = now();
                database.useTenant(claimed.tenant(), session ->
                        session.dnsWriting().succeeded(claimed, now, now.plus(LOOK_AGAIN)));
            } else {
                failed(claimed, work, provider, String.join(" ", inTheWay), Backoff.forAPerson(failures));
            }
        } catch (DnsProblem problem) {
            LOG.info("DNS records of {} could not be written: {}", work.domain().name(), problem.getMessage());
            failed(claimed, work, provider, problem.getMessage(), Backoff.after(problem, failures));
        } catch (NoTarget none) {
            failed(claimed, work, provider, none.getMessage(), Backoff.forAPerson(failures));
        } catch (SecretUnreadable unreadable) {
            LOG.warn("A key for the DNS records of {} can't be opened: {}", work.domain().name(), unreadable.getMessage());
            failed(claimed, work, provider, SECRET_UNREADABLE, Backoff.forAPerson(failures));
        } catch (ClaimLost lost) {
            LOG.info("The DNS records of {} were left to somebody else", work.domain().name());
        }
    }

    /// Probes come every few minutes, and providers count requests: one is asked only when something is new, something
    /// failed, or the last look is long ago.
    private boolean nothingToDo(Work work) {
        StoredWriting writing = work.writing();
        return writing.failures() == 0
                && writing.lastSuccessAt().filter(last -> now().isBefore(last.plus(LOOK_AGAIN))).isPresent()
                && work.wanted().stream().allMatch(record -> writing.known(record.name())
                .filter(known -> known.says(record.value())).isPresent());
    }

    /// @return words about records of others that are in the way
    private List<String> writeAll(Claimed claimed, Work work, Target target) throws DnsProblem, ClaimLost {
        var inTheWay = new ArrayList<String>();
        for (RecordToPublish record : work.wanted()) {
            OwnerContent now = target.provider().read(record.name());
            Optional<StoredWriting.Known> known = work.writing().known(record.name());
            switch (RecordChange.towards(record, now, work.ours(record), known.flatMap(StoredWriting.Known::allowed))) {
                case RecordChange.None _ -> stands(claimed, work, target, record, known);
                case RecordChange.Write(var to) -> write(claimed, work, target, record, now, to);
                case RecordChange.Conflict conflict -> {
                    hold(claimed, session -> session.dnsWriting().inTheWay(claimed, record.name(), record.type(),
                            conflict.replaceable() ? conflict.found() : "", now().plus(LEASE)));
                    inTheWay.add(conflict.words());
                }
            }
        }
        return inTheWay;
    }

    /// It is as it should be. Where it was about to be written when a process ended, it was.
    private void stands(Claimed claimed, Work work, Target target, RecordToPublish record,
                        Optional<StoredWriting.Known> known) throws ClaimLost {
        boolean written = known.filter(StoredWriting.Known::pending)
                .filter(pending -> pending.planned().getLast().equals(record.value())).isPresent();
        if (written) {
            written(claimed, work, target, record, OwnerContent.EMPTY);
        } else if (known.filter(before -> before.says(record.value())).isEmpty()) {
            hold(claimed, session -> session.dnsWriting().standing(claimed, record.name(), record.type(), record.value(),
                    Optional.empty(), now().plus(LEASE)));
        }
    }

    private void write(Claimed claimed, Work work, Target target, RecordToPublish record, OwnerContent now,
                       OwnerContent to) throws DnsProblem, ClaimLost {
        hold(claimed, session -> session.dnsWriting().planned(claimed, record.name(), record.type(), record.value(),
                now().plus(LEASE)));
        target.provider().replace(record.name(), now, to,
                record.check() == Check.STS_RECORD_SYNTAX ? SHORT_TTL : USUAL_TTL);
        written(claimed, work, target, record, now);
    }

    private void written(Claimed claimed, Work work, Target target, RecordToPublish record, OwnerContent before)
            throws ClaimLost {
        Instant at = now();
        var event = new TimelineEvent.DnsRecordWritten(work.domain().name().ascii(), record.name(), record.type(),
                record.value(), shortened(before.shown()), target.words());
        // In one transaction: an event that is told is noted, and what is noted was told.
        hold(claimed, session -> {
            if (!session.dnsWriting().standing(claimed, record.name(), record.type(), record.value(), Optional.of(at),
                    at.plus(LEASE))) {
                return false;
            }
            session.timeline().add(claimed.domain(), at, event);
            session.outbox().probeRequestedNow(new ProbeRequest(claimed.tenant(), claimed.domain(),
                    work.domain().name().ascii(), at));
            return true;
        });
        LOG.info("{} {} of {} was written at {}", record.type(), record.name(), work.domain().name(), target.words());
    }

    private void hold(Claimed claimed, Function<TenantSession, Boolean> work) throws ClaimLost {
        if (!database.inTenant(claimed.tenant(), work)) {
            throw new ClaimLost();
        }
    }

    private void failed(Claimed claimed, Work work, String provider, String error, Duration pause) {
        Instant now = now();
        database.useTenant(claimed.tenant(), session -> {
            if (session.dnsWriting().failed(claimed, error, now, now.plus(pause))) {
                session.timeline().add(claimed.domain(), now,
                        new TimelineEvent.DnsWriteFailed(work.domain().name().ascii(), provider, error));
            }
        });
    }

    private Target target(Claimed claimed, Work work) throws NoTarget, SecretUnreadable {
        return switch (work.writing().writer()) {
            case WritingTarget.Delegation(var zone) -> {
                OwnZone own = ownZone.filter(mine -> mine.connection().zone().equals(zone)).orElseThrow(() ->
                        new NoTarget("The domain is delegated to the zone " + zone + ", which this Postern does not write to "
                                + "any more. Choose again who writes its records, and publish what is then shown."));
                yield new Target(own.provider(settings.dnsServers(), settings.dnsTimeout()), words(work));
            }
            case WritingTarget.Connection(var id) -> {
                Work.Connected connected = work.connection().orElseThrow(() ->
                        new NoTarget("The connection is not there any more. Choose another."));
                var connection = connected.stored().connection();
                if (!ZoneName.holds(connection.zone(), work.domain().name().ascii())) {
                    throw new NoTarget(work.domain().name().unicode() + " is not in the zone " + connection.zone()
                            + " of this connection. Choose another.");
                }
                yield new Target(providers.of(connection, secrets.open(claimed.tenant(), id, connected.secret())),
                        words(work));
            }
        };
    }

    private static String words(Work work) {
        return switch (work.writing().writer()) {
            case WritingTarget.Delegation(var zone) -> "Postern's zone " + zone;
            case WritingTarget.Connection _ -> work.connection().map(connected -> connected.stored().connection().provider())
                    .orElse("a connection that was removed");
        };
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
    }

    /// PostgreSQL keeps microseconds.
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}

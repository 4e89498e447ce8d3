package dev.postern.app.dns;

import dev.postern.app.domain.Domains;
import dev.postern.app.domain.Outcome;
import dev.postern.db.account.Permission;
import dev.postern.db.dns.DnsSecrets;
import dev.postern.db.dns.StoredConnection;
import dev.postern.db.dns.StoredWriting;
import dev.postern.db.dns.WritingTarget;
import dev.postern.db.secret.Sealed;
import dev.postern.db.secret.SecretUnreadable;
import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.dnsrecord.DnsConnection;
import dev.postern.outbound.dns.DnsProblem;
import dev.postern.outbound.dns.DnsProviders;
import dev.postern.parse.Parsed;
import dev.postern.setup.MailDomain;
import dev.postern.timeline.TimelineEvent;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/// What members do with their organisation's DNS connections, and who writes which domain's records; for pages and the
/// REST API alike.
///
/// A key or token goes in and never comes out. A connection can't be changed: a stored key is used with the server that
/// it was entered for, and with no other.
public final class DnsConnections {

    /// Of one organisation.
    private static final int MOST = 200;
    /// At a time in this process: each holds a connection for up to half a minute.
    private static final int TESTS = 8;

    private final Database database;
    private final DnsSecrets secrets;
    private final DnsProviders providers;
    private final Optional<String> ownZone;
    private final Clock clock;
    private final Semaphore tests = new Semaphore(TESTS);

    /// @param ownZone Postern's own zone; empty when delegation is not offered
    public DnsConnections(Database database, DnsSecrets secrets, DnsProviders providers, Optional<String> ownZone,
                          Clock clock) {
        this.database = database;
        this.secrets = secrets;
        this.providers = providers;
        this.ownZone = ownZone;
        this.clock = clock;
    }

    /// By name.
    public List<StoredConnection> list(UUID tenant) {
        return database.inTenant(tenant, session -> session.dnsConnections().list());
    }

    public Optional<StoredConnection> find(UUID tenant, UUID id) {
        return database.inTenant(tenant, session -> session.dnsConnections().find(id));
    }

    /// The zone that domains can be delegated to; empty when that is not offered.
    public Optional<String> ownZone() {
        return ownZone;
    }

    /// Keeps a connection.
    ///
    /// @return its id; or a problem, whose code is the field it is about, or `connection`
    public Parsed<UUID> add(Domains.Actor actor, DnsConnection.Entry entry) {
        actor.need(Permission.CHANGE_CONNECTIONS);
        return switch (entry.parse()) {
            case Parsed.Invalid<DnsConnection>(var problems) -> new Parsed.Invalid<>(problems);
            case Parsed.Valid<DnsConnection>(var connection, var _) -> {
                UUID id = UUID.randomUUID();
                Sealed sealed = secrets.seal(actor.tenant(), id, entry.secret().strip());
                yield database.inTenant(actor.tenant(), session -> {
                    if (session.dnsConnections().list().size() >= MOST) {
                        return Parsed.invalid("connection", "An organisation has up to " + MOST + " DNS connections. Remove "
                                + "one first.", "");
                    }
                    session.dnsConnections().add(id, connection, sealed, actor.name(), now());
                    return Parsed.valid(id);
                });
            }
        };
    }

    /// Forgets a connection. Its domains' records stay as they are and are written by hand from then on.
    ///
    /// @return false when there is none
    public boolean remove(Domains.Actor actor, UUID id) {
        actor.need(Permission.CHANGE_CONNECTIONS);
        return database.inTenant(actor.tenant(), session -> {
            Optional<StoredConnection> known = session.dnsConnections().find(id);
            known.ifPresent(connection -> session.domains().list().stream()
                    .filter(domain -> connection.domains().contains(domain.name().ascii()))
                    .forEach(domain -> tell(session, domain, "you", actor)));
            return session.dnsConnections().remove(id);
        });
    }

    /// Tries what somebody entered, and changes nothing. It may take half a minute.
    public TestOutcome test(DnsConnection.Entry entry) {
        return switch (entry.parse()) {
            case Parsed.Invalid<DnsConnection> invalid -> new TestOutcome.NotTried(invalid.reason());
            case Parsed.Valid<DnsConnection>(var connection, var _) -> test(connection, entry.secret().strip());
        };
    }

    /// Tries a stored connection.
    public TestOutcome test(Domains.Actor actor, StoredConnection stored) {
        actor.need(Permission.CHANGE_CONNECTIONS);
        Optional<Sealed> sealed = database.inTenant(actor.tenant(), session -> session.dnsConnections().secret(stored.id()));
        if (sealed.isEmpty()) {
            return new TestOutcome.NotTried("This connection is not there any more.");
        }
        try {
            return test(stored.connection(), secrets.open(actor.tenant(), stored.id(), sealed.get()));
        } catch (SecretUnreadable unreadable) {
            return new TestOutcome.NotTried("The stored key can't be opened any more. Remove the connection and add it again.");
        }
    }

    private TestOutcome test(DnsConnection connection, String secret) {
        if (!tests.tryAcquire()) {
            return new TestOutcome.NotTried("Several connections are being tested right now. Try again in a moment.");
        }
        try {
            providers.of(connection, secret).test();
            return new TestOutcome.Fine();
        } catch (DnsProblem problem) {
            return new TestOutcome.Failed(problem.kind(), problem.getMessage());
        } finally {
            tests.release();
        }
    }

    /// How writing a domain's records goes; empty where that is done by hand.
    public Optional<StoredWriting> writing(UUID tenant, UUID domain) {
        return database.inTenant(tenant, session -> session.dnsWriting().find(domain));
    }

    /// Says who writes a domain's records from now on. What stands in the DNS stays until it is replaced.
    public Outcome choose(Domains.Actor actor, UUID id, Writer writer) {
        actor.need(Permission.CHANGE_ROLLOUT);
        return database.inTenant(actor.tenant(), session -> session.domains().lock(id)
                .map(domain -> choose(session, domain, writer, actor))
                .orElseGet(() -> Outcome.refused("This domain is not there any more.")));
    }

    private Outcome choose(TenantSession session, MailDomain domain, Writer writer, Domains.Actor actor) {
        switch (writer) {
            case Writer.ByHand _ -> {
                session.dnsWriting().byHand(domain.id());
                tell(session, domain, "you", actor);
            }
            case Writer.Delegated _ -> {
                if (ownZone.isEmpty()) {
                    return Outcome.refused("This Postern has no zone of its own to delegate to.");
                }
                session.dnsWriting().choose(domain.id(), new WritingTarget.Delegation(ownZone.get()), actor.name(), now());
                tell(session, domain, "Postern in its zone " + ownZone.get(), actor);
            }
            case Writer.Connection(var connectionId) -> {
                Optional<StoredConnection> connection = session.dnsConnections().find(connectionId);
                if (connection.isEmpty()) {
                    return Outcome.refused("There is no such DNS connection.");
                }
                if (!connection.get().connection().serves(domain.name())) {
                    return Outcome.refused(domain.name().unicode() + " is not in the zone "
                            + connection.get().connection().zone() + " of that connection.");
                }
                session.dnsWriting().choose(domain.id(), new WritingTarget.Connection(connectionId), actor.name(), now());
                tell(session, domain, "Postern through " + connection.get().connection().name(), actor);
            }
        }
        return Outcome.done();
    }

    private void tell(TenantSession session, MailDomain domain, String writer, Domains.Actor actor) {
        session.timeline().add(domain.id(), now(),
                new TimelineEvent.DnsWritingChosen(domain.name().ascii(), writer, actor.name()));
    }

    /// Tries again at once.
    public void writeNow(Domains.Actor actor, UUID domain) {
        actor.need(Permission.CHANGE_ROLLOUT);
        database.useTenant(actor.tenant(), session -> session.dnsWriting().writeNow(domain, now()));
    }

    /// Lets Postern replace a record that it did not write.
    ///
    /// @param found the record as it was shown
    public Outcome replace(Domains.Actor actor, UUID domain, String name, String found) {
        actor.need(Permission.CHANGE_ROLLOUT);
        boolean inTheWay = !found.isEmpty() && database.inTenant(actor.tenant(),
                session -> session.dnsWriting().allow(domain, name, found, now()));
        return inTheWay ? Outcome.done() : Outcome.refused("That record is not in the way any more. Look again.");
    }

    /// PostgreSQL keeps microseconds.
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}

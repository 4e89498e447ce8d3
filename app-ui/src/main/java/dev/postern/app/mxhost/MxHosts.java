package dev.postern.app.mxhost;

import dev.postern.app.domain.Domains.Actor;
import dev.postern.check.Check;
import dev.postern.check.Verdict;
import dev.postern.db.account.Permission;
import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.name.DomainName;
import dev.postern.name.HostName;
import dev.postern.parse.Parsed;
import dev.postern.setup.Installation;
import dev.postern.setup.MailDomain;
import dev.postern.setup.MxHostCandidate;
import dev.postern.setup.MxHostPlan;
import dev.postern.setup.RegisteredMxHost;
import dev.postern.stream.ProbeRequest;
import dev.postern.timeline.TimelineEvent;
import dev.postern.token.ReportTokens;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// What people do with MX hosts. The browser and the REST API both come through here.
public final class MxHosts {

    /// Days that figures look back where nobody chose.
    public static final int DAYS = 30;

    private static final int OWNERSHIP_BYTES = 16;

    private final Database database;
    private final ReportTokens tokens;
    private final Installation installation;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    public MxHosts(Database database, ReportTokens tokens, Installation installation, Clock clock) {
        this.database = database;
        this.tokens = tokens;
        this.installation = installation;
        this.clock = clock;
    }

    /// Registers an MX host and asks for its first probe.
    ///
    /// @param input as a person typed it
    public HostAddition add(Actor actor, String input) {
        actor.need(Permission.ADD_DOMAINS);
        if (input.isBlank()) {
            return new HostAddition.Refused("Enter an MX host, like mx1.example.com.");
        }
        if (HostName.parse(input) instanceof Parsed.Invalid<HostName> invalid) {
            return new HostAddition.Refused(invalid.reason());
        }
        return switch (DomainName.parse(input)) {
            case Parsed.Invalid<DomainName> invalid -> new HostAddition.Refused(invalid.reason());
            case Parsed.Valid<DomainName>(var name, var _) -> add(actor, name);
        };
    }

    private HostAddition add(Actor actor, DomainName name) {
        Instant now = now();
        var host = new RegisteredMxHost(UUID.randomUUID(), name, HexFormat.of().formatHex(randomBytes(OWNERSHIP_BYTES)),
                tokens.issue(randomBytes(ReportTokens.RANDOM_BYTES)), Optional.empty(), Optional.empty(), now,
                Optional.empty());
        return database.inTenant(actor.tenant(), session -> {
            if (!session.mxHosts().add(host)) {
                return new HostAddition.Known(session.mxHosts().byName(name).orElseThrow());
            }
            session.timeline().add(host.id(), now, new TimelineEvent.MxHostAdded(name.ascii(), actor.name()));
            requestProbe(session, host, now);
            return new HostAddition.Added(host);
        });
    }

    /// All registered hosts by name, and those that could be registered.
    public HostList list(UUID tenant) {
        LocalDate today = today();
        return database.inTenant(tenant, session -> {
            List<MailDomain> domains = session.domains().list();
            List<RegisteredMxHost> hosts = session.mxHosts().list();
            var records = session.findings().verdicts(Check.TLSRPT_RECORD);
            var totals = session.policyTypeFigures().totals(today.minusDays(DAYS - 1L), today);
            return new HostList(hosts.stream().map(host -> new HostList.Row(host,
                    served(domains, host).stream().map(domain -> domain.name().ascii()).toList(),
                    records.getOrDefault(host.id(), Verdict.UNKNOWN), Optional.ofNullable(totals.get(host.id()))))
                    .toList(), MxHostCandidate.of(domains, hosts.stream().map(RegisteredMxHost::name)
                    .collect(Collectors.toSet())));
        });
    }

    /// @param days how many days back the figures go, today included
    public Optional<HostStatus> status(UUID tenant, DomainName name, int days) {
        return database.inTenant(tenant, session -> session.mxHosts().byName(name)
                .map(host -> status(session, host, days)));
    }

    /// The registered hosts to which a domain's mail goes, in the order of its MX records, and what is reported of each.
    public List<HostStatus> serving(UUID tenant, MailDomain domain, int days) {
        return database.inTenant(tenant, session -> session.mxHosts().serving(domain.observedMx()).stream()
                .map(host -> status(session, host, days)).toList());
    }

    private HostStatus status(TenantSession session, RegisteredMxHost host, int days) {
        LocalDate today = today();
        return new HostStatus(host, served(session.domains().list(), host),
                MxHostPlan.records(host, session.domains().byName(host.name()), installation),
                session.findings().of(host.id()),
                session.policyTypeFigures().of(host.id(), today.minusDays(days - 1L), today));
    }

    private static List<MailDomain> served(List<MailDomain> domains, RegisteredMxHost host) {
        return domains.stream().filter(domain -> domain.observedMx().contains(host.name().ascii())).toList();
    }

    /// Asks for a probe at once.
    public void requestProbe(Actor actor, RegisteredMxHost host) {
        Instant now = now();
        database.useTenant(actor.tenant(), session -> session.mxHosts().byName(host.name())
                .ifPresent(found -> requestProbe(session, found, now)));
    }

    private static void requestProbe(TenantSession session, RegisteredMxHost host, Instant now) {
        session.outbox().probeRequestedNow(new ProbeRequest(session.tenant(), host.id(), host.name().ascii(), now));
    }

    /// Removes a host with its reports. Nothing depends on it: senders that report on to its address are told that it is
    /// unknown.
    ///
    /// @return false when it was not there
    public boolean remove(Actor actor, DomainName name) {
        actor.need(Permission.REMOVE_DOMAINS);
        Instant now = now();
        return database.inTenant(actor.tenant(), session -> session.mxHosts().byName(name)
                .flatMap(host -> session.mxHosts().lock(host.id())).map(host -> {
                    session.timeline().add(host.id(), now, new TimelineEvent.MxHostRemoved(name.ascii(), actor.name()));
                    session.domains().remove(host.id());
                    return true;
                }).orElse(false));
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    /// PostgreSQL keeps microseconds; with more, what was written would not equal what is read.
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}

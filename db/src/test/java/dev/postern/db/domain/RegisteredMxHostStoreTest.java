package dev.postern.db.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.db.DatabaseConnection;
import dev.postern.db.DatabaseSettings;
import dev.postern.db.account.Account;
import dev.postern.db.account.AccountStore;
import dev.postern.db.tenancy.Database;
import dev.postern.name.DomainName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.PublishedRecords;
import dev.postern.observation.Vantage;
import dev.postern.rollout.Phase;
import dev.postern.servers.TestServers;
import dev.postern.setup.MailDomain;
import dev.postern.setup.OwnershipProof;
import dev.postern.setup.PolicyHosting;
import dev.postern.setup.RegisteredMxHost;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// MX hosts and mail domains in one table: neither is taken for the other.
class RegisteredMxHostStoreTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private static DatabaseConnection connection;
    private static Database database;

    private final UUID tenant = UUID.randomUUID();
    private final DomainName name = new DomainName("d" + UUID.randomUUID() + ".test");
    private final MailDomain domain = new MailDomain(UUID.randomUUID(), name, Phase.SETUP, NOW, PolicyHosting.POSTERN,
            UUID.randomUUID().toString(), UUID.randomUUID().toString(), Optional.empty(), Optional.empty(),
            Optional.empty(), NOW, List.of(), Optional.empty(), Set.of());

    @BeforeAll
    static void open(@TempDir Path folder) throws Exception {
        var postgres = TestServers.postgres();
        connection = DatabaseConnection.open(new DatabaseSettings(postgres.url(), "postern_app", "test",
                Optional.of(postgres.user()), postgres.password(), 4, folder.resolve("key")));
        database = connection.database();
    }

    @AfterAll
    static void close() {
        connection.close();
    }

    @BeforeEach
    void signUp() {
        new AccountStore(database).signUp(new Account(UUID.randomUUID(), tenant + "@example.test", "-"), tenant, "Test",
                NOW);
    }

    @Test
    void keepsAHostAsItWasRegistered() {
        RegisteredMxHost host = host("mx1." + name);

        database.useTenant(tenant, session -> {
            assertThat(session.mxHosts().add(host)).isTrue();
            assertThat(session.mxHosts().add(host("mx1." + name))).as("once").isFalse();
            assertThat(session.mxHosts().list()).containsExactly(host);
            assertThat(session.mxHosts().byName(host.name())).contains(host);
            assertThat(session.domains().anyById(host.id())).contains(host);
        });
        database.useTenant(tenant, session -> {
            session.domains().probed(host.id(), NOW.plusSeconds(60), Optional.empty());
            assertThat(session.domains().markVerified(host.id(), OwnershipProof.REPORT_ADDRESS, NOW)).isTrue();
            RegisteredMxHost proven = session.mxHosts().lock(host.id()).orElseThrow();
            assertThat(proven.verifiedBy()).contains(OwnershipProof.REPORT_ADDRESS);
            assertThat(proven.lastProbeAt()).contains(NOW.plusSeconds(60));
            session.domains().remove(host.id());
            assertThat(session.mxHosts().list()).isEmpty();
        });
    }

    @Test
    void aHostIsNoMailDomain() {
        RegisteredMxHost host = host(name.ascii());

        database.useTenant(tenant, session -> {
            assertThat(session.mxHosts().add(host)).isTrue();
            assertThat(session.domains().list()).isEmpty();
            assertThat(session.domains().byName(name)).isEmpty();
            assertThat(session.domains().byId(host.id())).isEmpty();
            assertThat(session.domains().lock(host.id())).isEmpty();
            assertThat(session.domains().add(domain)).as("a name may be both").isTrue();
            assertThat(session.domains().list()).containsExactly(domain);
            assertThat(session.mxHosts().list()).containsExactly(host);
            assertThat(session.mxHosts().lock(domain.id())).isEmpty();
            assertThat(session.domains().anyById(domain.id())).contains(domain);
            assertThat(session.domains().markVerified(domain.id(), OwnershipProof.TXT_RECORD, NOW)).isTrue();
            assertThat(session.domains().markVerified(host.id(), OwnershipProof.TXT_RECORD, NOW)).isTrue();
        });
    }

    @Test
    void findsTheHostsThatServeADomainInTheOrderOfItsMx() {
        RegisteredMxHost first = host("a." + name);
        RegisteredMxHost second = host("b." + name);

        database.useTenant(tenant, session -> {
            session.mxHosts().add(first);
            session.mxHosts().add(second);
            assertThat(session.mxHosts().serving(List.of("b." + name, "mx.elsewhere.test", "a." + name)))
                    .containsExactly(second, first);
            assertThat(session.mxHosts().serving(List.of())).isEmpty();
        });
    }

    @Test
    void isDueForAProbeWithoutAPhase() {
        RegisteredMxHost host = host("due." + name);
        database.useTenant(tenant, session -> {
            session.mxHosts().add(host);
            session.domains().add(domain);
        });

        var due = new ProbeSchedule(database).claim(NOW, 10_000, _ -> NOW.plus(Duration.ofDays(900)));

        assertThat(due).contains(new ProbeSchedule.Due(tenant, host.id(), host.name().ascii(), Optional.empty(), NOW),
                new ProbeSchedule.Due(tenant, domain.id(), name.ascii(), Optional.of(Phase.SETUP), NOW));
    }

    @Test
    void keepsWhatEachVantagePointSawOfAHost() {
        RegisteredMxHost host = host("seen." + name);
        var seen = new PublishedRecords(NOW, new Vantage("here", ""), new DnsAnswer.Absent("NXDOMAIN"),
                new DnsAnswer.Found(List.of("v=TLSRPTv1; rua=mailto:a@example.test"), 60), List.of());

        database.useTenant(tenant, session -> {
            session.mxHosts().add(host);
            session.observations().save(host.id(), seen);
            assertThat(session.observations().ofMxHost(host.id())).containsExactly(seen);
            assertThat(session.observations().lastLook(host.id(), "here")).contains(NOW);
        });
    }

    private static RegisteredMxHost host(String name) {
        return new RegisteredMxHost(UUID.randomUUID(), new DomainName(name), UUID.randomUUID().toString(),
                UUID.randomUUID().toString(), Optional.empty(), Optional.empty(), NOW, Optional.empty());
    }
}

package dev.postern.db.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.Check;
import dev.postern.check.Evidence;
import dev.postern.check.Finding;
import dev.postern.check.Verdict;
import dev.postern.db.DatabaseConnection;
import dev.postern.db.DatabaseSettings;
import dev.postern.db.account.Account;
import dev.postern.db.account.AccountStore;
import dev.postern.db.finding.FindingStore;
import dev.postern.db.finding.StoredFinding;
import dev.postern.db.tenancy.Database;
import dev.postern.name.DomainName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.Dnssec;
import dev.postern.observation.FoundationAnswers;
import dev.postern.observation.MxEndpoint;
import dev.postern.observation.MxHost;
import dev.postern.observation.Observation;
import dev.postern.observation.PolicyFetch;
import dev.postern.observation.Tlsa;
import dev.postern.observation.Vantage;
import dev.postern.rollout.Phase;
import dev.postern.servers.TestServers;
import dev.postern.setup.MailDomain;
import dev.postern.setup.PolicyHosting;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeStoresTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final UUID TENANT = UUID.randomUUID();

    private static DatabaseConnection connection;
    private static Database database;

    private final String host = "mx-" + UUID.randomUUID() + ".test";
    private final MxHostStore here = new MxHostStore(database, "here");
    private final MxHostStore there = new MxHostStore(database, "there");
    private final DomainName name = new DomainName("d" + UUID.randomUUID() + ".test");

    @BeforeAll
    static void open(@TempDir Path folder) throws Exception {
        var postgres = TestServers.postgres();
        connection = DatabaseConnection.open(new DatabaseSettings(postgres.url(), "postern_app", "test",
                Optional.of(postgres.user()), postgres.password(), 10, folder.resolve("key")));
        database = connection.database();
        new AccountStore(database).signUp(new Account(UUID.randomUUID(), TENANT + "@example.test", "-"), TENANT, "Test",
                NOW);
    }

    @AfterAll
    static void close() {
        connection.close();
    }

    @Test
    void onlyOneWorkerLooksAtAHostAtATime() {
        var claims = IntStream.range(0, 20).mapToObj(_ -> CompletableFuture.supplyAsync(() -> here.claim(host, NOW,
                NOW.plusSeconds(60)))).map(CompletableFuture::join).filter(claimed -> claimed).toList();

        assertThat(claims).hasSize(1);
        assertThat(there.claim(host, NOW, NOW.plusSeconds(60))).as("each vantage point looks for itself").isTrue();
        assertThat(here.claim(host, NOW.plusSeconds(61), NOW.plusSeconds(120))).as("the claimant crashed").isTrue();
        here.release(host);
        assertThat(here.claim(host, NOW.plusSeconds(62), NOW.plusSeconds(120))).isTrue();
    }

    @Test
    void keepsALookUntilItIsTooOld() {
        assertThat(here.find(host, NOW)).isEmpty();
        here.claim(host, NOW, NOW.plusSeconds(60));
        here.save(look(NOW));

        assertThat(here.find(host, NOW)).contains(look(NOW));
        assertThat(here.find(host, NOW.plusMillis(1))).isEmpty();
        assertThat(there.find(host, NOW)).isEmpty();
        assertThat(here.claim(host, NOW, NOW.plusSeconds(60))).as("the claim ended with the look").isTrue();
    }

    @Test
    void forgetsWhatNobodyAsksAbout() {
        here.claim(host, NOW, NOW.plusSeconds(60));
        here.save(look(NOW));
        var checks = new PublicCheckStore(database);
        checks.request(name, NOW, NOW.minusSeconds(60));

        here.forgetOld(NOW.plus(Duration.ofDays(29)));
        checks.forgetOld(NOW.plus(Duration.ofDays(29)));
        assertThat(here.find(host, NOW)).isPresent();
        assertThat(checks.find(name)).isPresent();

        assertThat(here.forgetOld(NOW.plus(Duration.ofDays(31)))).isPositive();
        assertThat(checks.forgetOld(NOW.plus(Duration.ofDays(31)))).isPositive();
        assertThat(here.find(host, NOW)).isEmpty();
        assertThat(checks.find(name)).isEmpty();
    }

    @Test
    void keepsTheNewestPublicCheck() {
        var checks = new PublicCheckStore(database);
        assertThat(checks.request(name, NOW, NOW.minusSeconds(300))).isTrue();
        assertThat(checks.request(name, NOW.plusSeconds(10), NOW.minusSeconds(290))).isFalse();
        assertThat(checks.find(name).orElseThrow().pending()).isTrue();

        checks.save(name, new Vantage("fra1", "Frankfurt"), NOW.plusSeconds(1), List.of(finding(Verdict.FAIL, "late")));
        checks.save(name, new Vantage("fra1", ""), NOW, List.of(finding(Verdict.PASS, "too late")));

        var kept = checks.find(name).orElseThrow();
        assertThat(kept.pending()).isFalse();
        assertThat(kept.vantage()).isEqualTo("fra1 (Frankfurt)");
        assertThat(kept.findings()).containsExactly(finding(Verdict.FAIL, "late"));
        assertThat(checks.request(name, NOW.plusSeconds(400), NOW.plusSeconds(100))).isTrue();
        assertThat(checks.find(name).orElseThrow().pending()).isTrue();
    }

    @Test
    void keepsTheNewestObservationOfEachVantagePoint() {
        UUID domain = add();
        database.useTenant(TENANT, session -> {
            session.observations().save(domain, seen("here", NOW));
            session.observations().save(domain, seen("there", NOW.plusSeconds(5)));
            session.observations().save(domain, seen("here", NOW.plusSeconds(9)));
        });

        database.useTenant(TENANT, session -> {
            assertThat(session.observations().of(domain)).extracting(look -> look.vantage().name() + " " + look.at())
                    .containsExactly("here " + NOW.plusSeconds(9), "there " + NOW.plusSeconds(5));
            assertThat(session.observations().lastLook(domain, "here")).contains(NOW.plusSeconds(9));
            assertThat(session.observations().lastLook(domain, "nowhere")).isEmpty();
        });
    }

    @Test
    void tellsOfEachChangeOnceAndKeepsSinceWhen() {
        UUID domain = add();
        assertThat(save(domain, Verdict.PASS, 0)).as("the first look").isEmpty();
        assertThat(save(domain, Verdict.PASS, 600)).isEmpty();
        assertThat(save(domain, Verdict.FAIL, 1200)).extracting(FindingStore.Change::from)
                .containsExactly(Verdict.PASS);
        assertThat(save(domain, Verdict.FAIL, 1800)).isEmpty();
        assertThat(save(domain, Verdict.UNKNOWN, 2400)).as("a hiccup").isEmpty();

        StoredFinding stored = database.inTenant(TENANT, session -> session.findings().of(domain)).getFirst();
        assertThat(stored.finding().verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(stored.since()).isEqualTo(NOW.plusSeconds(2400));
    }

    private static List<FindingStore.Change> save(UUID domain, Verdict verdict, long after) {
        return database.inTenant(TENANT, session -> session.findings().save(domain, List.of(finding(verdict, "text")),
                NOW.plusSeconds(after)));
    }

    private static Finding finding(Verdict verdict, String message) {
        return new Finding(Check.MX_STARTTLS, verdict, message, "fix",
                List.of(new Evidence("SMTP", "220 hello", NOW)));
    }

    private UUID add() {
        var domain = new MailDomain(UUID.randomUUID(), name, Phase.SETUP, NOW, PolicyHosting.POSTERN,
                UUID.randomUUID().toString(), UUID.randomUUID().toString(), Optional.empty(), Optional.empty(),
                Optional.empty(), NOW, List.of(), Optional.empty(), Set.of());
        database.useTenant(TENANT, session -> session.domains().add(domain));
        return domain.id();
    }

    private MxHost look(Instant at) {
        return new MxHost(host, at, new DnsAnswer.Absent("NODATA"), new DnsAnswer.Found(List.of("192.0.2.1"), 300),
                List.of(new MxEndpoint("192.0.2.1", at, 12, MxEndpoint.Outcome.STARTTLS_NOT_OFFERED, "no STARTTLS",
                        "S: 220 hello\nC: EHLO\n", Optional.empty())), Tlsa.unknown(host, "not asked"));
    }

    private static Observation seen(String vantage, Instant at) {
        var none = new DnsAnswer.Absent("NXDOMAIN");
        return new Observation(at, new Vantage(vantage, ""), none, none, none, none, none, none, Dnssec.unknown(""),
                new PolicyFetch.Failed(PolicyFetch.Fault.NO_ADDRESS, "NXDOMAIN"), List.of(), List.of(),
                FoundationAnswers.unknown(""));
    }
}

package dev.postern.app.bulk;

import dev.postern.app.domain.DomainStatus;
import dev.postern.app.domain.NextStep;
import dev.postern.check.Check;
import dev.postern.check.Verdict;
import dev.postern.db.domain.DomainFilter;
import dev.postern.db.domain.DomainLine;
import dev.postern.db.domain.DomainOrder;
import dev.postern.db.finding.StoredFinding;
import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.rollout.Facts;
import dev.postern.rollout.Phase;
import dev.postern.rollout.PolicyVersion;
import dev.postern.rollout.Rollout;
import dev.postern.setup.Installation;
import dev.postern.setup.MailDomain;
import dev.postern.setup.PublishedPolicy;
import dev.postern.setup.SetupPlan;
import java.net.IDN;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Reads an organisation's domains for the table, and what a selection of them may do.
public final class DomainTable {

    /// Days whose failures the table counts, today included.
    public static final int DAYS = 7;
    /// Domains whose facts are read together. More would hold a connection for longer, and not be faster.
    private static final int PORTION = 200;

    /// A domain in the table.
    ///
    /// @param next       what its page says is to be done
    /// @param cleanDays  of the watch
    /// @param daysNeeded of the watch
    public record Row(DomainLine line, NextStep next, int cleanDays, int daysNeeded) {

        public MailDomain domain() {
            return line.domain();
        }
    }

    private final Database database;
    private final Installation installation;
    private final Clock clock;

    public DomainTable(Database database, Installation installation, Clock clock) {
        this.database = database;
        this.installation = installation;
        this.clock = clock;
    }

    /// What a person looks for, as names are stored: in A-labels, where it consists of whole labels.
    public static String text(String typed) {
        String lower = storable(typed).strip().toLowerCase(Locale.ROOT);
        try {
            return IDN.toASCII(lower, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException notWhole) {
            return lower;
        }
    }

    /// PostgreSQL's text holds no zero, and no name does.
    private static String storable(String text) {
        return text.replace("\0", "");
    }

    public List<Row> page(UUID tenant, DomainFilter filter, DomainOrder order, int offset, int limit) {
        return database.inTenant(tenant, session -> {
            List<DomainLine> lines = session.domainTable(failuresFrom()).page(filter, order, offset, limit);
            Map<UUID, DomainStatus> statuses = new HashMap<>();
            statuses(session, lines.stream().map(DomainLine::domain).toList())
                    .forEach(status -> statuses.put(status.domain().id(), status));
            return lines.stream().map(line -> row(line, statuses.get(line.domain().id()))).toList();
        });
    }

    private static Row row(DomainLine line, DomainStatus status) {
        return new Row(line, NextStep.of(status), status.watch().cleanDays(), status.facts().rules().days());
    }

    public int count(UUID tenant, DomainFilter filter) {
        return database.inTenant(tenant, session -> session.domainTable(failuresFrom()).count(filter));
    }

    /// How many of each phase the rest of the filter leaves; phases without any are absent.
    public Map<Phase, Integer> phases(UUID tenant, DomainFilter filter) {
        return database.inTenant(tenant, session -> session.domainTable(failuresFrom()).phases(filter));
    }

    /// The domains alone, by name.
    ///
    /// @param after the name in A-labels that the page before ended with; empty for the first
    public List<MailDomain> domains(UUID tenant, DomainFilter filter, Optional<String> after, int most) {
        return database.inTenant(tenant, session -> session.domainTable(failuresFrom()).domains(filter,
                after.map(DomainTable::storable), most));
    }

    /// What these may do now. Those that are not there any more are left out.
    public StepChoices choices(UUID tenant, Collection<UUID> ids) {
        var all = new ArrayList<Facts>();
        var wanted = List.copyOf(ids);
        for (int from = 0; from < wanted.size(); from += PORTION) {
            var some = wanted.subList(from, Math.min(from + PORTION, wanted.size()));
            all.addAll(database.inTenant(tenant, session -> {
                List<MailDomain> domains = session.domains().byIds(some);
                return session.rollout().facts(domains, session.findings().bare(some), now());
            }));
        }
        return StepChoices.of(all);
    }

    private List<DomainStatus> statuses(TenantSession session, List<MailDomain> domains) {
        var findings = session.findings().bare(domains.stream().map(MailDomain::id).toList());
        return session.rollout().facts(domains, findings, now()).stream()
                .map(facts -> status(session, facts, findings.getOrDefault(facts.domain().id(), List.of()))).toList();
    }

    private DomainStatus status(TenantSession session, Facts facts, List<StoredFinding> findings) {
        Optional<PublishedPolicy> policy = facts.trail().newest().map(PolicyVersion::published);
        boolean served = facts.trail().newest().filter(PolicyVersion::served).isPresent();
        return new DomainStatus(facts.domain(), policy, SetupPlan.of(facts.domain(), policy, served, installation,
                session.dnsWriting().of(facts.domain().id())), findings, facts, Rollout.gates(facts));
    }

    private LocalDate failuresFrom() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(DAYS - 1L);
    }

    private Instant now() {
        return clock.instant();
    }
}

package dev.postern.db.probe;

import static dev.postern.db.jooq.Tables.PUBLIC_CHECK;

import dev.postern.check.Check;
import dev.postern.check.Evidence;
import dev.postern.check.Finding;
import dev.postern.check.Verdict;
import dev.postern.db.outbox.Outbox;
import dev.postern.db.tenancy.Database;
import dev.postern.name.DomainName;
import dev.postern.observation.Vantage;
import dev.postern.stream.CheckRequest;
import dev.postern.stream.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jooq.JSONB;

/// The newest public check of each domain, whoever asked for it.
public final class PublicCheckStore {

    /// What nobody has asked for so long is forgotten.
    private static final Duration KEPT = Duration.ofDays(30);

    /// The stored form of a finding: a later version may know other checks.
    private record Stored(String check, Verdict verdict, String message, String fix, List<Evidence> evidence) {
    }

    private final Database database;

    public PublicCheckStore(Database database) {
        this.database = database;
    }

    public Optional<PublicCheck> find(DomainName domain) {
        return database.shared(sql -> sql.selectFrom(PUBLIC_CHECK).where(PUBLIC_CHECK.DOMAIN.eq(domain.ascii()))
                .fetchOptional(row -> new PublicCheck(domain, row.getRequestedAt().toInstant(),
                        Optional.ofNullable(row.getCheckedAt()).map(OffsetDateTime::toInstant),
                        Optional.ofNullable(row.getVantage()).orElse(""),
                        row.getFindings() == null ? List.of() : findings(row.getFindings().data()))));
    }

    /// Asks for a look, unless somebody has asked since `notSince`: then that one's result will do.
    ///
    /// @return whether a look was asked for
    public boolean request(DomainName domain, Instant now, Instant notSince) {
        return database.shared(sql -> {
            int changed = sql.insertInto(PUBLIC_CHECK)
                    .set(PUBLIC_CHECK.DOMAIN, domain.ascii()).set(PUBLIC_CHECK.REQUESTED_AT, utc(now))
                    .onConflict(PUBLIC_CHECK.DOMAIN).doUpdate().set(PUBLIC_CHECK.REQUESTED_AT, utc(now))
                    .where(PUBLIC_CHECK.REQUESTED_AT.lt(utc(notSince))).execute();
            if (changed == 1) {
                new Outbox(sql).checkRequested(new CheckRequest(domain.ascii(), now));
            }
            return changed == 1;
        });
    }

    /// Keeps a result, unless a later one is kept already.
    public void save(DomainName domain, Vantage vantage, Instant checkedAt, List<Finding> findings) {
        var stored = findings.stream().map(finding -> new Stored(finding.check().id(), finding.verdict(),
                finding.message(), finding.fix(), finding.evidence())).toList();
        database.shared(sql -> sql.update(PUBLIC_CHECK)
                .set(PUBLIC_CHECK.CHECKED_AT, utc(checkedAt))
                .set(PUBLIC_CHECK.VANTAGE, vantage.toString())
                .set(PUBLIC_CHECK.FINDINGS, JSONB.valueOf(Json.text(stored)))
                .where(PUBLIC_CHECK.DOMAIN.eq(domain.ascii()), PUBLIC_CHECK.CHECKED_AT.isNull()
                        .or(PUBLIC_CHECK.CHECKED_AT.lt(utc(checkedAt)))).execute());
    }

    /// Removes checks that nobody has asked for in a month.
    public int forgetOld(Instant now) {
        return database.shared(sql -> sql.deleteFrom(PUBLIC_CHECK)
                .where(PUBLIC_CHECK.REQUESTED_AT.lt(utc(now.minus(KEPT)))).execute());
    }

    private static List<Finding> findings(String json) {
        return Arrays.stream(Json.read(json, Stored[].class)).flatMap(stored -> Check.byId(stored.check()).stream()
                .map(check -> new Finding(check, stored.verdict(), stored.message(), stored.fix(), stored.evidence())))
                .toList();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}

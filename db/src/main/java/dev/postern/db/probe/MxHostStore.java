package dev.postern.db.probe;

import static dev.postern.db.jooq.Tables.MX_HOST;

import dev.postern.db.tenancy.Database;
import dev.postern.observation.MxHost;
import dev.postern.stream.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jooq.JSONB;

/// MX hosts as each vantage point saw them last, shared by all domains and all workers of that vantage point.
public final class MxHostStore {

    /// What nobody has asked about for so long is forgotten.
    private static final Duration KEPT = Duration.ofDays(30);

    private final Database database;
    private final String vantage;

    /// @param vantage name of the vantage point
    public MxHostStore(Database database, String vantage) {
        this.database = database;
        this.vantage = vantage;
    }

    /// What was seen of a host.
    ///
    /// @param notBefore older looks don't count
    public Optional<MxHost> find(String host, Instant notBefore) {
        return database.shared(sql -> sql.select(MX_HOST.SEEN).from(MX_HOST)
                .where(MX_HOST.VANTAGE.eq(vantage), MX_HOST.HOST.eq(host), MX_HOST.SEEN.isNotNull(),
                        MX_HOST.OBSERVED_AT.ge(utc(notBefore)))
                .fetchOptional(row -> Json.read(row.value1().data(), MxHost.class)));
    }

    /// Claims a host for one look at it.
    ///
    /// @param until when the claim lapses, should the claimant crash
    /// @return false while another worker has it
    public boolean claim(String host, Instant now, Instant until) {
        return database.shared(sql -> sql.insertInto(MX_HOST)
                .set(MX_HOST.VANTAGE, vantage).set(MX_HOST.HOST, host).set(MX_HOST.CLAIMED_UNTIL, utc(until))
                .onConflict(MX_HOST.VANTAGE, MX_HOST.HOST).doUpdate()
                .set(MX_HOST.CLAIMED_UNTIL, utc(until))
                .where(MX_HOST.CLAIMED_UNTIL.isNull().or(MX_HOST.CLAIMED_UNTIL.lt(utc(now))))
                .execute() == 1);
    }

    /// Keeps what was seen, and ends the claim.
    public void save(MxHost seen) {
        database.shared(sql -> sql.update(MX_HOST)
                .set(MX_HOST.OBSERVED_AT, utc(seen.at()))
                .set(MX_HOST.SEEN, JSONB.valueOf(Json.text(seen)))
                .setNull(MX_HOST.CLAIMED_UNTIL)
                .where(MX_HOST.VANTAGE.eq(vantage), MX_HOST.HOST.eq(seen.host())).execute());
    }

    /// Gives a claimed host back without having seen it.
    public void release(String host) {
        database.shared(sql -> sql.update(MX_HOST).setNull(MX_HOST.CLAIMED_UNTIL)
                .where(MX_HOST.VANTAGE.eq(vantage), MX_HOST.HOST.eq(host)).execute());
    }

    /// Removes hosts that nobody has asked about for a month.
    public int forgetOld(Instant now) {
        return database.shared(sql -> sql.deleteFrom(MX_HOST)
                .where(MX_HOST.OBSERVED_AT.lt(utc(now.minus(KEPT)))
                        .or(MX_HOST.SEEN.isNull().and(MX_HOST.CLAIMED_UNTIL.lt(utc(now.minus(KEPT)))))).execute());
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}

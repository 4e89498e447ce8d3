package dev.postern.db.report;

import static dev.postern.db.jooq.Tables.IMPORT_ITEM;

import dev.postern.db.tenancy.TenantSession;
import java.util.UUID;

/// What became of the items of imports.
public final class ImportItemStore {

    /// What became of one item, which may hold several reports.
    ///
    /// @param name        how the item is called in what was imported
    /// @param code        of the first that was rejected; empty where none was
    /// @param reason      its reason in words
    public record Outcome(UUID importId, UUID receipt, String name, int counted, int known, int conflicting, int rejected,
                          String code, String reason) {
    }

    private final TenantSession session;

    public ImportItemStore(TenantSession session) {
        this.session = session;
    }

    /// Notes an outcome; the first one stays when the log is read again, since by then all reports are known.
    public void add(Outcome outcome) {
        session.sql().insertInto(IMPORT_ITEM)
                .set(IMPORT_ITEM.TENANT_ID, session.tenant())
                .set(IMPORT_ITEM.IMPORT_ID, outcome.importId())
                .set(IMPORT_ITEM.RECEIPT_ID, outcome.receipt())
                .set(IMPORT_ITEM.NAME, outcome.name())
                .set(IMPORT_ITEM.COUNTED, outcome.counted())
                .set(IMPORT_ITEM.KNOWN, outcome.known())
                .set(IMPORT_ITEM.CONFLICTING, outcome.conflicting())
                .set(IMPORT_ITEM.REJECTED, outcome.rejected())
                .set(IMPORT_ITEM.CODE, outcome.code())
                .set(IMPORT_ITEM.REASON, outcome.reason())
                .onConflictDoNothing().execute();
    }
}

-- Imports of old reports: what somebody brought, how far it is read, and what was left out. What became of the items is in
-- import_item, written by whoever records them.
create table postern.import_job (
    tenant_id        uuid not null references postern.organisation on delete cascade,
    import_id        uuid primary key,
    name             text not null,
    started_by       text not null,
    created_at       timestamptz not null,
    state            text not null check (state in ('WAITING', 'READING', 'READ', 'FAILED', 'INTERRUPTED')),
    bytes            bigint not null check (bytes >= 0),
    bytes_read       bigint not null check (bytes_read >= 0),
    -- Put on the log and acknowledged by it.
    items            bigint not null check (items >= 0),
    left_out         bigint not null check (left_out >= 0),
    left_out_reasons jsonb not null,
    -- Why reading ended early; empty when it did not.
    problem          text not null,
    -- Moved on by the process that reads. When it stands still, that process is gone.
    alive_at         timestamptz not null,
    ended_at         timestamptz
);
create index import_job_newest on postern.import_job (tenant_id, created_at desc, import_id);
call postern.make_tenant_table('import_job');

-- Finds the few that somebody has to look at among the many that went well.
create index import_item_problem on postern.import_item (import_id, receipt_id) where rejected > 0 or conflicting > 0;

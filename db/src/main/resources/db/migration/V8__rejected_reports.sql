-- Rejected reports can be looked through and tried again, and a flood of them can't fill the disk.

alter table postern.rejected_report
    -- Of the content, without having to read it.
    add column size int generated always as (octet_length(content)) stored,
    -- How often it was read and rejected.
    add column attempts int not null default 1 check (attempts > 0),
    -- When it was last read again, in vain.
    add column tried_at timestamptz,
    -- Since when it is on its way to be read again; null when it is not.
    add column replayed_at timestamptz;
create index rejected_report_code on postern.rejected_report (tenant_id, code, received_at desc, receipt_id);

-- How much is kept of each organisation, so that adding one need not count all. It may count too many, never too few:
-- whoever finds it beyond the limit counts anew. And what had to go.
create table postern.rejected_usage (
    tenant_id       uuid primary key references postern.organisation on delete cascade,
    kept            bigint not null,
    bytes           bigint not null,
    dropped         bigint not null default 0,
    dropped_bytes   bigint not null default 0,
    last_dropped_at timestamptz
);
call postern.make_tenant_table('rejected_usage');

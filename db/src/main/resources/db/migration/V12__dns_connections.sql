-- DNS zones that Postern may write to, and which domains' records it writes.

create table postern.dns_connection (
    tenant_id      uuid not null references postern.organisation on delete cascade,
    connection_id  uuid primary key,
    kind           text not null check (kind in ('RFC2136', 'CLOUDFLARE', 'ROUTE53')),
    name           text not null check (length(name) between 1 and 100),
    zone           text not null check (zone = lower(zone) and length(zone) between 3 and 253),
    -- The server that takes dynamic updates.
    host           text check (length(host) between 1 and 253),
    port           int check (port between 1 and 65535),
    -- The name of the TSIG key and its algorithm, or the access key id.
    key_name       text check (length(key_name) between 1 and 253),
    key_algorithm  text,
    -- The key or token: sealed under a key of this row's own, which is sealed under one made from the installation's.
    secret_key     bytea not null,
    secret_sealed  bytea not null,
    key_version    int not null,
    created_at     timestamptz not null,
    created_by     text not null,
    check ((kind = 'RFC2136') = (host is not null and port is not null and key_algorithm is not null)),
    check ((kind = 'CLOUDFLARE') = (key_name is null)),
    constraint dns_connection_of_tenant unique (tenant_id, connection_id)
);
call postern.make_tenant_table('dns_connection');

-- Whose records Postern writes; a domain without a row here is served by hand.
create table postern.dns_writing (
    tenant_id       uuid not null,
    domain_id       uuid primary key,
    -- Through a connection into the domain's own zone, or into a zone of Postern's that it is delegated to.
    connection_id   uuid,
    delegated_zone  text check (length(delegated_zone) between 3 and 253),
    chosen_at       timestamptz not null,
    chosen_by       text not null,
    next_run_at     timestamptz not null,
    last_run_at     timestamptz,
    last_success_at timestamptz,
    -- Failures in a row, and the last one in words. Null while all is well.
    failures        int not null default 0,
    last_error      text,
    -- The worker that writes now. Nobody else does until this has passed.
    claim_id        uuid,
    claimed_until   timestamptz,
    check ((connection_id is null) <> (delegated_zone is null)),
    check ((claim_id is null) = (claimed_until is null)),
    foreign key (tenant_id, domain_id) references postern.domain (tenant_id, domain_id) on delete cascade,
    foreign key (tenant_id, connection_id) references postern.dns_connection (tenant_id, connection_id)
        on delete cascade
);
create index dns_writing_due on postern.dns_writing (next_run_at);
create index dns_writing_connection on postern.dns_writing (connection_id);
call postern.make_tenant_table('dns_writing');

-- What Postern knows of each name that it writes to. It is noted before a write, so that after a crash what was
-- written is known as its own, and completed after it.
create table postern.dns_record (
    tenant_id   uuid not null,
    domain_id   uuid not null,
    name        text not null check (length(name) between 3 and 255),
    type        text not null check (type in ('TXT', 'CNAME')),
    -- Values that Postern planned for this name, the newest last. One while nothing is under way.
    planned     text[] not null,
    -- The newest of them is being written.
    pending     boolean not null,
    written_at  timestamptz,
    -- Somebody else's record that is in the way, and the one that a person allowed to be replaced.
    conflict    text,
    allowed     text,
    primary key (domain_id, name),
    foreign key (tenant_id, domain_id) references postern.domain (tenant_id, domain_id) on delete cascade
);
call postern.make_tenant_table('dns_record');

-- Who finds the domains that are due sees whose and when; the rest only the organisation.
grant usage on schema postern to postern_dns;
create policy dns_read on postern.dns_writing for select to postern_dns using (true);
create policy dns_claim on postern.dns_writing for update to postern_dns using (true) with check (true);
grant select (tenant_id, domain_id, next_run_at, claim_id, claimed_until),
    update (claim_id, claimed_until) on postern.dns_writing to postern_dns;

-- Who fetched which version of a policy from the policy host: what senders may hold, and until when.

create table postern.policy_fetch (
    tenant_id   uuid not null,
    domain_id   uuid not null,
    -- A network of 24 or 48 bits, never an address; empty for those that are not listed one by one.
    network     text not null check (length(network) <= 50),
    user_agent  text not null check (length(user_agent) <= 200),
    body_sha256 bytea not null check (length(body_sha256) = 32),
    fetches     bigint not null check (fetches > 0),
    first_at    timestamptz not null,
    last_at     timestamptz not null,
    -- Of the newest message counted in: the same one read again is known by it.
    read_offset bigint not null,
    primary key (domain_id, network, user_agent, body_sha256),
    foreign key (tenant_id, domain_id) references postern.domain (tenant_id, domain_id) on delete cascade
);
create index policy_fetch_newest on postern.policy_fetch (domain_id, last_at desc);
call postern.make_tenant_table('policy_fetch');

-- Who records fetches sees whose domain a name is, and nothing else of it.
grant usage on schema postern to postern_fetches;
create policy fetches_read on postern.domain for select to postern_fetches using (true);
grant select (tenant_id, domain_id, name, kind, verified_at) on postern.domain to postern_fetches;

-- What probes see of a domain beyond DNS: its MXs, from several vantage points, kept as seen.

-- The newest observation of each vantage point: what changes are told against, and what vantage points are compared by.
create table postern.observation (
    tenant_id   uuid not null,
    domain_id   uuid not null,
    vantage     text not null check (length(vantage) between 1 and 32),
    observed_at timestamptz not null,
    observation jsonb not null,
    primary key (domain_id, vantage),
    foreign key (tenant_id, domain_id) references postern.domain (tenant_id, domain_id) on delete cascade
);
call postern.make_tenant_table('observation');

alter table postern.domain
    -- DKIM selectors can't be found from outside; the organisation names its own.
    add column dkim_selectors text[] not null default '{}',
    -- Answers to the questionnaire whether the domain needs MTA-STS yet.
    add column need jsonb;

alter table postern.finding
    -- The verdict that the timeline told of last, and when a look last saw another; how often in a row another one was seen since; and how many
    -- changes were told in quick succession. Null until the first probe under this version.
    add column told_verdict text check (told_verdict in ('PASS', 'WARN', 'FAIL', 'UNKNOWN')),
    add column unrest_at timestamptz,
    add column held int not null default 0,
    add column flips int not null default 0;

-- MX hosts are the same for every domain that names them, so one look at a host serves all of them. Public facts only:
-- neither who asked nor for which domain. A worker that looks claims the host, so that no two look at once.
create table postern.mx_host (
    vantage       text not null check (length(vantage) between 1 and 32),
    host          text not null check (length(host) between 1 and 253),
    observed_at   timestamptz,
    seen          jsonb,
    claimed_until timestamptz,
    primary key (vantage, host)
);
create index mx_host_oldest on postern.mx_host (observed_at);
grant select, insert, update, delete on postern.mx_host to postern_app;

-- The newest result of the public check of a domain, which anybody may ask for. No tenant, no person.
create table postern.public_check (
    domain       text primary key check (domain = lower(domain) and length(domain) between 3 and 253),
    requested_at timestamptz not null,
    checked_at   timestamptz,
    vantage      text,
    findings     jsonb
);
create index public_check_oldest on postern.public_check (requested_at);
grant select, insert, update, delete on postern.public_check to postern_app;

-- How often a domain is probed depends on how long it has been in its phase.
grant select (phase_since) on postern.domain to postern_scheduler;

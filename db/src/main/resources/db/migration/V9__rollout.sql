-- The rollout: how far each version of a policy got out, what an organisation asks of a watch, and what was set aside.

-- Kept apart from the version itself, which never changes.
create table postern.policy_sighting (
    tenant_id    uuid not null,
    domain_id    uuid not null,
    version      int not null,
    served_at    timestamptz,
    announced_at timestamptz,
    replaced_at  timestamptz,
    primary key (domain_id, version),
    foreign key (domain_id, version) references postern.policy (domain_id, version) on delete cascade,
    foreign key (tenant_id, domain_id) references postern.domain (tenant_id, domain_id) on delete cascade
);
call postern.make_tenant_table('policy_sighting');

-- Policies that were seen served and are none of Postern's. Senders hold them all the same.
create table postern.foreign_policy (
    tenant_id     uuid not null,
    domain_id     uuid not null,
    body_sha256   bytea not null check (length(body_sha256) = 32),
    mode          text not null check (mode in ('ENFORCE', 'TESTING', 'NONE')),
    max_age       bigint not null check (max_age between 0 and 31557600),
    mx            text[] not null,
    first_seen_at timestamptz not null,
    replaced_at   timestamptz,
    primary key (domain_id, body_sha256),
    foreign key (tenant_id, domain_id) references postern.domain (tenant_id, domain_id) on delete cascade
);
call postern.make_tenant_table('foreign_policy');

-- What a watch needs before enforce is offered.
alter table postern.organisation
    add column watch_days int not null default 21 check (watch_days between 14 and 28),
    add column watch_organizations int not null default 2 check (watch_organizations between 1 and 20),
    add column watch_sessions bigint not null default 100 check (watch_sessions between 1 and 1000000);

-- Failures that lie with one sender, set aside by a person. Never deleted: what is over has an end.
create table postern.set_aside (
    tenant_id         uuid not null,
    set_aside_id      uuid primary key,
    domain_id         uuid not null,
    organization_name text not null,
    result_type       text,
    mx                text,
    reason            text not null check (length(reason) between 1 and 1000),
    set_by            text not null,
    set_at            timestamptz not null,
    ended_by          text,
    ended_at          timestamptz,
    check ((ended_by is null) = (ended_at is null)),
    foreign key (tenant_id, domain_id) references postern.domain (tenant_id, domain_id) on delete cascade
);
create index set_aside_domain on postern.set_aside (tenant_id, domain_id);
call postern.make_tenant_table('set_aside');

-- What the timeline was told last of each domain's rollout, so that it is told once.
create table postern.rollout_standing (
    tenant_id uuid not null,
    domain_id uuid primary key,
    standing  jsonb not null,
    at        timestamptz not null,
    foreign key (tenant_id, domain_id) references postern.domain (tenant_id, domain_id) on delete cascade
);
call postern.make_tenant_table('rollout_standing');

-- How long the certificates of the MXs last, as last seen: what a longer max_age has to be measured by.
alter table postern.domain add column mx_certificates jsonb not null default '[]';

-- Changes that are done step by step, so that no sender refuses mail on the way.

create table postern.change_plan (
    tenant_id   uuid not null,
    plan_id     uuid primary key,
    domain_id   uuid not null,
    change      jsonb not null,
    started_by  text not null,
    started_at  timestamptz not null,
    -- What earlier looks said: the longest TTLs, since a resolver tells only what is left of one, and what was undone
    -- meanwhile.
    memory      jsonb not null,
    outcome     text check (outcome in ('COMPLETED', 'ABANDONED')),
    ended_by    text,
    ended_at    timestamptz,
    check ((outcome is null) = (ended_by is null) and (outcome is null) = (ended_at is null)),
    unique (tenant_id, plan_id),
    foreign key (tenant_id, domain_id) references postern.domain (tenant_id, domain_id) on delete cascade
);
create index change_plan_domain on postern.change_plan (tenant_id, domain_id);
call postern.make_tenant_table('change_plan');

-- What was seen done. It stays done, so a row is never changed.
create table postern.plan_step_done (
    tenant_id uuid not null,
    plan_id   uuid not null,
    step      text not null check (length(step) between 1 and 40),
    done_at   timestamptz not null,
    evidence  text not null,
    primary key (plan_id, step),
    foreign key (tenant_id, plan_id) references postern.change_plan (tenant_id, plan_id) on delete cascade
);
call postern.make_tenant_table('plan_step_done');

-- What a vantage point saw last of what is not published yet. Kept apart from its observation of the domain, which no
-- check of something that is not there may touch.
create table postern.plan_preflight (
    tenant_id uuid not null,
    domain_id uuid not null,
    vantage   text not null,
    seen_at   timestamptz not null,
    look      jsonb not null,
    primary key (domain_id, vantage),
    foreign key (tenant_id, domain_id) references postern.domain (tenant_id, domain_id) on delete cascade
);
call postern.make_tenant_table('plan_preflight');

-- Alarms that stand and were told, so that each is told once. What is over is deleted, and told again should it come back.
create table postern.plan_alarm (
    tenant_id uuid not null,
    domain_id uuid not null,
    cause     text not null,
    since     timestamptz not null,
    primary key (domain_id, cause),
    foreign key (tenant_id, domain_id) references postern.domain (tenant_id, domain_id) on delete cascade
);
call postern.make_tenant_table('plan_alarm');

-- The first schema of Postern.
--
-- Tenancy. A tenant is an organisation. Every tenant table carries tenant_id, and row-level security is enabled and
-- forced on it; the application signs in as postern_app, which owns nothing. The tenant of a transaction is the
-- setting postern.tenant; without it no row is visible. A few rows can also be reached by presenting what only their
-- holder knows or is: a report token, an API token's hash, one's own account. Work that spans tenants (sending the
-- outbox, finding domains to probe) is done under roles of their own that see only the columns they need.

grant usage on schema postern to postern_app, postern_relay, postern_scheduler;

-- A process that does not migrate waits until another one has, and looks here whether it has.
grant select on postern.flyway_schema_history to postern_app;

create function postern.current_tenant() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('postern.tenant', true), '')::uuid $$;

create function postern.presented(what text) returns text language sql stable parallel safe as
$$ select nullif(current_setting('postern.' || what, true), '') $$;

-- What every tenant table gets. Called once for each, so that no table has a policy of its own making.
create procedure postern.make_tenant_table(name text) language plpgsql as $$
begin
    execute format('alter table postern.%I enable row level security', name);
    execute format('alter table postern.%I force row level security', name);
    execute format('create policy tenant on postern.%I to postern_app '
        'using (tenant_id = (select postern.current_tenant())) '
        'with check (tenant_id = (select postern.current_tenant()))', name);
    execute format('grant select, insert, update, delete on postern.%I to postern_app', name);
end $$;

------------------------------------------------------------------------------------------------- people

create table postern.organisation (
    tenant_id  uuid primary key,
    name       text not null check (length(name) between 1 and 200),
    created_at timestamptz not null
);
call postern.make_tenant_table('organisation');

-- A person. Not of one tenant: the same person may belong to several organisations.
create table postern.account (
    account_id    uuid primary key,
    email         text not null check (email = lower(email) and length(email) between 3 and 254),
    password_hash text not null,
    created_at    timestamptz not null,
    constraint account_email_key unique (email)
);

create table postern.membership (
    tenant_id  uuid not null references postern.organisation on delete cascade,
    account_id uuid not null references postern.account on delete cascade,
    role       text not null check (role in ('OWNER', 'ADMIN', 'OPERATOR', 'REVIEWER', 'AUDITOR')),
    created_at timestamptz not null,
    primary key (tenant_id, account_id)
);
create index membership_account on postern.membership (account_id);
call postern.make_tenant_table('membership');
create policy own_memberships on postern.membership for select to postern_app
    using (account_id = (select postern.presented('account')::uuid));
create policy own_organisations on postern.organisation for select to postern_app
    using (exists (select from postern.membership m where m.tenant_id = organisation.tenant_id
                   and m.account_id = (select postern.presented('account')::uuid)));

alter table postern.account enable row level security;
alter table postern.account force row level security;
create policy sign_up on postern.account for insert to postern_app
    with check (email = (select postern.presented('email')));
create policy signing_in on postern.account for select to postern_app
    using (email = (select postern.presented('email')));
create policy oneself on postern.account for all to postern_app
    using (account_id = (select postern.presented('account')::uuid))
    with check (account_id = (select postern.presented('account')::uuid));
create policy colleagues on postern.account for select to postern_app
    using (exists (select from postern.membership m where m.account_id = account.account_id
                   and m.tenant_id = (select postern.current_tenant())));
grant select, insert, update on postern.account to postern_app;

create table postern.api_token (
    tenant_id  uuid not null references postern.organisation on delete cascade,
    token_id   uuid primary key,
    name       text not null check (length(name) between 1 and 100),
    token_hash bytea not null unique,
    created_by text not null,
    created_at timestamptz not null,
    expires_at timestamptz
);
create index api_token_tenant on postern.api_token (tenant_id);
call postern.make_tenant_table('api_token');
create policy presented_token on postern.api_token for select to postern_app
    using (token_hash = decode((select postern.presented('api_token_hash')), 'hex'));

------------------------------------------------------------------------------------------------- domains

create table postern.domain (
    tenant_id       uuid not null references postern.organisation on delete cascade,
    domain_id       uuid primary key,
    name            text not null check (name = lower(name) and length(name) between 3 and 253),
    phase           text not null check (phase in ('SETUP', 'TESTING', 'ENFORCE', 'RETIRING', 'NONE')),
    phase_since     timestamptz not null,
    hosting         text not null check (hosting in ('POSTERN', 'CUSTOMER')),
    ownership_token text not null unique,
    report_token    text not null unique,
    additional_rua  text,
    verified_at     timestamptz,
    verified_by     text check (verified_by in ('TXT_RECORD', 'POLICY_DELEGATION', 'REPORT_ADDRESS')),
    created_at      timestamptz not null,
    observed_mx     text[] not null default '{}',
    last_probe_at   timestamptz,
    next_probe_at   timestamptz not null,
    constraint domain_once unique (tenant_id, name),
    constraint domain_of_tenant unique (tenant_id, domain_id),
    check ((verified_at is null) = (verified_by is null))
);
-- Two organisations may try, one may prove: the policy host can serve a name only once.
create unique index domain_verified_once on postern.domain (name) where verified_at is not null;
create index domain_due on postern.domain (next_probe_at);
call postern.make_tenant_table('domain');
create policy presented_report_token on postern.domain for select to postern_app
    using (report_token = (select postern.presented('report_token')));
create policy schedule_read on postern.domain for select to postern_scheduler using (true);
create policy schedule_write on postern.domain for update to postern_scheduler using (true) with check (true);
grant select (tenant_id, domain_id, name, phase, last_probe_at, next_probe_at), update (next_probe_at)
    on postern.domain to postern_scheduler;

-- Every version of a domain's policy, never changed once written.
create table postern.policy (
    tenant_id  uuid not null,
    domain_id  uuid not null,
    version    int not null check (version > 0),
    mode       text not null check (mode in ('ENFORCE', 'TESTING', 'NONE')),
    max_age    bigint not null check (max_age between 0 and 31557600),
    mx         text[] not null,
    policy_id  text not null check (policy_id ~ '^[A-Za-z0-9]{1,32}$'),
    created_at timestamptz not null,
    created_by text not null,
    primary key (domain_id, version),
    foreign key (tenant_id, domain_id) references postern.domain (tenant_id, domain_id) on delete cascade
);
call postern.make_tenant_table('policy');

create table postern.finding (
    tenant_id  uuid not null,
    domain_id  uuid not null,
    check_id   text not null,
    verdict    text not null check (verdict in ('PASS', 'WARN', 'FAIL', 'UNKNOWN')),
    message    text not null,
    fix        text not null,
    evidence   jsonb not null,
    checked_at timestamptz not null,
    since      timestamptz not null,
    primary key (domain_id, check_id),
    foreign key (tenant_id, domain_id) references postern.domain (tenant_id, domain_id) on delete cascade
);
call postern.make_tenant_table('finding');

------------------------------------------------------------------------------------------------- reports

-- One TLS-RPT report (RFC 8460 §4.4). A report names itself only by its sender's word, so the same name with other
-- content is kept apart and not counted.
create table postern.report (
    tenant_id         uuid not null,
    report_key        uuid primary key,
    domain_id         uuid not null,
    organization_name text not null,
    report_id         text not null,
    policy_domain     text not null,
    period_start      timestamptz not null,
    period_end        timestamptz not null,
    day               date not null,
    contact_info      text,
    received_at       timestamptz not null,
    transport         text not null,
    peer              text not null,
    receipt_id        uuid not null,
    counted           boolean not null,
    successful        bigint not null,
    failed            bigint not null,
    notes             jsonb not null,
    content_sha256    bytea not null check (length(content_sha256) = 32),
    content           bytea not null,
    constraint report_once unique (domain_id, organization_name, report_id, policy_domain, period_start, period_end,
                                   content_sha256),
    constraint report_of_tenant unique (tenant_id, report_key),
    foreign key (tenant_id, domain_id) references postern.domain (tenant_id, domain_id) on delete cascade
);
create unique index report_counted_once on postern.report
    (domain_id, organization_name, report_id, policy_domain, period_start, period_end) where counted;
create index report_newest on postern.report (tenant_id, domain_id, received_at, report_key);
create index report_day on postern.report (tenant_id, domain_id, day) where counted;
call postern.make_tenant_table('report');

create table postern.report_policy (
    tenant_id     uuid not null,
    report_key    uuid not null,
    position      int not null,
    domain_id     uuid not null,
    day           date not null,
    organization_name text not null,
    policy_type   text not null,
    type_as_sent  text not null,
    policy_domain text,
    policy_strings text[] not null,
    mx_hosts      text[] not null,
    successful    bigint,
    failed        bigint,
    primary key (report_key, position),
    foreign key (tenant_id, report_key) references postern.report (tenant_id, report_key) on delete cascade
);
create index report_policy_day on postern.report_policy (tenant_id, domain_id, day);
call postern.make_tenant_table('report_policy');

create table postern.failure_detail (
    tenant_id              uuid not null,
    report_key             uuid not null,
    policy_position        int not null,
    position               int not null,
    domain_id              uuid not null,
    day                    date not null,
    organization_name      text not null,
    policy_type            text not null,
    result_type            text not null,
    type_as_sent           text not null,
    sending_mta_ip         text,
    receiving_mx_hostname  text,
    receiving_mx_helo      text,
    receiving_ip           text,
    failed_sessions        bigint,
    additional_information text,
    failure_reason_code    text,
    primary key (report_key, policy_position, position),
    foreign key (report_key, policy_position) references postern.report_policy (report_key, position)
        on delete cascade,
    foreign key (tenant_id, report_key) references postern.report (tenant_id, report_key) on delete cascade
);
create index failure_detail_day on postern.failure_detail (tenant_id, domain_id, day);
call postern.make_tenant_table('failure_detail');

-- What came to a domain's report address and could not be counted, with the reason and the bytes.
create table postern.rejected_report (
    tenant_id    uuid not null,
    receipt_id   uuid primary key,
    domain_id    uuid not null,
    received_at  timestamptz not null,
    transport    text not null,
    peer         text not null,
    content_type text not null,
    code         text not null,
    reason       text not null,
    content      bytea not null,
    foreign key (tenant_id, domain_id) references postern.domain (tenant_id, domain_id) on delete cascade
);
create index rejected_report_newest on postern.rejected_report (tenant_id, domain_id, received_at desc);
call postern.make_tenant_table('rejected_report');

------------------------------------------------------------------------------------------------- timeline, outbox

-- The domain is not a foreign key: what happened stays when a domain goes.
create table postern.timeline_event (
    tenant_id uuid not null references postern.organisation on delete cascade,
    event_id  uuid primary key,
    domain_id uuid,
    at        timestamptz not null,
    kind      text not null,
    severity  text not null check (severity in ('INFO', 'GOOD', 'WARNING', 'PROBLEM')),
    event     jsonb not null
);
create index timeline_event_newest on postern.timeline_event (tenant_id, at, event_id);
create index timeline_event_domain on postern.timeline_event (tenant_id, domain_id, at, event_id);
call postern.make_tenant_table('timeline_event');

-- What a transaction decided and Kafka has to hear of. Written by the application, read and removed by the relay only.
create table postern.outbox (
    id    bigint generated always as identity primary key,
    topic text not null,
    key   text not null,
    value bytea
);
grant insert on postern.outbox to postern_app;
grant select, delete on postern.outbox to postern_relay;

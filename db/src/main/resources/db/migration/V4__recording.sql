-- Recording in batches: failure details in monthly partitions, daily figures kept in step with them, and what an
-- organisation may choose about its reports.

alter table postern.organisation
    -- Whether figures and clocks rest on reports only that are authentic: signed by their sender, or uploaded by a member.
    add column only_authentic boolean not null default false,
    -- How long the text and the failures of a report are kept, in days after the day it is about. Its totals stay.
    add column retention_days int not null default 730 check (retention_days between 90 and 3650);

-- Several report addresses are looked up at once; a token has no comma.
drop policy presented_report_token on postern.domain;
create policy presented_report_token on postern.domain for select to postern_app
    using (report_token = any (string_to_array((select postern.presented('report_token')), ',')));

------------------------------------------------------------------------------------------------- reports

-- The owner of the tables may be one that row-level security holds; until the end of this migration it does not.
alter table postern.report no force row level security;
alter table postern.report_policy no force row level security;
alter table postern.failure_detail no force row level security;

alter table postern.report
    -- Signed by its sender, or uploaded by a member: what a stranger can't forge.
    add column authentic boolean,
    -- What a report is called: organization, report id, policy domain and period. A hash, because an index has no room
    -- for what a stranger may call one.
    add column name_sha256 bytea,
    -- Null once the organisation's retention has passed.
    alter column content drop not null;
update postern.report set authentic = authenticity = 'VERIFIED' or transport = 'upload',
    name_sha256 = sha256(convert_to(organization_name || E'\n' || report_id || E'\n' || policy_domain || E'\n'
        || (extract(epoch from period_start) * 1000000)::bigint || E'\n'
        || (extract(epoch from period_end) * 1000000)::bigint, 'UTF8'));
alter table postern.report
    alter column authentic set not null,
    alter column name_sha256 set not null,
    add check (length(name_sha256) = 32),
    drop constraint report_once,
    add constraint report_once unique (domain_id, name_sha256, content_sha256);
drop index postern.report_counted_once;
create unique index report_counted_once on postern.report (domain_id, name_sha256) where counted;
drop index postern.report_day;
create index report_kept on postern.report (tenant_id, day) where content is not null;

-- Each day's figures come from the tables below; what is left to find is the policies of one report.
drop index postern.report_policy_day;

------------------------------------------------------------------------------------------------- failures by month

alter table postern.failure_detail rename to failure_detail_before;
alter table postern.failure_detail_before rename constraint failure_detail_pkey to failure_detail_before_pkey;
drop index postern.failure_detail_day;

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
    primary key (report_key, policy_position, position, day),
    foreign key (tenant_id, report_key) references postern.report (tenant_id, report_key) on delete cascade
) partition by range (day);
create index failure_detail_day on postern.failure_detail (tenant_id, domain_id, day);

-- Makes the partition of a month. The application may ask for it and owns nothing; a partition bears no grant, so that
-- its rows are reached through the parent and its policies only. There is none for what is not a day of a report.
create function postern.make_failure_partition(month date) returns void
    language plpgsql security definer set search_path = pg_catalog as $$
declare
    first date := date_trunc('month', month)::date;
    part  text := 'failure_detail_' || to_char(month, 'YYYY_MM');
begin
    if first < date '2016-01-01' or first > now() + interval '1 month' then
        raise exception 'no report is about %', month using errcode = '22008';
    end if;
    if to_regclass('postern.' || part) is not null then
        return;
    end if;
    perform pg_advisory_xact_lock(7305428901235);
    -- Another process may have been faster. What the session remembers of the catalogue does not know yet; a query does.
    if exists (select from pg_class where relnamespace = 'postern'::regnamespace and relname = part) then
        return;
    end if;
    execute format('create table postern.%I (like postern.failure_detail including all)', part);
    execute format('alter table postern.%I enable row level security', part);
    execute format('alter table postern.%I force row level security', part);
    execute format('alter table postern.failure_detail attach partition postern.%I for values from (%L) to (%L)',
        part, first, (first + interval '1 month')::date);
end $$;
revoke all on function postern.make_failure_partition(date) from public;
grant execute on function postern.make_failure_partition(date) to postern_app;

-- What never was a day of a report leaves the figures: it was counted before anybody looked.
update postern.report set counted = false where day < date '2016-01-01' or day > received_at::date + 2;
delete from postern.failure_detail_before f using postern.report r where r.report_key = f.report_key and not r.counted;
delete from postern.report_policy p using postern.report r where r.report_key = p.report_key and not r.counted;
select postern.make_failure_partition(month) from (select distinct date_trunc('month', day)::date as month
    from postern.failure_detail_before) months;
insert into postern.failure_detail select tenant_id, report_key, policy_position, position, domain_id, day,
    organization_name, policy_type, result_type, type_as_sent, sending_mta_ip, receiving_mx_hostname,
    receiving_mx_helo, receiving_ip, failed_sessions, additional_information, failure_reason_code
    from postern.failure_detail_before;
drop table postern.failure_detail_before;

------------------------------------------------------------------------------------------------- figures by day

-- Sessions of each day by who counted them and under which policy type. One session may stand under several types
-- (RFC 8460 §4.3), so types are never added up: of each report the type with the most sessions speaks for it, and the
-- columns speaking_… hold what the reports counted for which this type spoke. Those can be added.
create table postern.session_day (
    tenant_id           uuid not null,
    domain_id           uuid not null,
    day                 date not null,
    organization_name   text not null,
    signer              text not null,
    authentic           boolean not null,
    policy_type         text not null,
    reports             bigint not null check (reports >= 0),
    successful          bigint not null check (successful >= 0),
    failed              bigint not null check (failed >= 0),
    speaking_reports    bigint not null check (speaking_reports >= 0),
    speaking_successful bigint not null check (speaking_successful >= 0),
    speaking_failed     bigint not null check (speaking_failed >= 0),
    primary key (domain_id, day, organization_name, signer, authentic, policy_type),
    foreign key (tenant_id, domain_id) references postern.domain (tenant_id, domain_id) on delete cascade
);
create index session_day_tenant on postern.session_day (tenant_id, day);

-- Failed sessions likewise, from the failure details. Of each report and result type, the policy type with the most
-- failures speaks (by_result_type); of each report and MX likewise (by_mx). An empty mx is one that was not named.
create table postern.failure_day (
    tenant_id         uuid not null,
    domain_id         uuid not null,
    day               date not null,
    organization_name text not null,
    signer            text not null,
    authentic         boolean not null,
    policy_type       text not null,
    result_type       text not null,
    mx                text not null,
    details           bigint not null check (details >= 0),
    failed            bigint not null check (failed >= 0),
    -- Details that tell of a failure without saying of how many sessions.
    without_count     bigint not null check (without_count >= 0),
    by_result_type    bigint not null check (by_result_type >= 0),
    by_mx             bigint not null check (by_mx >= 0),
    primary key (domain_id, day, organization_name, signer, authentic, policy_type, result_type, mx),
    foreign key (tenant_id, domain_id) references postern.domain (tenant_id, domain_id) on delete cascade
);
create index failure_day_tenant on postern.failure_day (tenant_id, day);

-- Who has signed reports for an organisation, and since when: what a stranger signs today resets no clock.
create table postern.report_signer (
    tenant_id         uuid not null references postern.organisation on delete cascade,
    signer            text not null check (length(signer) between 1 and 253),
    first_received_at timestamptz not null,
    primary key (tenant_id, signer)
);
insert into postern.report_signer select tenant_id, signer, min(received_at) from postern.report
    where authenticity = 'VERIFIED' and signer is not null group by 1, 2;

-- Figures of what was recorded before.
with per_type as (
    select r.tenant_id, r.domain_id, r.day, left(r.organization_name, 255) as organization_name,
           case when r.authenticity = 'VERIFIED' then coalesce(r.signer, '') else '' end as signer, r.authentic,
           r.report_key, p.policy_type, sum(coalesce(p.successful, 0)) as successful, sum(coalesce(p.failed, 0)) as failed
    from postern.report r join postern.report_policy p using (report_key)
    where r.counted group by 1, 2, 3, 4, 5, 6, 7, 8
), ranked as (
    select *, row_number() over (partition by report_key order by successful + failed desc,
        array_position(array['STS', 'TLSA', 'NO_POLICY_FOUND', 'OTHER'], policy_type)) = 1 as speaks from per_type
)
insert into postern.session_day
select tenant_id, domain_id, day, organization_name, signer, authentic, policy_type, count(*), sum(successful),
       sum(failed), count(*) filter (where speaks), coalesce(sum(successful) filter (where speaks), 0),
       coalesce(sum(failed) filter (where speaks), 0)
from ranked group by 1, 2, 3, 4, 5, 6, 7;
insert into postern.session_day
select r.tenant_id, r.domain_id, r.day, left(r.organization_name, 255),
       case when r.authenticity = 'VERIFIED' then coalesce(r.signer, '') else '' end, r.authentic, 'OTHER', count(*), 0, 0,
       count(*), 0, 0
from postern.report r
where r.counted and not exists (select from postern.report_policy p where p.report_key = r.report_key)
group by 1, 2, 3, 4, 5, 6
on conflict (domain_id, day, organization_name, signer, authentic, policy_type) do update
    set reports = session_day.reports + excluded.reports,
        speaking_reports = session_day.speaking_reports + excluded.speaking_reports;
with per_key as (
    select r.tenant_id, r.domain_id, r.day, left(r.organization_name, 255) as organization_name,
           case when r.authenticity = 'VERIFIED' then coalesce(r.signer, '') else '' end as signer, r.authentic,
           r.report_key, f.policy_type, f.result_type, left(coalesce(f.receiving_mx_hostname, ''), 255) as mx,
           count(*) as details, sum(coalesce(f.failed_sessions, 0)) as failed,
           count(*) filter (where f.failed_sessions is null) as without_count
    from postern.report r join postern.failure_detail f using (report_key)
    where r.counted group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
), by_type as (
    select report_key, result_type, policy_type, row_number() over (partition by report_key, result_type
        order by sum(failed) desc, array_position(array['STS', 'TLSA', 'NO_POLICY_FOUND', 'OTHER'], policy_type)) = 1 as speaks
    from per_key group by 1, 2, 3
), by_mx as (
    select report_key, mx, policy_type, row_number() over (partition by report_key, mx
        order by sum(failed) desc, array_position(array['STS', 'TLSA', 'NO_POLICY_FOUND', 'OTHER'], policy_type)) = 1 as speaks
    from per_key group by 1, 2, 3
)
insert into postern.failure_day
select k.tenant_id, k.domain_id, k.day, k.organization_name, k.signer, k.authentic, k.policy_type, k.result_type, k.mx,
       sum(k.details), sum(k.failed), sum(k.without_count),
       coalesce(sum(k.failed) filter (where t.speaks), 0), coalesce(sum(k.failed) filter (where m.speaks), 0)
from per_key k
join by_type t using (report_key, result_type, policy_type)
join by_mx m using (report_key, mx, policy_type)
group by 1, 2, 3, 4, 5, 6, 7, 8, 9;

alter table postern.report force row level security;
alter table postern.report_policy force row level security;
call postern.make_tenant_table('failure_detail');
call postern.make_tenant_table('session_day');
call postern.make_tenant_table('failure_day');
call postern.make_tenant_table('report_signer');

------------------------------------------------------------------------------------------------- imports, retention

-- What became of each item that an import put on the log, written with the reports themselves.
create table postern.import_item (
    tenant_id   uuid not null references postern.organisation on delete cascade,
    import_id   uuid not null,
    receipt_id  uuid not null,
    name        text not null,
    counted     int not null,
    known       int not null,
    conflicting int not null,
    rejected    int not null,
    -- Of the first that was rejected.
    code        text not null,
    reason      text not null,
    primary key (import_id, receipt_id)
);
call postern.make_tenant_table('import_item');

-- What came to an organisation itself and is about none of its domains has none.
alter table postern.rejected_report alter column domain_id drop not null;
create index rejected_report_tenant on postern.rejected_report (tenant_id, received_at desc, receipt_id);

-- Mails whose signature could not be verified because the DNS gave no answer, to be looked at again.
create table postern.unsettled_mail (
    tenant_id    uuid not null references postern.organisation on delete cascade,
    receipt_id   uuid primary key,
    -- The report token that it came to; empty where it came to the organisation itself.
    token        text not null,
    received_at  timestamptz not null,
    transport    text not null,
    peer         text not null,
    content_type text not null,
    mail         bytea not null,
    tries        int not null,
    next_try_at  timestamptz not null
);
create index unsettled_mail_due on postern.unsettled_mail (next_try_at);
call postern.make_tenant_table('unsettled_mail');

-- Who looks after what has been recorded sees only how long each organisation keeps it, and who has mails to look at.
grant select (tenant_id, next_try_at) on postern.unsettled_mail to postern_retention;
create policy unsettled_read on postern.unsettled_mail for select to postern_retention using (true);
grant usage on schema postern to postern_retention;
grant select (tenant_id, retention_days) on postern.organisation to postern_retention;
create policy retention_read on postern.organisation for select to postern_retention using (true);

-- MX hosts that an organisation registers beside its mail domains. With DANE the policy domain of a report is the MX
-- host (RFC 7672 §2.2.3, RFC 8460 §4.4), and a host can publish a TLSRPT record of its own (RFC 8460 §3). Address,
-- ownership, findings, reports and timeline of a host are kept as a domain's are, so it is a row of the same table.
-- A host has no policy: its phase is always NONE, and nobody serves a file for it.
alter table postern.domain
    add column kind text not null default 'MAIL_DOMAIN' check (kind in ('MAIL_DOMAIN', 'MX_HOST')),
    add constraint mx_host_without_policy
        check (kind = 'MAIL_DOMAIN' or (phase = 'NONE' and hosting = 'CUSTOMER')),
    drop constraint domain_once,
    -- One name may be both: a domain whose mail goes to the host of the same name.
    add constraint domain_once unique (tenant_id, name, kind);

drop index postern.domain_verified_once;
create unique index domain_verified_once on postern.domain (name, kind) where verified_at is not null;

-- Which domains a host serves is asked by the hosts that they name.
create index domain_observed_mx on postern.domain using gin (observed_mx) where kind = 'MAIL_DOMAIN';

grant select (kind) on postern.domain to postern_scheduler;

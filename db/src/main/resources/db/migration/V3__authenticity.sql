-- Whether a report by mail bore a valid DKIM signature of the reporting domain (RFC 8460 §3). Reports from before this
-- version were not looked at.
alter table postern.report
    add column authenticity text not null default 'UNKNOWN'
        check (authenticity in ('VERIFIED', 'UNSIGNED', 'FAILED', 'UNKNOWN', 'NOT_MAIL')),
    add column signer text,
    add column authenticity_detail text not null default 'it came before signatures were checked';
alter table postern.report
    alter column authenticity drop default,
    alter column authenticity_detail drop default;

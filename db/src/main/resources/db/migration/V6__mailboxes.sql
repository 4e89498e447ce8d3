-- Mailboxes in which organisations keep their TLS reports, read over IMAP.

create table postern.mailbox_source (
    tenant_id          uuid not null references postern.organisation on delete cascade,
    mailbox_id         uuid primary key,
    name               text not null check (length(name) between 1 and 100),
    host               text not null check (host = lower(host) and length(host) between 1 and 253),
    port               int not null check (port between 1 and 65535),
    security           text not null check (security in ('IMPLICIT_TLS', 'STARTTLS')),
    username           text not null check (length(username) between 1 and 254),
    folder             text not null check (length(folder) between 1 and 250),
    after_reading      text not null check (after_reading in ('LEAVE', 'MARK_SEEN', 'MOVE')),
    move_to            text check (length(move_to) between 1 and 250),
    -- The password: sealed under a key of this row's own, which is sealed under one made from the installation's key.
    password_key       bytea not null,
    password_sealed    bytea not null,
    key_version        int not null,
    created_at         timestamptz not null,
    created_by         text not null,
    paused             boolean not null default false,
    -- How far it has been read: of UIDs of one validity (RFC 9051 §2.3.1.1), up to the last. Null before the first mail.
    uid_validity       bigint,
    last_uid           bigint not null default 0,
    next_poll_at       timestamptz not null,
    last_poll_at       timestamptz,
    last_success_at    timestamptz,
    -- Failures in a row, and the last one in words. Null while all is well.
    failures           int not null default 0,
    last_error         text,
    -- What was seen so far: mails in all, those passed on as reports, and reports that were too large to take.
    mails_seen         bigint not null default 0,
    reports_taken      bigint not null default 0,
    reports_too_large  bigint not null default 0,
    -- The worker that reads it now. Nobody else does until this has passed.
    claim_id           uuid,
    claimed_until      timestamptz,
    check ((after_reading = 'MOVE') = (move_to is not null)),
    check ((claim_id is null) = (claimed_until is null)),
    constraint mailbox_source_once unique (tenant_id, host, port, username, folder)
);
create index mailbox_source_due on postern.mailbox_source (next_poll_at) where not paused;
call postern.make_tenant_table('mailbox_source');

-- Who finds the mailboxes that are due sees whose and when; where they are and their passwords only the organisation.
grant usage on schema postern to postern_mailboxes;
create policy mailboxes_read on postern.mailbox_source for select to postern_mailboxes using (true);
create policy mailboxes_claim on postern.mailbox_source for update to postern_mailboxes using (true) with check (true);
grant select (tenant_id, mailbox_id, paused, next_poll_at, claim_id, claimed_until),
    update (claim_id, claimed_until) on postern.mailbox_source to postern_mailboxes;

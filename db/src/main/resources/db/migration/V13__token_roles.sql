-- What a program may do that presents an API token. Tokens could do everything before there were roles: those that
-- exist go on as administrators, and so does what a process of the version before makes meanwhile. No token is an owner.
alter table postern.api_token
    add column role text not null default 'ADMIN' check (role in ('ADMIN', 'OPERATOR', 'REVIEWER', 'AUDITOR'));

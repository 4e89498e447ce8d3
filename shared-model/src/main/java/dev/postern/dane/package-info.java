/// DANE for SMTP (RFC 7672): a domain names the certificates of its MXs in TLSA records, and DNSSEC vouches for the
/// records. Where they are published, senders that do DANE insist on them, whatever an MTA-STS policy says (RFC 8461
/// §2). What lives here is pure: whether a chain of certificates matches the records that were found.
package dev.postern.dane;

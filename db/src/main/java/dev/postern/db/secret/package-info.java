/// Secrets that Postern must be able to use again, such as the password of a customer's mailbox: sealed before they go
/// into the database, so that a copy of the database without the installation's key tells nobody.
package dev.postern.db.secret;

/// Report tokens: the unguessable local part of each domain's report address.
///
/// A token carries its own proof that this installation issued it, so that a receiver can refuse invented addresses
/// without asking the database, and goes on receiving while the database is down.
package dev.postern.token;

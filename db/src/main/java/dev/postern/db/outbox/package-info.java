/// The transactional outbox: what a transaction decided reaches Kafka if, and only if, the transaction commits.
package dev.postern.db.outbox;

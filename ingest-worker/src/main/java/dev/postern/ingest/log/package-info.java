/// The durable log of what was received. Only what it has acknowledged is acknowledged to a sender.
package dev.postern.ingest.log;

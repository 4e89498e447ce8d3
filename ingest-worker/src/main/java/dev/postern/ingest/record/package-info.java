/// Reads the log and stores what it holds: each report once, and what can't be counted with its reason.
package dev.postern.ingest.record;

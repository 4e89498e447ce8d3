/// Records what was received: whose it is, whether it can be read and bears the domain it came for, and that it counts
/// once. Reading the log again changes nothing.
package dev.postern.ingest.record;

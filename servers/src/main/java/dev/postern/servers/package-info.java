/// Where PostgreSQL and Kafka come from, decided in one place: an address in the environment if given, else a
/// container if a Docker engine answers (tests only), else the real servers, embedded.
///
/// The embedded ones keep their data in a folder, are durable, and recover from a process that was killed.
package dev.postern.servers;

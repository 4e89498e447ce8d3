/// Whether anything gets lost when machines misbehave: the real processes, each by itself and set up by its environment
/// alone, on a PostgreSQL and a Kafka that are processes too, are killed, stopped and starved of disk while senders send.
package dev.postern.standalone.fault;

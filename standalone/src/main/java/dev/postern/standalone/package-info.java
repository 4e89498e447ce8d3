/// All of Postern in one process, on embedded PostgreSQL and Kafka: what `./postern run` starts.
package dev.postern.standalone;

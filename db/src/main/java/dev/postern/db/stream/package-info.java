/// Makes the Kafka topics that a process writes on.
package dev.postern.db.stream;

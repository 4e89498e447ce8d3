package dev.postern.standalone.fault;

import dev.postern.servers.EmbeddedKafka;
import java.nio.file.Path;

/// The Kafka broker as a process by itself, which can be killed: folder and port are its arguments.
final class Broker {

    private Broker() {
    }

    public static void main(String[] arguments) {
        EmbeddedKafka broker = EmbeddedKafka.durable(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "stop-broker"));
    }
}

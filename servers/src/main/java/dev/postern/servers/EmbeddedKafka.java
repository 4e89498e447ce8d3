package dev.postern.servers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/// A real Kafka broker (KRaft, its own controller) in this JVM, with its data in a folder.
///
/// It flushes each message to disk before it acknowledges: with one broker there is no replica to fall back on, and
/// "acknowledged" has to survive a power cut.
public final class EmbeddedKafka implements AutoCloseable {

    private static final int MAX_MESSAGE_BYTES = 33_554_432;

    private final KafkaRaftServer server;
    private final int port;

    private EmbeddedKafka(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /// Starts a broker that keeps its data and flushes before it acknowledges.
    public static EmbeddedKafka durable(Path data) {
        return start(data, true, 0);
    }

    /// The same at a port that others know.
    ///
    /// @param port 0 for a free one
    public static EmbeddedKafka durable(Path data, int port) {
        return start(data, true, port);
    }

    /// Starts a broker for tests in a fresh folder, without flushing.
    public static EmbeddedKafka throwAway() {
        try {
            return start(Files.createTempDirectory("postern-kafka"), false, 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static EmbeddedKafka start(Path data, boolean flush, int port) {
        try {
            Files.createDirectories(data);
            int broker = port == 0 ? freePort() : port;
            int controller = freePort();
            Properties settings = settings(data, broker, controller, flush);
            format(data, settings);
            var server = new KafkaRaftServer(new KafkaConfig(settings), Time.SYSTEM);
            server.startup();
            return new EmbeddedKafka(server, broker);
        } catch (IOException failed) {
            throw new UncheckedIOException("Kafka did not start in " + data, failed);
        }
    }

    private static Properties settings(Path data, int broker, int controller, boolean flush) {
        var settings = new Properties();
        settings.putAll(Map.of(
                "process.roles", "broker,controller",
                "node.id", "1",
                "controller.quorum.voters", "1@127.0.0.1:" + controller,
                "listeners", "BROKER://127.0.0.1:" + broker + ",CONTROLLER://127.0.0.1:" + controller,
                "advertised.listeners", "BROKER://127.0.0.1:" + broker,
                "listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "inter.broker.listener.name", "BROKER",
                "controller.listener.names", "CONTROLLER",
                "log.dirs", data.toString()));
        settings.putAll(Map.of(
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "4",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "group.initial.rebalance.delay.ms", "0",
                "auto.create.topics.enable", "false",
                "message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES),
                // A broker that was killed is taken for alive until its session ends: with the defaults a restart
                // waits ten seconds longer.
                "broker.session.timeout.ms", "3000",
                "broker.heartbeat.interval.ms", "500"));
        settings.put("log.flush.interval.messages", flush ? "1" : Long.toString(Long.MAX_VALUE));
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        return settings;
    }

    private static void format(Path data, Properties settings) throws IOException {
        if (Files.exists(data.resolve("meta.properties"))) {
            return;
        }
        Path file = Files.createTempFile("postern-kafka", ".properties");
        try {
            try (var out = Files.newOutputStream(file)) {
                settings.store(out, null);
            }
            var output = new ByteArrayOutputStream();
            int status = StorageTool.execute(new String[]{"format", "--cluster-id", Uuid.randomUuid().toString(),
                    "--config", file.toString()}, new PrintStream(output, true, StandardCharsets.UTF_8));
            if (status != 0) {
                throw new IOException("formatting failed: " + output.toString(StandardCharsets.UTF_8));
            }
        } finally {
            Files.delete(file);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// `host:port` of the broker.
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}

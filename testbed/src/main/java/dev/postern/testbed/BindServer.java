package dev.postern.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.Update;

/// BIND 9 on loopback, an authoritative server that takes dynamic updates with TSIG: what many run themselves. It is no
/// part of the build; Debian has it as `bind9`.
///
/// Of its keys, [#WRITER] may change everything in its zones, [#NARROW] only what Postern writes, and [#STRANGER]
/// nothing.
public final class BindServer implements AutoCloseable {

    public static final String WRITER = "writer";
    public static final String NARROW = "narrow";
    public static final String STRANGER = "stranger";
    public static final String ALGORITHM = "hmac-sha256";

    private static final List<Path> PLACES = List.of(Path.of("/usr/sbin/named"), Path.of("/usr/local/sbin/named"),
            Path.of("/opt/homebrew/sbin/named"));
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int KEY_BYTES = 32;

    private final Path program;
    private final Path folder;
    private final int port;
    private final Map<String, byte[]> keys = new TreeMap<>();
    private Optional<Process> process = Optional.empty();

    private BindServer(Path program, Path folder, int port) {
        this.program = program;
        this.folder = folder;
        this.port = port;
        var random = new SecureRandom();
        for (String key : List.of(WRITER, NARROW, STRANGER)) {
            var secret = new byte[KEY_BYTES];
            random.nextBytes(secret);
            keys.put(key, secret);
        }
    }

    /// Where it is on this machine.
    public static Optional<Path> installed() {
        return PLACES.stream().filter(Files::isExecutable).findFirst();
    }

    /// Starts it with empty zones.
    ///
    /// @param folder for its files; empty
    /// @throws UncheckedIOException when it is not installed or does not start
    public static BindServer start(Path folder, String... zones) {
        try {
            var server = new BindServer(installed().orElseThrow(() -> new IOException("BIND 9 is not installed")), folder,
                    freePort());
            server.configure(List.of(zones));
            server.start();
            return server;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private void configure(List<String> zones) throws IOException {
        var text = new StringBuilder("""
                options {
                    directory "%s";
                    pid-file "%s/named.pid";
                    session-keyfile "%s/session.key";
                    listen-on port %d { 127.0.0.1; };
                    listen-on-v6 { none; };
                    recursion no;
                    dnssec-validation no;
                    notify no;
                    allow-transfer { none; };
                };
                controls { };
                """.formatted(folder, folder, folder, port));
        keys.forEach((name, secret) -> text.append("key \"%s\" { algorithm %s; secret \"%s\"; };%n".formatted(name, ALGORITHM,
                Base64.getEncoder().encodeToString(secret))));
        for (String zone : zones) {
            text.append("""
                    zone "%s" {
                        type primary;
                        file "%s.zone";
                        update-policy {
                            grant %s zonesub ANY;
                            grant %s name _mta-sts.%s TXT;
                            grant %s name _smtp._tls.%s TXT;
                            grant %s name _postern-challenge.%s TXT;
                            grant %s name mta-sts.%s CNAME;
                        };
                    };
                    """.formatted(zone, zone, WRITER, NARROW, zone, NARROW, zone, NARROW, zone, NARROW, zone));
            Files.writeString(folder.resolve(zone + ".zone"), """
                    $TTL 300
                    @ SOA ns1 hostmaster 1 3600 600 86400 60
                    @ NS ns1
                    ns1 A 127.0.0.1
                    """);
        }
        Files.writeString(folder.resolve("named.conf"), text.toString());
    }

    /// Starts it again after [#stop], with everything that was written.
    public synchronized void start() {
        try {
            process = Optional.of(new ProcessBuilder(program.toString(), "-g", "-n", "1", "-c",
                    folder.resolve("named.conf").toString()).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile())).start());
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!answers()) {
                if (!process.get().isAlive() || System.nanoTime() > end) {
                    throw new IOException("BIND does not answer:\n" + Files.readString(folder.resolve("log")));
                }
                Thread.onSpinWait();
            }
        } catch (IOException failed) {
            stop();
            throw new UncheckedIOException(failed);
        }
    }

    private boolean answers() {
        try {
            var server = resolver(Duration.ofMillis(500));
            server.send(Message.newQuery(Record.newRecord(Name.root, Type.SOA, DClass.IN)));
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    public synchronized void stop() {
        process.ifPresent(running -> {
            running.destroy();
            try {
                if (!running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    running.destroyForcibly();
                }
            } catch (InterruptedException interrupted) {
                running.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        });
        process = Optional.empty();
    }

    @Override
    public void close() {
        stop();
    }

    /// At 127.0.0.1.
    public int port() {
        return port;
    }

    /// The secret of a key, in base64.
    public String secret(String key) {
        return Base64.getEncoder().encodeToString(keys.get(key));
    }

    /// The TXT records at a name, sorted, the strings of each joined.
    public List<String> txt(String name) {
        return ask(name, Type.TXT).stream().map(record -> String.join("", ((TXTRecord) record).getStrings())).sorted()
                .toList();
    }

    /// The target of the CNAME at a name.
    public Optional<String> cname(String name) {
        return ask(name, Type.CNAME).stream().map(record -> ((CNAMERecord) record).getTarget().toString(true)).findFirst();
    }

    /// The time to live of the TXT records at a name; -1 where there are none.
    public long ttl(String name) {
        return ask(name, Type.TXT).stream().mapToLong(Record::getTTL).findFirst().orElse(-1);
    }

    /// The serial number of a zone, which every change raises.
    public long serial(String zone) {
        return ((org.xbill.DNS.SOARecord) ask(zone, Type.SOA).getFirst()).getSerial();
    }

    private List<Record> ask(String name, int type) {
        try {
            Name owner = absolute(name);
            return resolver(PATIENCE).send(Message.newQuery(Record.newRecord(owner, type, DClass.IN)))
                    .getSection(Section.ANSWER).stream()
                    .filter(record -> record.getName().equals(owner) && record.getType() == type).toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Puts records in the place of those of one type, as a person at the server would.
    ///
    /// @param values as in a zone file; none takes them away
    public void put(String zone, String name, String type, String... values) {
        try {
            Name owner = absolute(name);
            var update = new Update(absolute(zone));
            update.delete(owner, Type.value(type));
            for (String value : values) {
                update.add(owner, Type.value(type), 300, value);
            }
            var resolver = resolver(PATIENCE);
            resolver.setTSIGKey(new TSIG(TSIG.HMAC_SHA256, absolute(WRITER), keys.get(WRITER)));
            int code = resolver.send(update).getRcode();
            if (code != Rcode.NOERROR) {
                throw new IOException("the update was refused: " + Rcode.string(code));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private SimpleResolver resolver(Duration timeout) {
        var resolver = new SimpleResolver(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        resolver.setTCP(true);
        resolver.setTimeout(timeout);
        return resolver;
    }

    private static Name absolute(String name) throws TextParseException {
        return Name.fromString(name, Name.root);
    }
}

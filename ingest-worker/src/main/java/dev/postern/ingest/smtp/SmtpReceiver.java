package dev.postern.ingest.smtp;

import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.receive.BodyReader;
import dev.postern.token.ReportTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLSocket;
import org.subethamail.smtp.server.SMTPServer;

/// The mail server of report addresses.
public final class SmtpReceiver implements AutoCloseable {

    private static final int MAX_CONNECTIONS = 500;
    private static final int MAX_CONNECTIONS_OF_ONE = 50;
    private static final int MAX_RECIPIENTS = 20;
    /// RFC 5321 §4.5.3.2.7 wants five minutes; a report sender that is silent for one is stuck, and it comes again.
    private static final Duration SILENCE = Duration.ofMinutes(1);
    private static final Duration LONGEST_SESSION = Duration.ofMinutes(30);

    /// What it needs to be told.
    ///
    /// @param bind        address to listen on
    /// @param port        0 for a free one
    /// @param publicHost  the domain of report addresses, and how the server names itself
    /// @param certificate for STARTTLS; empty: not offered
    public record Options(String bind, int port, String publicHost, Optional<SmtpCertificate> certificate) {
    }

    private final SMTPServer server;
    private final SessionLimits limits;

    private SmtpReceiver(SMTPServer server, SessionLimits limits) {
        this.server = server;
        this.limits = limits;
    }

    /// Starts listening.
    ///
    /// @throws UncheckedIOException when it can't listen
    public static SmtpReceiver start(Options options, ReportTokens tokens, ReportLog log, BodyReader bodies,
                                     Clock clock) {
        var limits = new SessionLimits(MAX_CONNECTIONS_OF_ONE, LONGEST_SESSION);
        var builder = SMTPServer.port(options.port())
                .bindAddress(address(options.bind()))
                .hostName(options.publicHost())
                .softwareName("Postern")
                .insertReceivedHeaders(false)
                .maxConnections(MAX_CONNECTIONS)
                .maxRecipients(MAX_RECIPIENTS)
                .maxMessageSize(bodies.maxBytes())
                .connectionTimeoutMs((int) SILENCE.toMillis())
                .sessionHandler(limits)
                .executorService(Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("smtp-", 0).factory()))
                .messageHandlerFactory(context -> new ReportMail(context, options.publicHost(), tokens, log, bodies,
                        clock));
        options.certificate().ifPresent(certificate -> builder.enableTLS().startTlsSocketFactory(plain -> {
            var socket = (SSLSocket) certificate.context().getSocketFactory().createSocket(plain,
                    plain.getInetAddress().getHostAddress(), plain.getPort(), true);
            socket.setUseClientMode(false);
            return socket;
        }));
        SMTPServer server = builder.build();
        server.getCommandHandler().addCommand(new GreetingCommand());
        server.getCommandHandler().addCommand(new SizedMailCommand(bodies.maxBytes()));
        server.getCommandHandler().addCommand(new NoChunksCommand());
        try {
            server.start();
        } catch (RuntimeException failed) {
            limits.close();
            if (failed.getCause() instanceof IOException cause) {
                throw new UncheckedIOException("the mail receiver can't listen on " + options.bind() + ":"
                        + options.port(), cause);
            }
            throw failed;
        }
        return new SmtpReceiver(server, limits);
    }

    private static InetAddress address(String bind) {
        try {
            return InetAddress.getByName(bind);
        } catch (IOException unknown) {
            throw new UncheckedIOException("there is no address " + bind + " to listen on", unknown);
        }
    }

    /// The port it listens on.
    public int port() {
        return server.getPortAllocated();
    }

    @Override
    public void close() {
        server.stop();
        limits.close();
    }
}

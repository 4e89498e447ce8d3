package dev.postern.ingest.smtp;

import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.receive.BodyReader;
import dev.postern.token.ReportTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLSocket;
import org.subethamail.smtp.server.SMTPServer;

/// The mail server of report addresses.
public final class SmtpReceiver implements AutoCloseable {

    /// The library stops listening some connections beyond its own limit, without a word; ours is reached before.
    private static final int ROOM_TO_REFUSE = 100;

    /// What it needs to be told.
    ///
    /// @param bind        address to listen on
    /// @param port        0 for a free one
    /// @param publicHost  the domain of report addresses, and how the server names itself
    /// @param certificate for STARTTLS; empty: not offered
    public record Options(String bind, int port, String publicHost, Optional<SmtpCertificate> certificate,
                          SmtpLimits limits) {
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
        var limits = new SessionLimits(options.limits());
        var builder = SMTPServer.port(options.port())
                .bindAddress(address(options.bind()))
                .hostName(options.publicHost())
                .softwareName("Postern")
                .insertReceivedHeaders(false)
                .maxConnections(options.limits().connections() + ROOM_TO_REFUSE)
                .maxRecipients(options.limits().recipients())
                .maxMessageSize(bodies.maxBytes())
                .connectionTimeoutMs((int) options.limits().silence().toMillis())
                .serverSocketFactory(() -> listener(options.limits()))
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
        server.getCommandHandler().addCommand(new RecipientCommand(options.limits().recipients()));
        server.getCommandHandler().addCommand(new DataCommand());
        server.getCommandHandler().addCommand(new StartTlsCommand(options.limits(), limits));
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

    private static ServerSocket listener(SmtpLimits limits) throws IOException {
        return new ServerSocket() {
            @Override
            public Socket accept() throws IOException {
                return new Conversation(super.accept(), limits);
            }
        };
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

package dev.postern.ingest.smtp;

import dev.postern.ingest.IngestSettings;
import dev.postern.ingest.log.ReportLog;
import dev.postern.token.ReportTokens;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.subethamail.smtp.server.SMTPServer;

/// The SMTP server of the report addresses. It takes mail for tokens of this installation and for nobody else.
public final class SmtpReceiver implements AutoCloseable {

    private static final int MAX_CONNECTIONS = 500;
    private static final int MAX_RECIPIENTS = 50;
    private static final int IDLE_SECONDS = 60;

    private final SMTPServer server;

    private SmtpReceiver(SMTPServer server) {
        this.server = server;
    }

    /// Starts listening.
    ///
    /// @param tls offered by STARTTLS when present
    /// @throws UnknownHostException when the address to listen on is none
    public static SmtpReceiver start(IngestSettings settings, ReportTokens tokens, ReportLog log, Clock clock,
                                     Optional<SSLContext> tls) throws UnknownHostException {
        var builder = SMTPServer.port(settings.smtpPort())
                .bindAddress(InetAddress.getByName(settings.bind()))
                .hostName(settings.publicHost())
                .softwareName("Postern")
                .messageHandlerFactory(context -> new ReportMessage(context, settings, tokens, log, clock))
                .executorService(Executors.newVirtualThreadPerTaskExecutor())
                // The reverse path is not looked at: reports come from addresses that take no answer.
                .fromAddressValidator(_ -> true)
                .maxConnections(MAX_CONNECTIONS)
                .maxRecipients(MAX_RECIPIENTS)
                .maxMessageSize(settings.maxMessageBytes())
                .connectionTimeout(IDLE_SECONDS, TimeUnit.SECONDS)
                .insertReceivedHeaders(false);
        tls.ifPresent(context -> builder.enableTLS().startTlsSocketFactory(context));
        SMTPServer server = builder.build();
        server.start();
        return new SmtpReceiver(server);
    }

    /// The port it listens on.
    public int port() {
        return server.getPortAllocated();
    }

    @Override
    public void close() {
        server.stop();
    }
}

package dev.postern.ingest;

import dev.postern.ingest.https.HttpReceiver;
import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.receive.BodyReader;
import dev.postern.ingest.receive.ReceiveMemory;
import dev.postern.ingest.smtp.SmtpCertificate;
import dev.postern.ingest.smtp.SmtpReceiver;
import dev.postern.settings.InvalidSettingException;
import dev.postern.token.ReportTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/// The receiving half, which needs no database. `Settings` and `ReportTokens` come from whoever composes the process.
@Configuration(proxyBeanMethods = false)
@Import(LogConfiguration.class)
public class ReceiveConfiguration {

    @Bean
    BodyReader bodyReader(IngestSettings settings) {
        return new BodyReader(new ReceiveMemory(settings.memory()), settings.maxMessageBytes(),
                settings.limits().pace());
    }

    @Bean
    SmtpReceiver smtpReceiver(IngestSettings settings, ReportTokens tokens, ReportLog log, BodyReader bodies,
                              Clock clock) {
        return SmtpReceiver.start(new SmtpReceiver.Options(settings.bind(), settings.smtpPort(), settings.publicHost(),
                certificate(settings), settings.limits().smtp()), tokens, log, bodies, clock);
    }

    @Bean
    HttpReceiver httpReceiver(IngestSettings settings, ReportTokens tokens, ReportLog log, BodyReader bodies,
                              Clock clock) {
        return HttpReceiver.start(new HttpReceiver.Options(settings.bind(), settings.reportPort(),
                settings.edges(), settings.limits().http()), tokens, log, bodies, clock);
    }

    private static Optional<SmtpCertificate> certificate(IngestSettings settings) {
        Optional<Path> chain = settings.smtpCertificate();
        Optional<Path> key = settings.smtpKey();
        if (chain.isEmpty() && key.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(SmtpCertificate.read(
                    chain.orElseThrow(() -> new IOException("a key without its certificate")),
                    key.orElseThrow(() -> new IOException("a certificate without its key"))));
        } catch (IOException unusable) {
            var refused = new InvalidSettingException(chain.isEmpty() || key.isPresent()
                    ? IngestSettings.SMTP_CERTIFICATE : IngestSettings.SMTP_KEY,
                    chain.map(Path::toString).orElse(""));
            refused.initCause(unusable);
            throw refused;
        }
    }
}

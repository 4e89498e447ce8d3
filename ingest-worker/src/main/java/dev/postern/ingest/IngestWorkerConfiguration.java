package dev.postern.ingest;

import dev.postern.db.outbox.OutboxRelay;
import dev.postern.db.stream.TopicCreation;
import dev.postern.db.tenancy.Database;
import dev.postern.ingest.https.HttpReceiver;
import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.record.RecordingContainer;
import dev.postern.ingest.smtp.ServerIdentity;
import dev.postern.ingest.smtp.SmtpReceiver;
import dev.postern.settings.Settings;
import dev.postern.stream.Topics;
import dev.postern.token.ReportTokens;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/// The parts of the ingest worker. `Settings`, `Database` and `ReportTokens` come from whoever composes the process.
@Configuration(proxyBeanMethods = false)
class IngestWorkerConfiguration {

    private static final String LARGEST_MESSAGE = "33554432";

    @Bean
    IngestSettings ingestSettings(Settings settings) {
        return IngestSettings.from(settings);
    }

    @Bean
    TopicCreation topicCreation(IngestSettings settings) {
        var large = Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, LARGEST_MESSAGE);
        return TopicCreation.start(settings.kafka(), List.of(
                new TopicCreation.Wanted(Topics.TLSRPT_RECEIVED, large),
                new TopicCreation.Wanted(Topics.TLSRPT_REJECTED, large)));
    }

    @Bean
    ReportLog reportLog(IngestSettings settings) {
        return new ReportLog(settings.kafka());
    }

    @Bean
    SmtpReceiver smtpReceiver(IngestSettings settings, ReportTokens tokens, ReportLog log) throws IOException {
        Optional<SSLContext> tls = settings.smtpCertificate().isPresent() && settings.smtpKey().isPresent()
                ? Optional.of(ServerIdentity.read(settings.smtpCertificate().get(), settings.smtpKey().get()))
                : Optional.empty();
        return SmtpReceiver.start(settings, tokens, log, Clock.systemUTC(), tls);
    }

    @Bean
    HttpReceiver httpReceiver(IngestSettings settings, ReportTokens tokens, ReportLog log) {
        return HttpReceiver.start(settings, tokens, log, Clock.systemUTC());
    }

    @Bean
    ConcurrentMessageListenerContainer<String, byte[]> recording(IngestSettings settings, Database database,
                                                                 ReportLog log) {
        return RecordingContainer.of(settings.kafka(), database, log);
    }

    /// Timeline events of recorded reports are carried on also where no other process runs.
    @Bean
    OutboxRelay outboxRelay(Database database, Producer<String, byte[]> outboxProducer) {
        return new OutboxRelay(database, outboxProducer);
    }

    @Bean
    Producer<String, byte[]> outboxProducer(IngestSettings settings) {
        return new KafkaProducer<>(Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.kafka(),
                ProducerConfig.CLIENT_ID_CONFIG, "ingest-outbox",
                ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000L), new StringSerializer(), new ByteArraySerializer());
    }
}

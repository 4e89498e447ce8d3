package dev.postern.ingest;

import dev.postern.db.mailbox.MailboxPasswords;
import dev.postern.db.mailbox.MailboxSchedule;
import dev.postern.db.outbox.OutboxRelay;
import dev.postern.db.secret.Secrets;
import dev.postern.db.tenancy.Database;
import dev.postern.ingest.dkim.DkimCheck;
import dev.postern.ingest.imap.MailboxPoller;
import dev.postern.ingest.imap.MailboxReader;
import dev.postern.ingest.imap.PollSettings;
import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.log.TopicSetup;
import dev.postern.ingest.record.Recorder;
import dev.postern.ingest.record.RecordingListener;
import dev.postern.ingest.record.Retention;
import dev.postern.ingest.record.SecondLook;
import dev.postern.ingest.unwrap.Unwrapper;
import dev.postern.outbound.imap.ImapLimits;
import dev.postern.outbound.imap.ImapSettings;
import dev.postern.settings.Settings;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/// The recording half. `Settings`, `Database` and `Secrets` come from whoever composes the process.
@Configuration(proxyBeanMethods = false)
@Import(LogConfiguration.class)
public class RecordConfiguration {

    @Bean
    Recorder recorder(Database database, ReportLog log, IngestSettings settings, Clock clock) {
        return new Recorder(database, log, new Unwrapper(settings.limits().unwrap()), settings.limits().report(),
                new DkimCheck(settings.dnsServers(), settings.dnsTimeout()), clock);
    }

    @Bean
    RecordingListener recordingListener(IngestSettings settings, Recorder recorder, TopicSetup topics) {
        return RecordingListener.start(settings.kafka(), settings.concurrency(), recorder, topics);
    }

    @Bean
    SecondLook secondLook(Database database, Recorder recorder, Clock clock) {
        return SecondLook.start(database, recorder, clock);
    }

    @Bean
    Retention retention(Database database, Clock clock) {
        return Retention.start(database, clock);
    }

    @Bean
    MailboxReader mailboxReader(Database database, Secrets secrets, ReportLog log, Settings all, IngestSettings settings,
                                Clock clock) {
        var portion = MailboxReader.Portion.usual(settings.maxMessageBytes());
        var limits = new ImapLimits(Duration.ofSeconds(20), Duration.ofSeconds(60), Duration.ofMinutes(5),
                portion.maxMessage());
        return new MailboxReader(database, new MailboxPasswords(secrets), ImapSettings.from(all).connector(limits), log, clock,
                PollSettings.from(all).interval(), portion);
    }

    @Bean
    MailboxPoller mailboxPoller(Database database, MailboxReader reader, Settings all, Clock clock) {
        return MailboxPoller.start(new MailboxSchedule(database), reader, clock, Duration.ofMinutes(10),
                PollSettings.from(all).concurrency());
    }

    /// Events of recorded reports are carried on also where no other process does it.
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

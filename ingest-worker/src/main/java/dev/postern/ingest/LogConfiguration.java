package dev.postern.ingest;

import dev.postern.ingest.log.ReportLog;
import dev.postern.ingest.log.TopicSetup;
import dev.postern.settings.Settings;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What receiving and recording share. `Settings` comes from whoever composes the process.
@Configuration(proxyBeanMethods = false)
class LogConfiguration {

    @Bean
    IngestSettings ingestSettings(Settings settings) {
        return IngestSettings.from(settings);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    ReportLog reportLog(IngestSettings settings) {
        return new ReportLog(settings.kafka());
    }

    @Bean
    TopicSetup topicSetup(IngestSettings settings) {
        return TopicSetup.start(settings.kafka(), settings.partitions());
    }
}

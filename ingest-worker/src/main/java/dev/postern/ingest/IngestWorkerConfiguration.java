package dev.postern.ingest;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/// Both halves in one context. `Settings`, `Database`, `ReportTokens` and `Secrets` come from whoever composes the process.
@Configuration(proxyBeanMethods = false)
@Import({ReceiveConfiguration.class, RecordConfiguration.class})
public class IngestWorkerConfiguration {
}

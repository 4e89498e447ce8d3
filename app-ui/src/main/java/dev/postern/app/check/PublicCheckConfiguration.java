package dev.postern.app.check;

import dev.postern.db.probe.PublicCheckStore;
import dev.postern.db.tenancy.Database;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The parts of the public check.
@Configuration(proxyBeanMethods = false)
class PublicCheckConfiguration {

    @Bean
    PublicChecks publicChecks(Database database, Clock clock) {
        return new PublicChecks(new PublicCheckStore(database), new CheckBrake(), clock);
    }
}

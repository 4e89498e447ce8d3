package dev.postern.ingest;

import dev.postern.db.DatabaseConnection;
import dev.postern.db.DatabaseSettings;
import dev.postern.db.InstallationKey;
import dev.postern.db.tenancy.Database;
import dev.postern.settings.InvalidSettingException;
import dev.postern.settings.Settings;
import dev.postern.token.ReportTokens;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

/// Starts the ingest worker, alone or inside another process.
@SpringBootConfiguration(proxyBeanMethods = false)
@Import(IngestWorkerConfiguration.class)
public class IngestWorker {

    /// From the environment.
    public static void main(String[] arguments) throws InterruptedException {
        Logger log = LoggerFactory.getLogger(IngestWorker.class);
        try {
            var settings = new Settings(System.getenv());
            IngestSettings.from(settings);
            var databaseSettings = DatabaseSettings.from(settings);
            byte[] key = InstallationKey.readOrCreate(databaseSettings.keyFile());
            DatabaseConnection connection = DatabaseConnection.open(databaseSettings);
            // Handlers run after the application is closed.
            SpringApplication.getShutdownHandlers().add(connection::close);
            application(settings, connection.database(), new ReportTokens(key)).run(arguments);
        } catch (InvalidSettingException | IOException | SQLException refused) {
            log.error("{}", refused.getMessage(), refused.getCause());
            System.exit(1);
        }
    }

    /// The application, ready to run.
    ///
    /// @param database stays the caller's to close, after the application
    /// @throws InvalidSettingException when a setting is not allowed
    public static SpringApplication application(Settings settings, Database database, ReportTokens tokens) {
        IngestSettings.from(settings);
        var application = new SpringApplication(IngestWorker.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setBannerMode(Banner.Mode.OFF);
        application.setKeepAlive(true);
        application.addInitializers(context -> {
            context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("postern",
                    Map.of("spring.application.name", "postern-ingest-worker")));
            var beans = (GenericApplicationContext) context;
            beans.registerBean(Settings.class, () -> settings);
            beans.registerBean(Database.class, () -> database);
            beans.registerBean(ReportTokens.class, () -> tokens);
        });
        return application;
    }
}

package dev.postern.probe;

import dev.postern.db.DatabaseConnection;
import dev.postern.db.DatabaseSettings;
import dev.postern.db.tenancy.Database;
import dev.postern.settings.InvalidSettingException;
import dev.postern.settings.Settings;
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

/// Starts the probe worker, alone or inside another process.
@SpringBootConfiguration(proxyBeanMethods = false)
@Import(ProbeWorkerConfiguration.class)
public class ProbeWorker {

    /// From the environment.
    public static void main(String[] arguments) throws InterruptedException {
        Logger log = LoggerFactory.getLogger(ProbeWorker.class);
        try {
            var settings = new Settings(System.getenv());
            ProbeSettings.from(settings);
            DatabaseConnection connection = DatabaseConnection.open(DatabaseSettings.from(settings));
            // Handlers run after the application is closed.
            SpringApplication.getShutdownHandlers().add(connection::close);
            application(settings, connection.database()).run(arguments);
        } catch (InvalidSettingException | SQLException refused) {
            log.error("{}", refused.getMessage(), refused.getCause());
            System.exit(1);
        }
    }

    /// The application, ready to run.
    ///
    /// @param database stays the caller's to close, after the application
    /// @throws InvalidSettingException when a setting is not allowed
    public static SpringApplication application(Settings settings, Database database) {
        ProbeSettings.from(settings);
        var application = new SpringApplication(ProbeWorker.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setBannerMode(Banner.Mode.OFF);
        application.addInitializers(context -> {
            // Virtual threads are daemons: without this the process might end once it has started.
            context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("postern",
                    Map.of("spring.application.name", "postern-probe-worker")));
            var beans = (GenericApplicationContext) context;
            beans.registerBean(Settings.class, () -> settings);
            beans.registerBean(Database.class, () -> database);
        });
        application.setKeepAlive(true);
        return application;
    }
}

package dev.postern.ingest;

import dev.postern.db.DatabaseConnection;
import dev.postern.db.DatabaseSettings;
import dev.postern.db.InstallationKey;
import dev.postern.db.secret.Secrets;
import dev.postern.db.tenancy.Database;
import dev.postern.ingest.imap.PollSettings;
import dev.postern.outbound.imap.ImapSettings;
import dev.postern.settings.InvalidSettingException;
import dev.postern.settings.Settings;
import dev.postern.token.ReportTokens;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

/// Starts the ingest worker, alone or inside another process.
public final class IngestWorker {

    private IngestWorker() {
    }

    /// From the environment. Receiving starts first and does not wait for the database.
    public static void main(String[] arguments) throws InterruptedException {
        Logger log = LoggerFactory.getLogger(IngestWorker.class);
        try {
            var settings = new Settings(System.getenv());
            var database = DatabaseSettings.from(settings);
            byte[] key = InstallationKey.readOrCreate(database.keyFile());
            receiving(settings, new ReportTokens(key)).run(arguments);
            DatabaseConnection connection = DatabaseConnection.open(database);
            // Handlers run after the applications are closed.
            SpringApplication.getShutdownHandlers().add(connection::close);
            recording(settings, connection.database(), new Secrets(key)).run(arguments);
        } catch (InvalidSettingException | SQLException | IOException | BeanCreationException refused) {
            log.error("{}", refused.getMessage(), refused.getCause());
            System.exit(1);
        }
    }

    /// Both halves, ready to run.
    ///
    /// @param database stays the caller's to close, after the application
    /// @throws InvalidSettingException when a setting is not allowed
    public static SpringApplication application(Settings settings, Database database, ReportTokens tokens, Secrets secrets) {
        SpringApplication application = application(IngestWorkerConfiguration.class, settings);
        application.addInitializers(context -> {
            var beans = (GenericApplicationContext) context;
            beans.registerBean(Database.class, () -> database);
            beans.registerBean(ReportTokens.class, () -> tokens);
            beans.registerBean(Secrets.class, () -> secrets);
        });
        return application;
    }

    /// The receiving half alone.
    ///
    /// @throws InvalidSettingException when a setting is not allowed
    public static SpringApplication receiving(Settings settings, ReportTokens tokens) {
        SpringApplication application = application(ReceiveConfiguration.class, settings);
        application.addInitializers(context -> ((GenericApplicationContext) context)
                .registerBean(ReportTokens.class, () -> tokens));
        return application;
    }

    /// The recording half alone.
    ///
    /// @throws InvalidSettingException when a setting is not allowed
    public static SpringApplication recording(Settings settings, Database database, Secrets secrets) {
        SpringApplication application = application(RecordConfiguration.class, settings);
        application.addInitializers(context -> {
            var beans = (GenericApplicationContext) context;
            beans.registerBean(Database.class, () -> database);
            beans.registerBean(Secrets.class, () -> secrets);
        });
        return application;
    }

    private static SpringApplication application(Class<?> configuration, Settings settings) {
        IngestSettings.from(settings);
        ImapSettings.from(settings);
        PollSettings.from(settings);
        var application = new SpringApplication(configuration);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setBannerMode(Banner.Mode.OFF);
        application.setDefaultProperties(Map.of(
                // It tells of every client that hangs up, with a stack.
                "logging.level.org.subethamail.smtp.server.Session", "error"));
        application.addInitializers(context -> {
            context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("postern",
                    Map.of("spring.application.name", "postern-ingest-worker")));
            ((GenericApplicationContext) context).registerBean(Settings.class, () -> settings);
        });
        // Virtual threads are daemons: without this the process might end once it has started.
        application.setKeepAlive(true);
        return application;
    }
}

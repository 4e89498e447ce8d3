package dev.postern.app;

import dev.postern.db.DatabaseConnection;
import dev.postern.db.DatabaseSettings;
import dev.postern.db.InstallationKey;
import dev.postern.db.secret.Secrets;
import dev.postern.db.tenancy.Database;
import dev.postern.settings.InvalidSettingException;
import dev.postern.settings.Settings;
import dev.postern.token.ReportTokens;
import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

/// Starts the web pages and the REST API, alone or inside another process.
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@ComponentScan
public class AppUi {

    /// What Spring Boot would set up by itself where the libraries are there: the database and Kafka are ours.
    private static final String NOT_AUTOMATIC = String.join(",",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
            "org.springframework.boot.jooq.autoconfigure.JooqAutoConfiguration",
            "org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration");

    /// From the environment.
    public static void main(String[] arguments) throws InterruptedException {
        Logger log = LoggerFactory.getLogger(AppUi.class);
        try {
            var settings = new Settings(System.getenv());
            AppSettings.from(settings);
            var databaseSettings = DatabaseSettings.from(settings);
            byte[] key = InstallationKey.readOrCreate(databaseSettings.keyFile());
            DatabaseConnection connection = DatabaseConnection.open(databaseSettings);
            // Handlers run after the application is closed.
            SpringApplication.getShutdownHandlers().add(connection::close);
            application(settings, connection.database(), new ReportTokens(key), new Secrets(key)).run(arguments);
        } catch (InvalidSettingException | IOException | SQLException refused) {
            log.error("{}", refused.getMessage(), refused.getCause());
            System.exit(1);
        }
    }

    /// The application, ready to run.
    ///
    /// @param database stays the caller's to close, after the application
    /// @throws InvalidSettingException when a setting is not allowed
    public static SpringApplication application(Settings settings, Database database, ReportTokens tokens,
                                                Secrets secrets) {
        Map<String, Object> properties = properties(AppSettings.from(settings));
        var application = new SpringApplication(AppUi.class);
        application.setWebApplicationType(WebApplicationType.SERVLET);
        application.setBannerMode(Banner.Mode.OFF);
        application.addInitializers(context -> {
            context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("postern", properties));
            var beans = (GenericApplicationContext) context;
            beans.registerBean(Settings.class, () -> settings);
            beans.registerBean(Database.class, () -> database);
            beans.registerBean(ReportTokens.class, () -> tokens);
            beans.registerBean(Secrets.class, () -> secrets);
        });
        return application;
    }

    private static Map<String, Object> properties(AppSettings settings) {
        var properties = new LinkedHashMap<String, Object>();
        properties.put("spring.application.name", "postern");
        properties.put("spring.autoconfigure.exclude", NOT_AUTOMATIC);
        properties.put("spring.threads.virtual.enabled", "true");
        // Virtual threads are daemons: without this the process ends once it has started.
        properties.put("spring.main.keep-alive", "true");
        properties.put("spring.lifecycle.timeout-per-shutdown-phase", "20s");
        properties.put("spring.mvc.problemdetails.enabled", "true");
        properties.put("spring.jackson.default-property-inclusion", "non_absent");
        // No request has more to say; reports are not read by Jackson here.
        properties.put("spring.jackson.factory.constraints.read.max-document-length", "262144");
        properties.put("spring.jackson.factory.constraints.read.max-string-length", "65536");
        properties.put("spring.jackson.factory.constraints.read.max-nesting-depth", "20");
        properties.put("spring.web.resources.cache.cachecontrol.max-age", "1h");
        properties.put("server.address", settings.bind());
        properties.put("server.port", Integer.toString(settings.port()));
        properties.put("server.shutdown", "graceful");
        // Tomcat believes X-Forwarded-… from private addresses only.
        properties.put("server.forward-headers-strategy", "native");
        properties.put("server.compression.enabled", "true");
        properties.put("server.error.include-message", "never");
        properties.put("server.servlet.session.timeout", "8h");
        properties.put("server.servlet.session.tracking-modes", "cookie");
        properties.put("server.servlet.session.cookie.name", "postern-session");
        properties.put("server.servlet.session.cookie.http-only", "true");
        properties.put("server.servlet.session.cookie.same-site", "lax");
        if (settings.behindTls()) {
            properties.put("server.servlet.session.cookie.secure", "true");
        }
        properties.put("springdoc.api-docs.path", "/api/v1/openapi.json");
        properties.put("springdoc.paths-to-match", "/api/v1/**");
        properties.put("springdoc.api-docs.enabled", "true");
        properties.put("springdoc.packages-to-scan", "dev.postern.app.api");
        properties.put("springdoc.default-produces-media-type", "application/json");
        properties.put("vaadin.launch-browser", "false");
        properties.put("vaadin.devmode.usageStatistics.enabled", "false");
        return properties;
    }
}

package dev.postern.db.codegen;

import dev.postern.servers.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Jdbc;
import org.jooq.meta.jaxb.Target;

/// Writes the classes, unless those present were made from the same migrations.
public final class GenerateClasses {

    private static final List<String> ROLES = List.of("postern_app", "postern_relay", "postern_scheduler",
            "postern_retention", "postern_mailboxes", "postern_fetches", "postern_dns");

    private GenerateClasses() {
    }

    /// @param arguments the folder of the migrations, and the folder for the classes
    public static void main(String[] arguments) throws Exception {
        Path migrations = Path.of(arguments[0]);
        Path classes = Path.of(arguments[1]);
        Path stamp = classes.resolve(".made-from");
        String fingerprint = fingerprint(migrations);
        if (Files.exists(stamp) && Files.readString(stamp).equals(fingerprint)) {
            return;
        }
        try (var postgres = EmbeddedPostgres.throwAway()) {
            createRoles(postgres);
            Flyway.configure().dataSource(postgres.url(), postgres.user(), "")
                    .schemas("postern").defaultSchema("postern").createSchemas(true)
                    .locations("filesystem:" + migrations).load().migrate();
            GenerationTool.generate(configuration(postgres, classes));
        }
        Files.writeString(stamp, fingerprint);
    }

    private static void createRoles(EmbeddedPostgres postgres) throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.url(), postgres.user(), "");
             var statement = connection.createStatement()) {
            for (String role : ROLES) {
                statement.execute("create role " + role);
            }
        }
    }

    private static Configuration configuration(EmbeddedPostgres postgres, Path classes) {
        return new Configuration()
                .withJdbc(new Jdbc().withUrl(postgres.url()).withUser(postgres.user()))
                .withGenerator(new Generator()
                        .withDatabase(new Database().withInputSchema("postern")
                                .withExcludes("flyway_schema_history|make_tenant_table|make_failure_partition|"
                                        + "current_tenant|presented"))
                        .withGenerate(new Generate().withDaos(false).withPojos(false).withJavaTimeTypes(true)
                                .withGeneratedAnnotation(false))
                        .withTarget(new Target().withPackageName("dev.postern.db.jooq")
                                .withDirectory(classes.toString())));
    }

    private static String fingerprint(Path migrations) throws IOException, GeneralSecurityException {
        var digest = MessageDigest.getInstance("SHA-256");
        try (var files = Files.list(migrations)) {
            for (Path file : files.sorted().toList()) {
                digest.update(file.getFileName().toString().getBytes());
                digest.update(Files.readAllBytes(file));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}

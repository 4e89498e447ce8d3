package dev.postern.standalone;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// Dependencies point inward, as the modules' table says: rules know nothing of storage, storage nothing of workers,
/// and workers nothing of each other.
class ArchitectureTest {

    private static final String[] MODEL = {"dev.postern.name..", "dev.postern.parse..", "dev.postern.mtasts..",
            "dev.postern.tlsrpt..", "dev.postern.check..", "dev.postern.rollout..", "dev.postern.setup..",
            "dev.postern.timeline..", "dev.postern.stream..", "dev.postern.settings..", "dev.postern.token..", "dev.postern.mailbox..",
            "dev.postern.dnsrecord.."};
    private static final String[] WORKERS = {"dev.postern.app..", "dev.postern.ingest..", "dev.postern.probe..",
            "dev.postern.policyhost..", "dev.postern.dnswriter..", "dev.postern.standalone.."};
    private static final JavaClasses POSTERN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.postern");

    @Test
    void theModelIsPure() {
        noClasses().that().resideInAnyPackage(MODEL).should().dependOnClassesThat(resideInAnyPackage(
                "dev.postern.db..", "dev.postern.servers..", "org.springframework..", "org.jooq..", "org.apache..",
                "com.vaadin..", "java.sql..", "java.net.http..", "javax.net..", "org.slf4j..")
                // Pure mathematics.
                .and(not(resideInAPackage("org.apache.commons.statistics.distribution..")))).check(POSTERN);
        noClasses().that().resideInAnyPackage(MODEL).should().dependOnClassesThat()
                .resideInAnyPackage(WORKERS).check(POSTERN);
    }

    @Test
    void theModelReadsNoClockAndNoRandomness() {
        noClasses().that().resideInAnyPackage(MODEL).should().callMethod(java.time.Instant.class, "now")
                .orShould().callMethod(java.time.LocalDate.class, "now")
                .orShould().callMethod(System.class, "currentTimeMillis")
                .orShould().callMethod(java.util.UUID.class, "randomUUID")
                .orShould().dependOnClassesThat().areAssignableTo(java.util.Random.class).check(POSTERN);
    }

    @Test
    void storageKnowsNoWorker() {
        noClasses().that().resideInAPackage("dev.postern.db..").should().dependOnClassesThat()
                .resideInAnyPackage(WORKERS).check(POSTERN);
        noClasses().that().resideInAPackage("dev.postern.db..").should().dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "com.vaadin..").check(POSTERN);
    }

    @Test
    void whatConnectsOutwardKnowsNoWorkerAndNoStorage() {
        noClasses().that().resideInAPackage("dev.postern.outbound..").should().dependOnClassesThat()
                .resideInAnyPackage(WORKERS).check(POSTERN);
        noClasses().that().resideInAPackage("dev.postern.outbound..").should().dependOnClassesThat()
                .resideInAnyPackage("dev.postern.db..", "org.springframework..", "com.vaadin..", "org.jooq..").check(POSTERN);
    }

    @Test
    void workersKnowNothingOfEachOther() {
        slices().matching("dev.postern.(app|ingest|probe|policyhost|dnswriter)..").should().notDependOnEachOther().check(POSTERN);
    }

    @Test
    void thePolicyHostNeedsNoDatabaseAndNoSpring() {
        noClasses().that().resideInAPackage("dev.postern.policyhost..").should().dependOnClassesThat()
                .resideInAnyPackage("dev.postern.db..", "org.springframework..", "java.sql..").check(POSTERN);
    }

    /// Views and controllers go through stores. What the database refuses may still be told apart and reported.
    @Test
    void pagesBuildNoSql() {
        noClasses().that().resideInAPackage("dev.postern.app..").should().dependOnClassesThat()
                .resideInAnyPackage("org.jooq", "org.jooq.impl", "dev.postern.db.jooq..").check(POSTERN);
    }
}

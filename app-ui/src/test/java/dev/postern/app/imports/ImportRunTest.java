package dev.postern.app.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.TestApp;
import dev.postern.db.imports.ImportJob;
import dev.postern.db.imports.ImportState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportRunTest {

    @TempDir
    Path base;

    private final TestApp app = TestApp.shared();
    private final UUID tenant = app.organisation().actor().tenant();

    private ImportJob state(UUID id) {
        return TestApp.database().inTenant(tenant, session -> session.imports().byId(id, Instant.now())).orElseThrow();
    }

    @Test
    @SuppressWarnings("unchecked")
    void waitsForItsTurnAndIsInterruptedWhenTheProcessStops() throws IOException, InterruptedException {
        var noTurn = new Semaphore(0);
        try (var spools = Spools.open(base, 1_000, 0)) {
            Spool spool = spools.open();
            spool.add("report.json", new ByteArrayInputStream(new byte[] {'{', '}'}), 2);
            var job = new ImportJob(UUID.randomUUID(), "report.json", "anna", Instant.now().truncatedTo(ChronoUnit.MICROS),
                    2, ImportJob.Progress.NONE, Optional.empty());
            TestApp.database().useTenant(tenant, session -> session.imports().add(job));
            var run = new ImportRun(TestApp.database(), app.bean(Producer.class), Clock.systemUTC(), tenant, job, spool, noTurn);
            Thread thread = Thread.ofVirtual().start(run::run);
            TestApp.await("the import to wait", () -> Optional.of(noTurn.hasQueuedThreads()).filter(waits -> waits));
            assertThat(state(job.id()).state()).isEqualTo(ImportState.WAITING);

            thread.interrupt();
            thread.join();

            ImportJob stopped = state(job.id());
            assertThat(stopped.state()).isEqualTo(ImportState.INTERRUPTED);
            assertThat(stopped.endedAt()).isPresent();
            assertThat(stopped.progress().problem()).contains("upload the same again");
            assertThat(spool.files().getFirst().path()).doesNotExist();
        }
    }
}

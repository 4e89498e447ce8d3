package dev.postern.app.imports;

import dev.postern.db.imports.ImportJob;
import dev.postern.db.imports.ImportOutcome;
import dev.postern.db.imports.ImportState;
import dev.postern.db.tenancy.TenantSession;

/// Both halves of an import: how far it is read, and what became of what is read.
public record ImportStatus(ImportJob job, ImportOutcome outcome) {

    /// Names given for each reason.
    private static final int EXAMPLES = 5;

    static ImportStatus of(TenantSession session, ImportJob job) {
        return new ImportStatus(job, session.imports().outcome(job.id(), EXAMPLES));
    }

    /// Whether nothing more will come of it: all is read and recorded. An import that ended early may have put more on the
    /// log than it could note.
    public boolean finished() {
        return job.state().isEnd() && outcome.items() >= job.progress().items();
    }

    /// From 0 to 1: reading is the first half, recording the other. Known to move forward only.
    public double share() {
        double read = job.state().isEnd() || job.bytes() == 0 ? 1
                : Math.min(1, (double) job.progress().bytesRead() / job.bytes());
        double recorded = job.progress().items() == 0 ? 1
                : Math.min(1, (double) outcome.items() / job.progress().items());
        return finished() ? 1 : read * (1 + recorded) / 2;
    }

    /// Whether its files are still read, or wait for that.
    public boolean reading() {
        return job.state() == ImportState.WAITING || job.state() == ImportState.READING;
    }
}

package dev.postern.app.imports;

import com.vaadin.flow.server.streams.UploadEvent;
import com.vaadin.flow.server.streams.UploadHandler;
import dev.postern.app.domain.Domains;
import dev.postern.app.security.NotPermitted;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.UUID;

/// Takes the files that somebody drops on a page. What is dropped together is one import, so that a folder of thousands of
/// mails has one progress bar and one summary.
final class Drop implements UploadHandler {

    private final transient Imports imports;
    private final transient Domains.Actor actor;
    private transient Optional<Spool> spool = Optional.empty();
    private boolean refused;

    Drop(Imports imports, Domains.Actor actor) {
        this.imports = imports;
        this.actor = actor;
    }

    /// Runs on the request's thread, several at once.
    @Override
    public void handleUploadRequest(UploadEvent event) throws IOException {
        try (InputStream content = event.getInputStream()) {
            open().add(event.getFileName(), content, event.getFileSize());
        } catch (Spool.Refused | Imports.TooMany | NotPermitted no) {
            refuse();
            event.reject(no.getMessage());
        }
    }

    /// The spool says what is too much.
    @Override
    public long getRequestSizeMax() {
        return -1;
    }

    @Override
    public long getFileSizeMax() {
        return -1;
    }

    private synchronized Spool open() throws IOException {
        if (spool.isEmpty()) {
            spool = Optional.of(imports.spool(actor));
        }
        return spool.get();
    }

    private synchronized void refuse() {
        refused = true;
    }

    /// Whether a file was refused since the last [#begin].
    synchronized boolean refused() {
        return refused;
    }

    /// Begins the import of what has come; empty when nothing has.
    ///
    /// @throws Imports.TooMany when too many wait already
    synchronized Optional<UUID> begin() {
        refused = false;
        Optional<Spool> full = spool;
        spool = Optional.empty();
        full.filter(Spool::isEmpty).ifPresent(Spool::close);
        return full.filter(each -> !each.isEmpty()).map(each -> imports.begin(actor, each));
    }
}

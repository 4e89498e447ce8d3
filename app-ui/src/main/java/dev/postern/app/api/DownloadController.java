package dev.postern.app.api;

import dev.postern.app.security.CurrentUser;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// The same downloads for people: links on the pages, in the session.
@RestController
class DownloadController {

    private final CurrentUser currentUser;
    private final Downloads downloads;

    DownloadController(CurrentUser currentUser, Downloads downloads) {
        this.currentUser = currentUser;
        this.downloads = downloads;
    }

    @GetMapping("/download/reports/{key}")
    ResponseEntity<byte[]> report(@PathVariable UUID key) {
        return downloads.report(currentUser.get().tenant(), key);
    }

    @GetMapping("/download/rejected/{id}")
    ResponseEntity<byte[]> rejected(@PathVariable UUID id) {
        return downloads.rejected(currentUser.get().tenant(), id);
    }
}

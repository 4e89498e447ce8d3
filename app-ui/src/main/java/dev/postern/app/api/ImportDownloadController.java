package dev.postern.app.api;

import dev.postern.app.imports.Imports;
import dev.postern.app.security.CurrentUser;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// What an import did not count, for people: a link on its page, in the session.
@RestController
@Hidden
class ImportDownloadController {

    private final CurrentUser currentUser;
    private final Imports imports;

    ImportDownloadController(CurrentUser currentUser, Imports imports) {
        this.currentUser = currentUser;
        this.imports = imports;
    }

    @GetMapping("/download/imports/{id}/problems.csv")
    void problems(@PathVariable UUID id, HttpServletResponse response) throws IOException {
        ImportController.csv(imports, currentUser.get().tenant(), id, response);
    }
}

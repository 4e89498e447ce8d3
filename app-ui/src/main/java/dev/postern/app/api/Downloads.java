package dev.postern.app.api;

import dev.postern.db.tenancy.Database;
import java.util.UUID;
import org.springframework.http.CacheControl;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/// Raw content as a file to save. It was written by strangers, so no browser may show it as a page.
@Component
class Downloads {

    static final MediaType CSV = new MediaType("text", "csv", java.nio.charset.StandardCharsets.UTF_8);

    private final Database database;

    Downloads(Database database) {
        this.database = database;
    }

    /// A report's JSON as it was sent.
    ResponseEntity<byte[]> report(UUID tenant, UUID key) {
        byte[] json = database.inTenant(tenant, session -> session.reports().json(key))
                .orElseThrow(() -> ApiProblem.noSuchReport(key));
        return attachment("report-" + key + ".json", MediaType.APPLICATION_JSON, json);
    }

    /// What could not be counted, as it was received.
    ResponseEntity<byte[]> rejected(UUID tenant, UUID id) {
        byte[] bytes = database.inTenant(tenant, session -> session.rejectedReports().content(id))
                .orElseThrow(() -> ApiProblem.noSuchReport(id));
        return attachment("rejected-" + id + ".bin", MediaType.APPLICATION_OCTET_STREAM, bytes);
    }

    static <T> ResponseEntity<T> attachment(String name, MediaType type, T content) {
        return ResponseEntity.ok()
                .contentType(type)
                .cacheControl(CacheControl.noStore())
                .header(HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment().filename(name).build().toString())
                .header("X-Content-Type-Options", "nosniff")
                .header("Content-Security-Policy", "default-src 'none'; sandbox")
                .body(content);
    }
}

package dev.postern.outbound.dns;

import dev.postern.stream.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Cloudflare's interface as far as Postern uses it, by its documentation:
/// - envelope and errors: https://developers.cloudflare.com/fundamentals/api/how-to/make-api-calls/
/// - zones: https://developers.cloudflare.com/api/resources/zones/methods/list/
/// - records: https://developers.cloudflare.com/api/resources/dns/subresources/records/methods/list/ and …/batch/
/// - limits: https://developers.cloudflare.com/fundamentals/api/reference/limits/
final class CloudflareDouble extends ApiDouble {

    static final String TOKEN = "right-token-of-forty-characters-0123456";
    static final String ZONE_ID = "0123456789abcdef0123456789abcdef";

    record Kept(String id, String type, String name, String content, int ttl, boolean proxied) {
    }

    final List<Kept> records = new ArrayList<>();
    boolean readOnly;
    int pageSize = 100;

    CloudflareDouble() throws IOException {
    }

    void keep(String type, String name, String content) {
        records.add(new Kept(id(), type, name, content, 1, false));
    }

    private static String id() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    @Override
    Reply answer(Request request) {
        String authorization = request.headers().getOrDefault("Authorization", "");
        if (!authorization.startsWith("Bearer ") || authorization.length() < 20) {
            return error(400, 6003, "Invalid request headers");
        }
        if (!authorization.equals("Bearer " + TOKEN)) {
            return error(403, 9109, "Invalid access token");
        }
        String records = "/zones/" + ZONE_ID + "/dns_records";
        if (request.method().equals("GET") && request.path().equals("/zones")) {
            boolean there = "example.com".equals(request.query().get("name"));
            return success(there ? List.of(Map.of("id", ZONE_ID, "name", "example.com", "status", "active")) : List.of(),
                    1);
        }
        if (request.method().equals("GET") && request.path().equals(records)) {
            return list(request);
        }
        if (readOnly) {
            return error(403, 10000, "Authentication error");
        }
        if (request.method().equals("DELETE") && request.path().startsWith(records + "/")) {
            String id = request.path().substring(records.length() + 1);
            return this.records.removeIf(record -> record.id().equals(id)) ? success(Map.of("id", id), 1)
                    : error(404, 81044, "Record does not exist.");
        }
        if (request.method().equals("POST") && request.path().equals(records + "/batch")) {
            return batch(request);
        }
        return error(404, 7003, "Could not route to the path");
    }

    private Reply list(Request request) {
        String name = request.query().getOrDefault("name.exact", "");
        var found = records.stream().filter(record -> record.name().equals(name)).toList();
        int page = Integer.parseInt(request.query().get("page"));
        int pages = Math.max(1, (found.size() + pageSize - 1) / pageSize);
        return success(found.stream().skip((long) (page - 1) * pageSize).limit(pageSize).map(record -> Map.of("id",
                record.id(), "type", record.type(), "name", record.name(), "content", record.content(), "ttl", record.ttl(),
                "proxied", record.proxied())).toList(), pages);
    }

    /// Deletes before posts, and all or nothing.
    private Reply batch(Request request) {
        Map<?, ?> body = Json.read(request.body(), Map.class);
        var after = new ArrayList<>(records);
        for (Object each : (List<?>) body.get("deletes")) {
            String id = (String) ((Map<?, ?>) each).get("id");
            if (!after.removeIf(record -> record.id().equals(id))) {
                return error(404, 81044, "Record does not exist.");
            }
        }
        for (Object each : (List<?>) body.get("posts")) {
            var post = (Map<?, ?>) each;
            String name = (String) post.get("name");
            boolean alias = post.get("type").equals("CNAME");
            if (after.stream().anyMatch(record -> record.name().equals(name)
                    && (alias || record.type().equals("CNAME")))) {
                return error(400, 81053, "An A, AAAA, or CNAME record with that host already exists.");
            }
            after.add(new Kept(id(), (String) post.get("type"), name, (String) post.get("content"),
                    ((Number) post.get("ttl")).intValue(), Boolean.TRUE.equals(post.get("proxied"))));
        }
        records.clear();
        records.addAll(after);
        return success(Map.of("deletes", List.of(), "posts", List.of()), 1);
    }

    private static Reply success(Object result, int pages) {
        var envelope = new LinkedHashMap<String, Object>();
        envelope.put("success", true);
        envelope.put("errors", List.of());
        envelope.put("messages", List.of());
        envelope.put("result", result);
        envelope.put("result_info", Map.of("page", 1, "total_pages", pages));
        return new Reply(200, "application/json", Json.text(envelope));
    }

    static Reply error(int status, int code, String message) {
        var envelope = new LinkedHashMap<String, Object>();
        envelope.put("success", false);
        envelope.put("errors", List.of(Map.of("code", code, "message", message)));
        envelope.put("messages", List.of());
        envelope.put("result", null);
        return new Reply(status, "application/json", Json.text(envelope));
    }
}

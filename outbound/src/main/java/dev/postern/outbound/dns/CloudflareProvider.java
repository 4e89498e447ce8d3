package dev.postern.outbound.dns;

import static dev.postern.outbound.dns.DnsProblem.Kind.CHANGED;
import static dev.postern.outbound.dns.DnsProblem.Kind.CREDENTIALS;
import static dev.postern.outbound.dns.DnsProblem.Kind.NOT_ALLOWED;
import static dev.postern.outbound.dns.DnsProblem.Kind.REFUSED;
import static dev.postern.outbound.dns.DnsProblem.Kind.UNREACHABLE;
import static dev.postern.outbound.dns.DnsProblem.Kind.ZONE;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.postern.dnsrecord.DnsConnection;
import dev.postern.dnsrecord.OwnerContent;
import dev.postern.dnsrecord.ZoneName;
import dev.postern.parse.Quoted;
import dev.postern.stream.Json;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/// A zone at Cloudflare, by the fourth version of its interface (developers.cloudflare.com/api): zones by name, records
/// by name, and changes as one batch, which Cloudflare does as a whole or not at all. The token needs `Zone / DNS /
/// Edit` for the one zone, which lets it see the zone too.
final class CloudflareProvider implements DnsProvider {

    static final URI API = URI.create("https://api.cloudflare.com/client/v4");

    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
    private static final int PAGE = 100;
    /// More records at one name than this are no sensible answer.
    private static final int MOST_PAGES = 20;
    private static final int RECORD_GONE = 81044;
    private static final String COMMENT = "Written by Postern";

    private record Failure(int code, String message) {
    }

    /// What every answer is in.
    private record Envelope(boolean success, List<Failure> errors, Object result,
                            @JsonProperty("result_info") Map<String, Object> info) {
    }

    /// A zone or a record: of a zone only id and name are there.
    private record Item(String id, String name, String type, String content) {
    }

    private final DnsConnection.Cloudflare connection;
    private final String token;
    private final ApiClient client;
    private final URI api;

    /// @param api [#API], or a double of it in a test
    CloudflareProvider(DnsConnection.Cloudflare connection, String token, ApiClient client, URI api) {
        this.connection = connection;
        this.token = token.strip();
        this.client = client;
        this.api = api;
    }

    @Override
    public OwnerContent read(String name) throws DnsProblem {
        return content(records(zoneId(), name));
    }

    private static OwnerContent content(List<Item> records) {
        return new OwnerContent(records.stream().filter(record -> record.type().equals("CNAME")).map(Item::content).findFirst(),
                records.stream().filter(record -> record.type().equals("TXT")).map(record -> TxtData.plain(record.content()))
                        .toList(),
                records.stream().anyMatch(record -> !List.of("CNAME", "TXT").contains(record.type())));
    }

    /// Between looking and changing there is a moment that Cloudflare offers no condition for. Records are deleted by
    /// their ids, so what somebody adds in it is not lost.
    @Override
    public void replace(String name, OwnerContent expected, OwnerContent to, int ttl) throws DnsProblem {
        String zone = zoneId();
        List<Item> present = records(zone, name);
        if (!content(present).same(expected)) {
            throw changed(name);
        }
        var deletes = new ArrayList<Map<String, Object>>();
        var missing = new ArrayList<>(to.texts());
        for (Item record : present) {
            boolean stays = switch (record.type()) {
                case "TXT" -> missing.remove(TxtData.plain(record.content()));
                case "CNAME" -> to.alias().equals(OwnerContent.aliasOf(record.content()).alias());
                default -> true;
            };
            if (!stays) {
                deletes.add(Map.of("id", id(record)));
            }
        }
        var posts = new ArrayList<Map<String, Object>>();
        to.alias().filter(target -> !Optional.of(target).equals(expected.alias())).ifPresent(target ->
                posts.add(Map.of("type", "CNAME", "name", name, "content", target, "ttl", ttl, "proxied", false,
                        "comment", COMMENT)));
        missing.forEach(text -> posts.add(Map.of("type", "TXT", "name", name, "content", TxtData.quoted(text), "ttl", ttl,
                "comment", COMMENT)));
        Envelope answer = call("POST", "/zones/" + zone + "/dns_records/batch", Optional.of(Map.of("deletes", deletes,
                "posts", posts)), List.of(RECORD_GONE));
        if (!answer.success()) {
            throw changed(name);
        }
    }

    /// Deletes a record under an id that none has: allowed or not, nothing changes.
    @Override
    public void test() throws DnsProblem {
        String zone = zoneId();
        records(zone, "_mta-sts." + connection.zone());
        var unheard = new byte[16];
        ThreadLocalRandom.current().nextBytes(unheard);
        call("DELETE", "/zones/" + zone + "/dns_records/" + HexFormat.of().formatHex(unheard), Optional.empty(),
                List.of(RECORD_GONE));
    }

    private String zoneId() throws DnsProblem {
        for (Item zone : items(call("GET", "/zones?name=" + connection.zone(), Optional.empty(), List.of()))) {
            if (connection.zone().equalsIgnoreCase(zone.name())) {
                return id(zone);
            }
        }
        throw new DnsProblem(ZONE, "With this token Cloudflare shows no zone " + connection.zone() + ". Check the zone's "
                + "name, and that the token is for this zone with the permission Zone / DNS / Edit.");
    }

    private List<Item> records(String zone, String name) throws DnsProblem {
        if (!ZoneName.holds(connection.zone(), name)) {
            throw new DnsProblem(ZONE, Quoted.of(name) + " is not in the zone " + connection.zone() + ".");
        }
        var records = new ArrayList<Item>();
        int pages = 1;
        for (int page = 1; page <= pages && page <= MOST_PAGES; page++) {
            Envelope answer = call("GET", "/zones/" + zone + "/dns_records?name.exact=" + name + "&per_page=" + PAGE
                    + "&page=" + page, Optional.empty(), List.of());
            items(answer).stream().filter(record -> name.equalsIgnoreCase(record.name())).forEach(records::add);
            pages = answer.info() != null && answer.info().get("total_pages") instanceof Number count
                    ? count.intValue() : 1;
        }
        return records;
    }

    private static List<Item> items(Envelope answer) throws DnsProblem {
        if (!(answer.result() instanceof List<?> list)) {
            throw unclear();
        }
        var items = new ArrayList<Item>();
        for (Object each : list) {
            if (!(each instanceof Map<?, ?> fields)) {
                throw unclear();
            }
            items.add(new Item(text(fields, "id"), text(fields, "name"), text(fields, "type").toUpperCase(Locale.ROOT),
                    text(fields, "content")));
        }
        return items;
    }

    private static String text(Map<?, ?> fields, String name) {
        return fields.get(name) instanceof String text ? text : "";
    }

    /// It becomes part of an address, so it is held to its form.
    private static String id(Item item) throws DnsProblem {
        if (!ID.matcher(item.id()).matches()) {
            throw unclear();
        }
        return item.id();
    }

    /// @param expected codes of failures that the caller wants to see
    private Envelope call(String method, String path, Optional<Object> body, List<Integer> expected) throws DnsProblem {
        HttpResponse<byte[]> answer = client.send(HttpRequest.newBuilder(URI.create(api + path))
                .header("Authorization", "Bearer " + token).header("Content-Type", "application/json")
                .method(method, body.map(value -> HttpRequest.BodyPublishers.ofByteArray(Json.bytes(value)))
                        .orElse(HttpRequest.BodyPublishers.noBody())).build());
        if (answer.statusCode() == 429) {
            throw DnsProblem.busy("Cloudflare asks for a pause: the account's limit of requests is reached. Postern tries "
                    + "again by itself.", ApiClient.pause(answer));
        }
        if (answer.statusCode() >= 500) {
            throw new DnsProblem(UNREACHABLE, "Cloudflare has a problem of its own at the moment (HTTP "
                    + answer.statusCode() + "). Postern tries again by itself.");
        }
        Envelope envelope = envelope(answer);
        List<Failure> errors = envelope.errors() == null ? List.of() : envelope.errors();
        if (envelope.success() || errors.stream().map(Failure::code).anyMatch(expected::contains)) {
            return envelope;
        }
        String said = errors.isEmpty() ? "HTTP " + answer.statusCode()
                : errors.getFirst().code() + " " + Quoted.of(String.valueOf(errors.getFirst().message()));
        throw switch (answer.statusCode()) {
            case 400, 401 -> errors.stream().map(Failure::code).anyMatch(List.of(6003, 6111, 9106, 9109, 1000)::contains)
                    || answer.statusCode() == 401
                    ? new DnsProblem(CREDENTIALS, "Cloudflare refuses the token (" + said + "). Enter it as it was shown "
                            + "when it was made; it may also have been revoked or have expired.")
                    : new DnsProblem(REFUSED, "Cloudflare refused: " + said + ".");
            case 403 -> new DnsProblem(NOT_ALLOWED, "Cloudflare does not let this token change " + connection.zone() + " ("
                    + said + "). Give it the permission Zone / DNS / Edit for this zone; also look whether it is bound to "
                    + "certain IP addresses.");
            case 404 -> new DnsProblem(ZONE, "Cloudflare does not find the zone " + connection.zone() + " any more (" + said
                    + ").");
            default -> new DnsProblem(REFUSED, "Cloudflare refused: " + said + ".");
        };
    }

    private static Envelope envelope(HttpResponse<byte[]> answer) throws DnsProblem {
        try {
            Envelope read = Json.read(answer.body(), Envelope.class);
            if (read != null) {
                return read;
            }
        } catch (JacksonException notTheirs) {
            throw new DnsProblem(REFUSED, "What answers for Cloudflare is not its interface (HTTP " + answer.statusCode()
                    + ").", notTheirs);
        }
        throw unclear();
    }

    private static DnsProblem unclear() {
        return new DnsProblem(REFUSED, "Cloudflare answered what can't be understood.");
    }

    private static DnsProblem changed(String name) {
        return new DnsProblem(CHANGED, "Somebody changed " + name + " at the same moment. Postern looks again and tries "
                + "again by itself.");
    }
}

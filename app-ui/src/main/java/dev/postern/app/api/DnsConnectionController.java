package dev.postern.app.api;

import dev.postern.app.dns.DnsConnections;
import dev.postern.app.dns.TestOutcome;
import dev.postern.app.domain.Domains;
import dev.postern.db.dns.StoredConnection;
import dev.postern.dnsrecord.DnsConnection;
import dev.postern.outbound.dns.DnsProblem;
import dev.postern.parse.Parsed;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// The DNS zones that Postern may write to. A key or token goes in and never comes out.
@RestController
@RequestMapping("/api/v1/dns-connections")
@Tag(name = "DNS connections")
class DnsConnectionController {

    private static final int DNS_PORT = 53;

    /// A connection as a program sends it.
    ///
    /// @param host      with RFC2136: the zone's primary server
    /// @param port      with RFC2136; absent: 53
    /// @param key       with RFC2136 the name of the TSIG key; with ROUTE53 the access key id
    /// @param algorithm with RFC2136; absent: hmac-sha256
    /// @param secret    the TSIG key in base64, the API token, or the secret access key
    public record Entry(DnsConnection.Kind kind, String name, String zone, String host, Integer port, String key,
                        String algorithm, @Schema(accessMode = Schema.AccessMode.WRITE_ONLY, format = "password")
                        String secret) {

        DnsConnection.Entry entered() {
            if (kind == null) {
                throw ApiProblem.of(HttpStatus.UNPROCESSABLE_CONTENT, "Name the kind: RFC2136, CLOUDFLARE or ROUTE53.");
            }
            return new DnsConnection.Entry(kind, text(name), text(zone), text(host), port == null ? DNS_PORT : port, text(key),
                    algorithm == null ? "hmac-sha256" : algorithm, text(secret));
        }

        /// A request may be logged.
        @Override
        public String toString() {
            return kind + " " + name + " for " + zone;
        }

        private static String text(String sent) {
            return sent == null ? "" : sent;
        }
    }

    /// A connection.
    ///
    /// @param host      null but with RFC2136; likewise port and algorithm
    /// @param key       the name of the TSIG key or the access key id; null with CLOUDFLARE
    /// @param domains   whose records are written through it
    public record State(UUID id, DnsConnection.Kind kind, String name, String zone, String host, Integer port, String key,
                        String algorithm, Instant createdAt, String createdBy, List<String> domains) {

        static State of(StoredConnection stored) {
            DnsConnection connection = stored.connection();
            return switch (connection) {
                case DnsConnection.Rfc2136 server -> state(stored, server.host(), server.port(), server.keyName(),
                        server.algorithm().wire());
                case DnsConnection.Cloudflare _ -> state(stored, null, null, null, null);
                case DnsConnection.Route53 zone -> state(stored, null, null, zone.accessKeyId(), null);
            };
        }

        private static State state(StoredConnection stored, String host, Integer port, String key, String algorithm) {
            return new State(stored.id(), stored.connection().kind(), stored.connection().name(), stored.connection().zone(),
                    host, port, key, algorithm, stored.createdAt(), stored.createdBy(), stored.domains());
        }
    }

    public record States(List<State> items) {
    }

    /// What a test saw.
    ///
    /// @param works   whether Postern may write to the zone
    /// @param problem what kind of thing is wrong; null where it works
    /// @param reason  what is wrong and what to do; null where it works
    public record Look(boolean works, DnsProblem.Kind problem, String reason) {
    }

    private final DnsConnections connections;

    DnsConnectionController(DnsConnections connections) {
        this.connections = connections;
    }

    @GetMapping
    @Operation(summary = "All DNS connections, by name")
    States list(@AuthenticationPrincipal Domains.Actor actor) {
        return new States(connections.list(actor.tenant()).stream().map(State::of).toList());
    }

    @PostMapping
    @Operation(summary = "Connect a DNS zone", description = "Nothing is written until a domain chooses it.")
    ResponseEntity<State> add(@AuthenticationPrincipal Domains.Actor actor, @RequestBody Entry entry) {
        return switch (connections.add(actor, entry.entered())) {
            case Parsed.Valid<UUID>(var id, var _) -> ResponseEntity.created(URI.create("/api/v1/dns-connections/" + id))
                    .body(State.of(find(actor, id)));
            case Parsed.Invalid<UUID> invalid -> throw ApiProblem.of(HttpStatus.UNPROCESSABLE_CONTENT, invalid.reason());
        };
    }

    @GetMapping("/{id}")
    @Operation(summary = "A DNS connection")
    State get(@AuthenticationPrincipal Domains.Actor actor, @PathVariable UUID id) {
        return State.of(find(actor, id));
    }

    @PostMapping("/{id}/test")
    @Operation(summary = "Ask whether Postern may write to the zone, and change nothing",
            description = "It may take half a minute.")
    Look test(@AuthenticationPrincipal Domains.Actor actor, @PathVariable UUID id) {
        return switch (connections.test(actor, find(actor, id))) {
            case TestOutcome.Fine _ -> new Look(true, null, null);
            case TestOutcome.Failed(var kind, var reason) -> new Look(false, kind, reason);
            case TestOutcome.NotTried(var reason) -> throw ApiProblem.of(HttpStatus.SERVICE_UNAVAILABLE, reason);
        };
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Remove a DNS connection", description = "Records that were written stay.")
    void remove(@AuthenticationPrincipal Domains.Actor actor, @PathVariable UUID id) {
        if (!connections.remove(actor, id)) {
            throw noSuchConnection(id);
        }
    }

    private StoredConnection find(Domains.Actor actor, UUID id) {
        return connections.find(actor.tenant(), id).orElseThrow(() -> noSuchConnection(id));
    }

    private static ApiProblem noSuchConnection(UUID id) {
        return ApiProblem.of(HttpStatus.NOT_FOUND, "There is no DNS connection '" + id + "' in your organisation.");
    }
}

package dev.postern.outbound.dns;

import dev.postern.dnsrecord.DnsConnection;
import dev.postern.outbound.Destinations;
import java.time.Duration;
import java.time.InstantSource;

/// Makes the provider of a connection.
public final class DnsProviders {

    private static final Duration CONNECT = Duration.ofSeconds(8);

    private final Destinations destinations;
    private final Duration timeout;
    private final InstantSource clock;
    private final ApiClient cloudflare;
    private final ApiClient amazon;

    /// @param destinations where servers that a customer named may be connected to
    /// @param timeout      for each exchange
    public DnsProviders(Destinations destinations, Duration timeout, InstantSource clock) {
        this.destinations = destinations;
        this.timeout = timeout;
        this.clock = clock;
        var http = ApiClient.http(CONNECT);
        this.cloudflare = new ApiClient(http, timeout, "Cloudflare");
        this.amazon = new ApiClient(http, timeout, "Route 53");
    }

    /// @param secret a TSIG key in base64, an API token, or a secret access key
    public DnsProvider of(DnsConnection connection, String secret) {
        return switch (connection) {
            case DnsConnection.Rfc2136 server -> new Rfc2136Provider(server, secret, destinations, timeout);
            case DnsConnection.Cloudflare zone -> new CloudflareProvider(zone, secret, cloudflare, CloudflareProvider.API);
            case DnsConnection.Route53 zone -> new Route53Provider(zone, secret, amazon, clock, Route53Provider.API);
        };
    }
}

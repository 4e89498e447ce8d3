package dev.postern.probe;

import dev.postern.name.HostName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.MxEndpoint;
import dev.postern.observation.MxHost;
import dev.postern.observation.PolicyFetch.Answered;
import dev.postern.observation.PolicyFetch.Failed;
import dev.postern.observation.ReportDestination;
import dev.postern.observation.ReportDestination.Outcome;
import dev.postern.probe.dns.Dns;
import dev.postern.probe.mx.MxHosts;
import dev.postern.probe.policy.PolicyFetcher;
import dev.postern.tlsrpt.ReportUri;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Looks whether the addresses of a TLSRPT record can take a report. Nothing is sent: a mail server is greeted, a web
/// server is asked for the head of the page.
final class ReportDestinations {

    private static final int HTTPS_PORT = 443;
    /// Enough to find one that answers.
    private static final int MAX_HOSTS = 3;
    private static final Duration FRESH = Duration.ofHours(1);

    private final Dns dns;
    private final PolicyFetcher web;
    private final MxHosts mxHosts;

    ReportDestinations(Dns dns, PolicyFetcher web, MxHosts mxHosts) {
        this.dns = dns;
        this.web = web;
        this.mxHosts = mxHosts;
    }

    ReportDestination look(ReportUri address) {
        return switch (address.kind()) {
            case MAILTO -> mail(address.uri());
            case HTTPS -> https(address.uri());
        };
    }

    private ReportDestination mail(String uri) {
        String address = uri.substring(uri.indexOf(':') + 1).split("\\?", 2)[0];
        Optional<HostName> domain = HostName.parse(address.substring(address.lastIndexOf('@') + 1)).asOptional();
        if (domain.isEmpty()) {
            return new ReportDestination(uri, Outcome.NO_HOST, List.of(), "its domain is no host name");
        }
        String name = domain.get().ascii();
        return switch (dns.mx(name)) {
            case DnsAnswer.Unknown(var why) -> new ReportDestination(uri, Outcome.UNKNOWN, List.of(),
                    "the MX of " + name + " could not be read: " + why);
            case DnsAnswer.Found(var hosts, var _) when hosts.contains(".") ->
                    new ReportDestination(uri, Outcome.NO_HOST, List.of(), name + " takes no mail");
            case DnsAnswer.Found(var hosts, var _) -> mail(uri, hosts);
            case DnsAnswer.Absent _ -> mail(uri, List.of(name));
        };
    }

    private ReportDestination mail(String uri, List<String> hosts) {
        var seen = new ArrayList<MxHost>();
        for (String host : hosts.stream().distinct().limit(MAX_HOSTS).toList()) {
            if (HostName.parse(host).asOptional().isEmpty()) {
                continue;
            }
            MxHost look = mxHosts.look(host, FRESH);
            if (look.endpoints().stream().anyMatch(endpoint -> endpoint.outcome().tookEhlo())) {
                return new ReportDestination(uri, Outcome.ANSWERS, hosts, host + " answers");
            }
            seen.add(look);
        }
        var endpoints = seen.stream().flatMap(host -> host.endpoints().stream()).toList();
        if (endpoints.isEmpty()) {
            boolean told = !seen.isEmpty() && seen.stream().allMatch(host -> host.addresses() instanceof DnsAnswer.Absent);
            return new ReportDestination(uri, told || seen.isEmpty() ? Outcome.NO_HOST : Outcome.UNKNOWN, hosts,
                    told || seen.isEmpty() ? "no mail server of it has an address" : "no address could be read");
        }
        if (endpoints.stream().allMatch(each -> each.outcome() == MxEndpoint.Outcome.ADDRESS_NOT_PUBLIC)) {
            return new ReportDestination(uri, Outcome.NOT_PUBLIC, hosts, "its mail servers have no public address");
        }
        boolean refused = endpoints.stream().anyMatch(each -> switch (each.outcome()) {
            case NO_CONNECTION, REFUSED, NOT_SMTP, EHLO_REFUSED -> true;
            default -> false;
        });
        return new ReportDestination(uri, refused ? Outcome.NO_ANSWER : Outcome.UNKNOWN, hosts,
                String.join(", ", hosts) + ": " + endpoints.getFirst().detail());
    }

    private ReportDestination https(String uri) {
        URI address = URI.create(uri);
        String host = address.getHost();
        if (HostName.parse(host).asOptional().isEmpty()) {
            return new ReportDestination(uri, Outcome.NO_HOST, List.of(), "it names no host");
        }
        if (address.getPort() >= 0 && address.getPort() != HTTPS_PORT) {
            return new ReportDestination(uri, Outcome.UNKNOWN, List.of(host), "only port 443 is asked from here");
        }
        String path = (address.getRawPath() == null || address.getRawPath().isEmpty() ? "/" : address.getRawPath())
                + (address.getRawQuery() == null ? "" : "?" + address.getRawQuery());
        return switch (web.head(host, path)) {
            case Answered answered -> new ReportDestination(uri, Outcome.ANSWERS, List.of(host),
                    host + " answers (status " + answered.status() + ")");
            case Failed failed -> new ReportDestination(uri, switch (failed.fault()) {
                case NO_ADDRESS -> Outcome.NO_HOST;
                case ADDRESS_NOT_PUBLIC -> Outcome.NOT_PUBLIC;
                case DNS_UNKNOWN, TIMEOUT -> Outcome.UNKNOWN;
                case NO_CONNECTION -> Outcome.NO_ANSWER;
                case CERTIFICATE_NAME, CERTIFICATE_EXPIRED, CERTIFICATE_NOT_TRUSTED, TLS -> Outcome.TLS_FAILED;
            }, List.of(host), failed.fault() + ": " + failed.detail());
        };
    }
}

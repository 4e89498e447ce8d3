package dev.postern.probe;

import dev.postern.probe.dns.Dns;
import dev.postern.probe.dns.SecureDns;
import dev.postern.probe.dns.TrustAnchors;
import dev.postern.probe.mx.Looks;
import dev.postern.probe.mx.MxHosts;
import dev.postern.probe.mx.MxProbe;
import dev.postern.probe.mx.Port25;
import dev.postern.probe.mx.SmtpProbe;
import dev.postern.outbound.TrustedRoots;
import dev.postern.probe.policy.PolicyFetcher;
import dev.postern.settings.InvalidSettingException;
import dev.postern.settings.Setting;
import dev.postern.setup.Installation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/// Puts a [DomainProbe] together from the settings: the worker's, the command's and the benchmark's are the same.
public final class Instruments {

    private static final int DNS_ATTEMPTS = 2;
    /// For one connection to a landmark.
    private static final Duration KNOCK = Duration.ofSeconds(5);

    private Instruments() {
    }

    /// @param looks where looks at MX hosts are shared
    /// @throws InvalidSettingException when a file of the settings can't be read
    public static DomainProbe domainProbe(ProbeSettings settings, Looks looks, Clock clock) {
        boolean anywhere = settings.allowPrivateAddresses();
        var dns = new Dns(settings.dnsServers(), settings.dnsTimeout(), DNS_ATTEMPTS);
        var anchors = read(ProbeSettings.DNSSEC_ANCHORS, settings.dnssecAnchors(),
                file -> file.isEmpty() ? TrustAnchors.ofTheRoot() : TrustAnchors.read(file.get()));
        var secureDns = new SecureDns(settings.dnsServers(), settings.dnsTimeout(), DNS_ATTEMPTS, anchors, clock);
        var trust = read(ProbeSettings.TRUST_STORE, settings.trustStore(), TrustedRoots::withFurther);
        var fetcher = new PolicyFetcher(dns, trust, settings.fetchPort(), settings.fetchTimeout(), anywhere);
        var smtp = new SmtpProbe(trust, settings.mxPort(), settings.publicHost(), settings.mxTimeout(), clock);
        var port25 = new Port25(dns, settings.landmarks(), settings.mxPort(), KNOCK, anywhere, clock);
        // Who waits for another worker's look that never comes must have time left for one of their own.
        var mxHosts = new MxHosts(new MxProbe(dns, secureDns, smtp, port25, anywhere, clock), looks, clock,
                settings.deadline().dividedBy(2));
        return new DomainProbe(dns, secureDns, fetcher, mxHosts, new Installation(settings.publicHost()),
                settings.vantage(), clock, settings.deadline());
    }

    @FunctionalInterface
    private interface FileReader<T> {
        T read(Optional<Path> file) throws IOException;
    }

    private static <T> T read(Setting<?> setting, Optional<Path> file, FileReader<T> reader) {
        try {
            return reader.read(file);
        } catch (IOException unreadable) {
            var refused = new InvalidSettingException(setting, file.map(Object::toString).orElse(""));
            refused.initCause(unreadable);
            throw refused;
        }
    }
}

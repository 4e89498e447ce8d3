package dev.postern.dnsrecord;

import dev.postern.name.DomainName;
import dev.postern.name.HostName;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// A way to write into one zone of an organisation. What authenticates it, a key or a token, is kept apart.
public sealed interface DnsConnection {

    int MAX_NAME = 100;
    int MAX_SECRET = 1_000;

    /// What the organisation calls it.
    String name();

    /// In A-labels, lower case, without trailing dot.
    String zone();

    /// The provider in words.
    String provider();

    default boolean serves(DomainName domain) {
        return ZoneName.holds(zone(), domain.ascii());
    }

    /// A server of one's own that takes dynamic updates (RFC 2136), authenticated by TSIG (RFC 8945).
    ///
    /// @param host    a host name in A-labels or an IP address
    /// @param keyName in lower case
    record Rfc2136(String name, String zone, String host, int port, String keyName, TsigAlgorithm algorithm)
            implements DnsConnection {
        @Override
        public String provider() {
            return "the DNS server " + host;
        }
    }

    /// Cloudflare, by an API token.
    record Cloudflare(String name, String zone) implements DnsConnection {
        @Override
        public String provider() {
            return "Cloudflare";
        }
    }

    /// Amazon Route 53, by an access key.
    record Route53(String name, String zone, String accessKeyId) implements DnsConnection {
        @Override
        public String provider() {
            return "Amazon Route 53";
        }
    }

    /// Which kind of connection somebody enters.
    enum Kind {
        RFC2136("Own DNS server (RFC 2136)"), CLOUDFLARE("Cloudflare"), ROUTE53("Amazon Route 53");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    default Kind kind() {
        return switch (this) {
            case Rfc2136 _ -> Kind.RFC2136;
            case Cloudflare _ -> Kind.CLOUDFLARE;
            case Route53 _ -> Kind.ROUTE53;
        };
    }

    /// What somebody entered; fields of another kind are blank.
    ///
    /// @param key the name of the TSIG key, or the access key id
    record Entry(Kind kind, String name, String zone, String host, int port, String key, String algorithm,
                 String secret) {

        private static final int MAX_PORT = 65_535;
        private static final int LEAST_KEY_BYTES = 8;
        private static final Pattern KEY_NAME = Pattern.compile("(?=.{1,253}$)[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*\\.?");
        private static final Pattern ACCESS_KEY = Pattern.compile("[A-Z0-9]{16,128}");
        private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7E]{8," + MAX_SECRET + "}");

        /// Reads it; each problem's code is the field that it is about: `name`, `zone`, `host`, `port`, `key`,
        /// `algorithm`, `secret`.
        public Parsed<DnsConnection> parse() {
            var problems = new ArrayList<Problem>();
            String itsName = name.strip();
            if (itsName.isEmpty() || itsName.length() > MAX_NAME || itsName.chars().anyMatch(Character::isISOControl)) {
                problems.add(problem("name", "Give the connection a name of up to " + MAX_NAME + " characters."));
            }
            String itsZone = ZoneName.of(zone).orElse("");
            if (itsZone.isEmpty()) {
                problems.add(problem("zone", "Enter the name of the DNS zone, like example.com."));
            }
            DnsConnection connection = switch (kind) {
                case RFC2136 -> ownServer(itsName, itsZone, problems);
                case CLOUDFLARE -> {
                    token("Enter the API token that Cloudflare showed once when it was made.", problems);
                    yield new Cloudflare(itsName, itsZone);
                }
                case ROUTE53 -> {
                    if (!ACCESS_KEY.matcher(key.strip()).matches()) {
                        problems.add(problem("key", "Enter the access key ID, 16 or more capital letters and digits."));
                    }
                    token("Enter the secret access key.", problems);
                    yield new Route53(itsName, itsZone, key.strip());
                }
            };
            return problems.isEmpty() ? Parsed.valid(connection) : new Parsed.Invalid<>(List.copyOf(problems));
        }

        private DnsConnection ownServer(String itsName, String itsZone, List<Problem> problems) {
            String server = host.strip().toLowerCase(Locale.ROOT);
            String itsHost = address(server) ? server
                    : HostName.parse(server).asOptional().map(HostName::ascii).orElse("");
            if (itsHost.isEmpty()) {
                problems.add(problem("host", "Enter the name or the IP address of the zone's primary server, like "
                        + "ns1.example.com."));
            }
            if (port < 1 || port > MAX_PORT) {
                problems.add(problem("port", "A port is a number from 1 to 65535, for DNS mostly 53."));
            }
            String keyName = key.strip().toLowerCase(Locale.ROOT);
            if (!KEY_NAME.matcher(keyName).matches()) {
                problems.add(problem("key", "Enter the name of the TSIG key, as in the server's configuration."));
            }
            if (TsigAlgorithm.of(algorithm).isEmpty()) {
                problems.add(problem("algorithm", "Choose hmac-sha256, hmac-sha384 or hmac-sha512."));
            }
            if (!key(secret.strip())) {
                problems.add(problem("secret", "Enter the key's secret in base64, as in the server's configuration."));
            }
            return new Rfc2136(itsName, itsZone, itsHost, port, keyName,
                    TsigAlgorithm.of(algorithm).orElse(TsigAlgorithm.HMAC_SHA256));
        }

        private static boolean address(String text) {
            try {
                InetAddress.ofLiteral(text);
                return true;
            } catch (IllegalArgumentException aName) {
                return false;
            }
        }

        private static boolean key(String base64) {
            try {
                return base64.length() <= MAX_SECRET && Base64.getDecoder().decode(base64).length >= LEAST_KEY_BYTES;
            } catch (IllegalArgumentException not) {
                return false;
            }
        }

        private void token(String otherwise, List<Problem> problems) {
            if (!TOKEN.matcher(secret.strip()).matches()) {
                problems.add(problem("secret", otherwise));
            }
        }

        private static Problem problem(String field, String message) {
            return new Problem(field, message, "");
        }

        /// The secret stays out of logs.
        @Override
        public String toString() {
            return kind + " " + name + " for " + zone;
        }
    }
}

package dev.postern.outbound.dns;

import static dev.postern.outbound.dns.DnsProblem.Kind.CHANGED;
import static dev.postern.outbound.dns.DnsProblem.Kind.CREDENTIALS;
import static dev.postern.outbound.dns.DnsProblem.Kind.NOT_ALLOWED;
import static dev.postern.outbound.dns.DnsProblem.Kind.REFUSED;
import static dev.postern.outbound.dns.DnsProblem.Kind.UNREACHABLE;
import static dev.postern.outbound.dns.DnsProblem.Kind.ZONE;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.dnsrecord.DnsConnection;
import dev.postern.dnsrecord.OwnerContent;
import dev.postern.dnsrecord.ZoneName;
import dev.postern.parse.Quoted;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/// A public hosted zone at Amazon Route 53, by the version of its interface of 2013-04-01 ("Amazon Route 53 API
/// Reference"): `ListHostedZonesByName`, `ListResourceRecordSets` and `ChangeResourceRecordSets`.
///
/// A change deletes exactly what was seen, time to live and all, and creates what is wanted, in one batch. Route 53
/// does all of a batch or nothing, and refuses it when the record set is another by then.
final class Route53Provider implements DnsProvider {

    static final URI API = URI.create("https://route53.amazonaws.com");

    private static final String VERSION = "/2013-04-01";
    private static final String NAMESPACE = "https://route53.amazonaws.com/doc/2013-04-01/";
    private static final Pattern ZONE_ID = Pattern.compile("(/hostedzone/)?([A-Z0-9]{1,32})");
    private static final int MOST_PAGES = 20;

    /// @param plain whether it is a record set without routing policy that holds its records itself
    private record Records(String type, long ttl, List<String> values, boolean plain) {
    }

    private record Answer(int status, Element root) {
        String code() {
            return text(root, "Code");
        }
    }

    private final DnsConnection.Route53 connection;
    private final AwsSignature signature;
    private final ApiClient client;
    private final InstantSource clock;
    private final URI api;

    /// @param secret the secret access key
    /// @param api    [#API], or a double of it in a test
    Route53Provider(DnsConnection.Route53 connection, String secret, ApiClient client, InstantSource clock, URI api) {
        this.connection = connection;
        // The one region that signs for the whole of the service.
        this.signature = new AwsSignature(connection.accessKeyId(), secret.strip(), "us-east-1", "route53");
        this.client = client;
        this.clock = clock;
        this.api = api;
    }

    @Override
    public OwnerContent read(String name) throws DnsProblem {
        return content(name, records(zoneId(), name));
    }

    private static OwnerContent content(String name, List<Records> sets) throws DnsProblem {
        Optional<String> alias = Optional.empty();
        var texts = new ArrayList<String>();
        boolean addresses = false;
        for (Records set : sets) {
            switch (set.type()) {
                case "CNAME", "TXT" -> {
                    if (!set.plain()) {
                        throw new DnsProblem(REFUSED, name + " has a record with a routing policy or an alias of Route 53, "
                                + "which Postern leaves alone. Make it a simple record.");
                    }
                    if (set.type().equals("TXT")) {
                        set.values().forEach(value -> texts.add(TxtData.plain(value)));
                    } else {
                        alias = set.values().stream().findFirst();
                    }
                }
                default -> addresses = true;
            }
        }
        return new OwnerContent(alias, texts, addresses);
    }

    @Override
    public void replace(String name, OwnerContent expected, OwnerContent to, int ttl) throws DnsProblem {
        String zone = zoneId();
        List<Records> present = records(zone, name);
        if (!content(name, present).same(expected)) {
            throw changed(name);
        }
        var changes = new ArrayList<String>();
        present.stream().filter(set -> List.of("CNAME", "TXT").contains(set.type()))
                .forEach(set -> changes.add(change("DELETE", name, set)));
        to.alias().ifPresent(target -> changes.add(change("CREATE", name,
                new Records("CNAME", ttl, List.of(target), true))));
        if (!to.texts().isEmpty()) {
            changes.add(change("CREATE", name, new Records("TXT", ttl,
                    to.texts().stream().map(TxtData::quoted).toList(), true)));
        }
        Answer answer = change(zone, changes);
        if (answer.code().equals("InvalidChangeBatch")) {
            throw changed(name);
        }
        succeeded(answer);
    }

    /// Deletes a record that nobody can have written, which Route 53 refuses as such once the key may change the zone.
    @Override
    public void test() throws DnsProblem {
        String zone = zoneId();
        String name = "_postern-challenge." + connection.zone();
        records(zone, name);
        var unheard = new byte[16];
        ThreadLocalRandom.current().nextBytes(unheard);
        Answer answer = change(zone, List.of(change("DELETE", name, new Records("TXT", 300,
                List.of(TxtData.quoted(HexFormat.of().formatHex(unheard))), true))));
        if (!answer.code().equals("InvalidChangeBatch")) {
            succeeded(answer);
        }
    }

    private String zoneId() throws DnsProblem {
        var found = new ArrayList<String>();
        String query = "dnsname=" + AwsSignature.encoded(connection.zone() + ".");
        for (int page = 0; page < MOST_PAGES; page++) {
            Answer answer = call("GET", VERSION + "/hostedzonesbyname?" + query, Optional.empty());
            succeeded(answer);
            boolean further = true;
            for (Element zone : elements(answer.root(), "HostedZone")) {
                boolean same = text(zone, "Name").equalsIgnoreCase(connection.zone() + ".");
                if (same && !text(zone, "PrivateZone").equals("true")) {
                    found.add(text(zone, "Id"));
                }
                further = same;
            }
            if (!further || !text(answer.root(), "IsTruncated").equals("true")) {
                break;
            }
            query = "dnsname=" + AwsSignature.encoded(text(answer.root(), "NextDNSName")) + "&hostedzoneid="
                    + AwsSignature.encoded(text(answer.root(), "NextHostedZoneId"));
        }
        if (found.isEmpty()) {
            throw new DnsProblem(ZONE, "With this key Route 53 shows no public hosted zone " + connection.zone()
                    + ". Check the zone's name, and that the key is of the account that has it.");
        }
        if (found.size() > 1) {
            throw new DnsProblem(ZONE, "Route 53 has " + found.size() + " public hosted zones " + connection.zone()
                    + ", of which the world sees one. Remove those that are not delegated to.");
        }
        var id = ZONE_ID.matcher(found.getFirst());
        if (!id.matches()) {
            throw unclear();
        }
        return id.group(2);
    }

    /// Sets are listed by name, those of one name next to each other.
    private List<Records> records(String zone, String name) throws DnsProblem {
        if (!ZoneName.holds(connection.zone(), name)) {
            throw new DnsProblem(ZONE, Quoted.of(name) + " is not in the zone " + connection.zone() + ".");
        }
        var records = new ArrayList<Records>();
        String query = "name=" + AwsSignature.encoded(name + ".");
        for (int page = 0; page < MOST_PAGES; page++) {
            Answer answer = call("GET", VERSION + "/hostedzone/" + zone + "/rrset?" + query, Optional.empty());
            succeeded(answer);
            boolean further = true;
            for (Element set : elements(answer.root(), "ResourceRecordSet")) {
                further = text(set, "Name").equalsIgnoreCase(name + ".");
                if (further) {
                    records.add(records(set));
                }
            }
            if (!further || !text(answer.root(), "IsTruncated").equals("true")) {
                return records;
            }
            String identifier = text(answer.root(), "NextRecordIdentifier");
            query = "name=" + AwsSignature.encoded(text(answer.root(), "NextRecordName")) + "&type="
                    + AwsSignature.encoded(text(answer.root(), "NextRecordType"))
                    + (identifier.isEmpty() ? "" : "&identifier=" + AwsSignature.encoded(identifier));
        }
        return records;
    }

    private static Records records(Element set) throws DnsProblem {
        String ttl = text(set, "TTL");
        if (!ttl.matches("[0-9]{0,10}")) {
            throw unclear();
        }
        return new Records(text(set, "Type"), ttl.isEmpty() ? 0 : Long.parseLong(ttl),
                elements(set, "Value").stream().map(Element::getTextContent).toList(),
                elements(set, "SetIdentifier").isEmpty() && elements(set, "AliasTarget").isEmpty());
    }

    private static String change(String action, String name, Records set) {
        return "<Change><Action>" + action + "</Action><ResourceRecordSet><Name>" + escaped(name + ".") + "</Name><Type>"
                + set.type() + "</Type><TTL>" + set.ttl() + "</TTL><ResourceRecords>" + set.values().stream()
                .map(value -> "<ResourceRecord><Value>" + escaped(value) + "</Value></ResourceRecord>")
                .collect(Collectors.joining()) + "</ResourceRecords></ResourceRecordSet></Change>";
    }

    private Answer change(String zone, List<String> changes) throws DnsProblem {
        return call("POST", VERSION + "/hostedzone/" + zone + "/rrset", Optional.of("<?xml version=\"1.0\" "
                + "encoding=\"UTF-8\"?><ChangeResourceRecordSetsRequest xmlns=\"" + NAMESPACE
                + "\"><ChangeBatch><Comment>Written by Postern</Comment><Changes>" + String.join("", changes)
                + "</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"));
    }

    private Answer call(String method, String path, Optional<String> body) throws DnsProblem {
        URI uri = URI.create(api + path);
        byte[] bytes = body.orElse("").getBytes(UTF_8);
        var request = HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.ofByteArray(bytes));
        signature.headers(method, uri, Map.of(), bytes, clock.instant()).forEach(request::header);
        body.ifPresent(_ -> request.header("Content-Type", "application/xml"));
        HttpResponse<byte[]> answer = client.send(request.build());
        if (answer.statusCode() >= 500) {
            throw new DnsProblem(UNREACHABLE, "Route 53 has a problem of its own at the moment (HTTP "
                    + answer.statusCode() + "). Postern tries again by itself.");
        }
        var parsed = new Answer(answer.statusCode(), xml(answer.body()));
        if (answer.statusCode() == 429
                || List.of("Throttling", "ThrottlingException", "PriorRequestNotComplete").contains(parsed.code())) {
            throw DnsProblem.busy("Route 53 asks for a pause: its limit of requests is reached. Postern tries again by "
                    + "itself.", ApiClient.pause(answer));
        }
        return parsed;
    }

    private void succeeded(Answer answer) throws DnsProblem {
        if (answer.status() == 200) {
            return;
        }
        String said = Quoted.of(answer.code());
        throw switch (answer.code()) {
            case "InvalidClientTokenId", "UnrecognizedClientException" -> new DnsProblem(CREDENTIALS, "Amazon does not know "
                    + "the access key ID " + connection.accessKeyId() + ". Check it; it may also have been deleted or made "
                    + "inactive.");
            case "SignatureDoesNotMatch", "InvalidSignatureException" -> new DnsProblem(CREDENTIALS, "Amazon refuses the "
                    + "secret access key. Enter it as it was shown when it was made. If it is right, the clock of Postern "
                    + "may be wrong.");
            case "AccessDenied", "AccessDeniedException" -> new DnsProblem(NOT_ALLOWED, "The access key may not do this at "
                    + "Route 53. Its policy must allow route53:ListHostedZonesByName, and for the zone "
                    + connection.zone() + " route53:ListResourceRecordSets and route53:ChangeResourceRecordSets.");
            case "NoSuchHostedZone" -> new DnsProblem(ZONE, "Route 53 does not find the zone " + connection.zone()
                    + " any more.");
            default -> new DnsProblem(REFUSED, "Route 53 refused: " + said + " (HTTP " + answer.status() + ").");
        };
    }

    private static Element xml(byte[] body) throws DnsProblem {
        try {
            var factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            // Without a document type there are no entities, and nothing is fetched.
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            return builder.parse(new ByteArrayInputStream(body)).getDocumentElement();
        } catch (SAXException | IOException notXml) {
            throw new DnsProblem(REFUSED, "What answers for Route 53 is not its interface.", notXml);
        } catch (ParserConfigurationException missing) {
            throw new IllegalStateException("every JDK parses XML", missing);
        }
    }

    private static List<Element> elements(Element parent, String name) {
        var found = parent.getElementsByTagName(name);
        return IntStream.range(0, found.getLength()).mapToObj(at -> (Element) found.item(at)).toList();
    }

    /// Of the first element of that name; empty where there is none.
    private static String text(Element parent, String name) {
        return elements(parent, name).stream().findFirst().map(Element::getTextContent).orElse("").strip();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    private static DnsProblem unclear() {
        return new DnsProblem(REFUSED, "Route 53 answered what can't be understood.");
    }

    private static DnsProblem changed(String name) {
        return new DnsProblem(CHANGED, "Somebody changed " + name + " at the same moment. Postern looks again and tries "
                + "again by itself.");
    }
}

package dev.postern.outbound.dns;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/// Route 53's interface as far as Postern uses it, by the "Amazon Route 53 API Reference"
/// (https://docs.aws.amazon.com/Route53/latest/APIReference/): API_ListHostedZonesByName, API_ListResourceRecordSets,
/// API_ChangeResourceRecordSets, CommonErrors. Signatures are checked.
final class Route53Double extends ApiDouble {

    static final String KEY_ID = "AKIAIOSFODNN7EXAMPLE";
    static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
            .withZone(ZoneOffset.UTC);

    record Zone(String id, String name, boolean isPrivate) {
    }

    /// @param extra further elements, as a routing policy's
    record Kept(String name, String type, long ttl, List<String> values, String extra) {
    }

    final List<Zone> zones = new ArrayList<>(List.of(new Zone("Z0PRIVATE", "example.com.", true),
            new Zone("Z1PUBLIC", "example.com.", false), new Zone("Z2OTHER", "example.org.", false)));
    final List<Kept> records = new ArrayList<>();
    boolean readOnly;
    int pageSize = 100;

    Route53Double() throws IOException {
    }

    void keep(String name, String type, String... values) {
        records.add(new Kept(name, type, 60, List.of(values), ""));
    }

    @Override
    Reply answer(Request request) {
        String authorization = request.headers().getOrDefault("Authorization", "");
        if (!authorization.contains("Credential=" + KEY_ID + "/")) {
            return error(403, "InvalidClientTokenId", "The security token included in the request is invalid.");
        }
        Instant at = Instant.from(TIME.parse(request.headers().get("X-Amz-Date")));
        String right = new AwsSignature(KEY_ID, SECRET, "us-east-1", "route53").headers(request.method(),
                URI.create(address() + request.uri().toString()), Map.of(), request.body(), at).get("Authorization");
        if (!authorization.equals(right)) {
            return error(403, "SignatureDoesNotMatch", "The request signature we calculated does not match.");
        }
        if (request.path().equals("/2013-04-01/hostedzonesbyname")) {
            return zones(request);
        }
        if (!request.path().equals("/2013-04-01/hostedzone/Z1PUBLIC/rrset")) {
            return error(404, "NoSuchHostedZone", "No hosted zone found.");
        }
        if (request.method().equals("GET")) {
            return list(request);
        }
        return readOnly ? error(403, "AccessDenied", "not authorized to perform: route53:ChangeResourceRecordSets")
                : change(request);
    }

    /// By name from the one asked for on, with the labels in reverse; then by id.
    private Reply zones(Request request) {
        String from = reversed(request.query().get("dnsname"));
        String id = request.query().getOrDefault("hostedzoneid", "");
        var after = zones.stream().sorted(Comparator.comparing((Zone zone) -> reversed(zone.name())).thenComparing(Zone::id))
                .filter(zone -> reversed(zone.name()).compareTo(from) > 0
                        || reversed(zone.name()).equals(from) && zone.id().compareTo(id) >= 0).toList();
        var page = after.stream().limit(pageSize).toList();
        String next = after.size() <= pageSize ? "" : "<NextDNSName>" + after.get(pageSize).name()
                + "</NextDNSName><NextHostedZoneId>" + after.get(pageSize).id() + "</NextHostedZoneId>";
        return xml(200, "<ListHostedZonesByNameResponse xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">"
                + "<HostedZones>" + page.stream().map(zone -> "<HostedZone><Id>/hostedzone/" + zone.id() + "</Id><Name>"
                + zone.name() + "</Name><CallerReference>x</CallerReference><Config><PrivateZone>" + zone.isPrivate()
                + "</PrivateZone></Config></HostedZone>").collect(Collectors.joining()) + "</HostedZones><IsTruncated>"
                + !next.isEmpty() + "</IsTruncated>" + next + "<MaxItems>100</MaxItems></ListHostedZonesByNameResponse>");
    }

    private Reply list(Request request) {
        String from = reversed(request.query().get("name"));
        String type = request.query().getOrDefault("type", "");
        var after = records.stream().sorted(Comparator.comparing((Kept kept) -> reversed(kept.name() + "."))
                .thenComparing(Kept::type)).filter(kept -> reversed(kept.name() + ".").compareTo(from) > 0
                || reversed(kept.name() + ".").equals(from) && kept.type().compareTo(type) >= 0).toList();
        var page = after.stream().limit(pageSize).toList();
        String next = after.size() <= pageSize ? "" : "<NextRecordName>" + after.get(pageSize).name()
                + ".</NextRecordName><NextRecordType>" + after.get(pageSize).type() + "</NextRecordType>";
        return xml(200, "<ListResourceRecordSetsResponse xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">"
                + "<ResourceRecordSets>" + page.stream().map(kept -> "<ResourceRecordSet><Name>" + kept.name()
                + ".</Name><Type>" + kept.type() + "</Type>" + kept.extra() + "<TTL>" + kept.ttl() + "</TTL><ResourceRecords>"
                + kept.values().stream().map(value -> "<ResourceRecord><Value>" + value.replace("&", "&amp;")
                .replace("<", "&lt;") + "</Value></ResourceRecord>").collect(Collectors.joining())
                + "</ResourceRecords></ResourceRecordSet>").collect(Collectors.joining()) + "</ResourceRecordSets>"
                + "<IsTruncated>" + !next.isEmpty() + "</IsTruncated>" + next
                + "<MaxItems>100</MaxItems></ListResourceRecordSetsResponse>");
    }

    /// All or nothing. DELETE wants the record set exactly as it is; CREATE wants that there is none.
    private Reply change(Request request) {
        var after = new ArrayList<>(records);
        for (Element change : elements(parse(request.body()), "Change")) {
            var set = new Kept(text(change, "Name").replaceAll("\\.$", ""), text(change, "Type"),
                    Long.parseLong(text(change, "TTL")), elements(change, "Value").stream().map(Element::getTextContent)
                    .toList(), "");
            boolean fits = switch (text(change, "Action")) {
                case "DELETE" -> after.remove(set);
                case "CREATE" -> after.stream().noneMatch(kept -> kept.name().equals(set.name())
                        && (kept.type().equals(set.type()) || set.type().equals("CNAME") || kept.type().equals("CNAME")))
                        && after.add(set);
                default -> false;
            };
            if (!fits) {
                return xml(400, "<?xml version=\"1.0\"?><ErrorResponse><Error><Type>Sender</Type><Code>InvalidChangeBatch"
                        + "</Code><Message>[Tried to change what is not so]</Message></Error></ErrorResponse>");
            }
        }
        records.clear();
        records.addAll(after);
        return xml(200, "<ChangeResourceRecordSetsResponse xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">"
                + "<ChangeInfo><Id>/change/C1</Id><Status>PENDING</Status></ChangeInfo></ChangeResourceRecordSetsResponse>");
    }

    private static String reversed(String name) {
        var labels = new ArrayList<>(Arrays.asList(name.split("\\.")));
        Collections.reverse(labels);
        return String.join(".", labels);
    }

    static Reply error(int status, String code, String message) {
        return xml(status, "<ErrorResponse xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><Error><Type>Sender</Type>"
                + "<Code>" + code + "</Code><Message>" + message + "</Message></Error><RequestId>x</RequestId></ErrorResponse>");
    }

    private static Reply xml(int status, String body) {
        return new Reply(status, "text/xml", body);
    }

    private static Element parse(byte[] body) {
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(body))
                    .getDocumentElement();
        } catch (Exception broken) {
            throw new IllegalArgumentException(broken);
        }
    }

    private static List<Element> elements(Element parent, String name) {
        var found = parent.getElementsByTagName(name);
        return IntStream.range(0, found.getLength()).mapToObj(at -> (Element) found.item(at)).toList();
    }

    private static String text(Element parent, String name) {
        return elements(parent, name).getFirst().getTextContent();
    }
}

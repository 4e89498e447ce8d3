package dev.postern.check;

import dev.postern.observation.DnsAnswer;
import dev.postern.observation.MxEndpoint;
import dev.postern.observation.MxHost;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Where mail for a domain goes, by DNS alone.
final class MxRules {

    private final Subject subject;
    private final String name;

    private MxRules(Subject subject) {
        this.subject = subject;
        this.name = subject.name().ascii();
    }

    static List<Finding> judge(Subject subject) {
        var rules = new MxRules(subject);
        return List.of(rules.records(), rules.alias(), rules.addresses());
    }

    private Finding records() {
        DnsAnswer mx = subject.seen().mx();
        var evidence = new ArrayList<>(subject.evidence("MX " + name, mx));
        return switch (mx) {
            case DnsAnswer.Unknown(var why) -> Finding.unknown(Check.MX_RECORDS,
                    "DNS gave no usable answer for the MX of " + name + ": " + why + ".", "", evidence);
            case DnsAnswer.Absent _ -> implicit(evidence);
            case DnsAnswer.Found(var hosts, var _) when hosts.equals(List.of(".")) -> Finding.warn(Check.MX_RECORDS,
                    name + " says that it takes no mail (null MX, RFC 7505).",
                    "A domain that takes no mail needs no MTA-STS policy.", evidence);
            case DnsAnswer.Found(var hosts, var _) when hosts.contains(".") -> Finding.fail(Check.MX_RECORDS,
                    name + " has a null MX beside others; a null MX must be the only one (RFC 7505 §3).",
                    "Remove the MX record that names '.'.", evidence);
            case DnsAnswer.Found(var hosts, var _) -> found(hosts, evidence);
        };
    }

    private Finding implicit(List<Evidence> evidence) {
        evidence.addAll(subject.evidence("A and AAAA " + name, subject.seen().domainAddresses()));
        return switch (subject.seen().domainAddresses()) {
            case DnsAnswer.Found _ -> Finding.warn(Check.MX_RECORDS, name + " has no MX record, so mail goes to the "
                            + "address of " + name + " itself (implicit MX, RFC 5321 §5.1).",
                    "Publish an MX record for " + name + " that names its mail server; a policy would have to name "
                            + name + ".", evidence);
            case DnsAnswer.Absent _ -> Finding.fail(Check.MX_RECORDS, name + " has no MX record and no address.",
                    "Publish the MX records of " + name + " before its MTA-STS policy; if it takes no mail, publish "
                            + "MX 0 . (RFC 7505).", evidence);
            case DnsAnswer.Unknown(var why) -> Finding.unknown(Check.MX_RECORDS, name + " has no MX record, and "
                    + "whether it has an address DNS could not tell: " + why + ".", "", evidence);
        };
    }

    private Finding found(List<String> hosts, List<Evidence> evidence) {
        List<String> distinct = hosts.stream().distinct().toList();
        if (distinct.size() < hosts.size()) {
            String twice = distinct.stream().filter(host -> hosts.indexOf(host) != hosts.lastIndexOf(host))
                    .collect(Collectors.joining(", "));
            return Finding.warn(Check.MX_RECORDS, "The MX records of " + name + " name " + twice + " more than once.",
                    "Keep one MX record for " + twice + ".", evidence);
        }
        long asked = subject.seen().mxHosts().size();
        if (asked < hosts.size()) {
            return Finding.warn(Check.MX_RECORDS, name + " has " + hosts.size() + " MXs; the first " + asked
                    + " were checked.", "Fewer MXs are easier to keep right.", evidence);
        }
        return Finding.pass(Check.MX_RECORDS, (hosts.size() == 1 ? "One MX: " : hosts.size() + " MXs: ")
                + String.join(", ", hosts) + ".", evidence);
    }

    private Finding alias() {
        List<MxHost> hosts = subject.seen().mxHosts();
        var evidence = hosts.stream().map(host -> new Evidence("CNAME " + host.host(), host.alias().text(), host.at()))
                .toList();
        for (MxHost host : hosts) {
            if (host.alias() instanceof DnsAnswer.Found(var targets, var _)) {
                String target = String.join(", ", targets);
                return Finding.fail(Check.MX_ALIAS, "The MX " + host.host() + " is an alias of " + target + ".",
                        "Let the MX record of " + name + " name " + target + " itself, and the policy too.", evidence);
            }
        }
        return hosts.stream().filter(host -> host.alias() instanceof DnsAnswer.Unknown).findFirst()
                .map(host -> Finding.unknown(Check.MX_ALIAS, "Whether " + host.host() + " is an alias could not be "
                        + "told.", "", evidence))
                .orElseGet(() -> hosts.isEmpty() ? noMx(Check.MX_ALIAS)
                        : Finding.pass(Check.MX_ALIAS, "No MX is an alias.", evidence));
    }

    private Finding addresses() {
        List<MxHost> hosts = subject.seen().mxHosts();
        if (hosts.isEmpty()) {
            return noMx(Check.MX_ADDRESSES);
        }
        var evidence = hosts.stream().map(host -> new Evidence("A and AAAA " + host.host(), host.addresses().text(),
                host.at())).toList();
        for (MxHost host : hosts) {
            if (host.addresses() instanceof DnsAnswer.Absent(var code)) {
                return Finding.fail(Check.MX_ADDRESSES, "The MX " + host.host() + " has no address (" + code + ").",
                        "Give " + host.host() + " an address record, or remove it from the MX records of " + name + ".",
                        evidence);
            }
            if (!host.endpoints().isEmpty() && host.endpoints().stream().allMatch(MxRules::notPublic)) {
                return Finding.fail(Check.MX_ADDRESSES, "The MX " + host.host() + " has no public address: "
                        + list(host.endpoints()) + ".", "Give " + host.host() + " a public address; senders on the "
                        + "Internet can't reach a private one.", evidence);
            }
        }
        for (MxHost host : hosts) {
            if (host.addresses() instanceof DnsAnswer.Unknown(var why)) {
                return Finding.unknown(Check.MX_ADDRESSES, Subject.noAnswer(host.host(), why), "", evidence);
            }
        }
        for (MxHost host : hosts) {
            var inside = host.endpoints().stream().filter(MxRules::notPublic).toList();
            if (!inside.isEmpty()) {
                return Finding.warn(Check.MX_ADDRESSES, "The MX " + host.host() + " also has addresses that are not "
                        + "public: " + list(inside) + ".", "Remove " + list(inside) + " from public DNS.", evidence);
            }
        }
        return Finding.pass(Check.MX_ADDRESSES, hosts.stream().map(host -> host.host() + " at "
                + String.join(", ", host.addresses().values())).collect(Collectors.joining("; ")) + ".", evidence);
    }

    private Finding noMx(Check check) {
        return subject.nullMx() ? Finding.pass(check, name + " takes no mail: there is no MX to look at.",
                subject.evidence("MX " + name, subject.seen().mx()))
                : Finding.unknown(check, "The MXs of " + name + " are not known.", "",
                subject.evidence("MX " + name, subject.seen().mx()));
    }

    private static boolean notPublic(MxEndpoint endpoint) {
        return endpoint.outcome() == MxEndpoint.Outcome.ADDRESS_NOT_PUBLIC;
    }

    private static String list(List<MxEndpoint> endpoints) {
        return endpoints.stream().map(MxEndpoint::address).collect(Collectors.joining(", "));
    }
}

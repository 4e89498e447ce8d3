package dev.postern.check;

import dev.postern.observation.DnsAnswer;
import dev.postern.observation.Dnssec;
import dev.postern.setup.SetupPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// What holds for a domain's DNS as a whole.
final class DnsRules {

    private static final Duration LONG_TTL = Duration.ofDays(1);

    private DnsRules() {
    }

    static List<Finding> judge(Subject subject) {
        return List.of(dnssec(subject), ttl(subject));
    }

    private static Finding dnssec(Subject subject) {
        String name = subject.name().ascii();
        Dnssec dnssec = subject.seen().dnssec();
        var evidence = List.of(new Evidence("MX " + name + " with DNSSEC", dnssec.state()
                + (dnssec.detail().isEmpty() ? "" : ": " + dnssec.detail()), subject.seen().at()));
        return switch (dnssec.state()) {
            case SECURE -> Finding.pass(Check.DNSSEC, "The zone of " + name + " is signed, and the signatures hold.",
                    evidence);
            case INSECURE -> Finding.pass(Check.DNSSEC, "The zone of " + name + " is not signed. MTA-STS does not need "
                    + "it; DANE would.", evidence);
            case BOGUS -> Finding.fail(Check.DNSSEC, "The DNSSEC signatures of " + name + " do not hold: "
                    + dnssec.detail() + ". Resolvers that validate see nothing of the domain.",
                    "Sign the zone of " + name + " anew, or have its DS record removed at the registrar until it is.",
                    evidence);
            case UNKNOWN -> Finding.unknown(Check.DNSSEC, "Whether the zone of " + name + " is signed could not be told"
                    + (dnssec.detail().isEmpty() ? "." : ": " + dnssec.detail() + "."), "", evidence);
        };
    }

    private static Finding ttl(Subject subject) {
        var name = subject.name();
        var asked = new LinkedHashMap<String, DnsAnswer>();
        asked.put("TXT " + name.child("_mta-sts"), subject.seen().stsRecord());
        asked.put("CNAME " + SetupPlan.policyHost(name), subject.seen().policyHostCname());
        asked.put("TXT " + name.child("_smtp._tls"), subject.seen().tlsRptRecord());
        asked.put("MX " + name.ascii(), subject.seen().mx());
        var evidence = new ArrayList<Evidence>();
        asked.forEach((question, answer) -> evidence.addAll(subject.evidence(question, answer)));
        var slow = new ArrayList<String>();
        asked.forEach((question, answer) -> {
            if (answer instanceof DnsAnswer.Found(var _, var ttl) && ttl > LONG_TTL.toSeconds()) {
                slow.add(question + " (" + ttl + " s)");
            }
        });
        if (!slow.isEmpty()) {
            return Finding.warn(Check.DNS_TTL, "Changes take longer than a day to be seen: " + String.join(", ", slow)
                    + ".", "Lower the TTL of " + String.join(", ", slow) + " to an hour before the next change.",
                    evidence);
        }
        if (asked.values().stream().allMatch(DnsAnswer.Unknown.class::isInstance)) {
            return Finding.unknown(Check.DNS_TTL, "DNS gave no usable answer.", "", evidence);
        }
        return Finding.pass(Check.DNS_TTL, "Every record that the rollout changes can be changed within a day.",
                evidence);
    }
}

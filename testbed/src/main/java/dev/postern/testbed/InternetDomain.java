package dev.postern.testbed;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// A mail domain of the [SmallInternet], with all it publishes. It starts out healthy; each method changes one thing and
/// returns the domain, for chaining.
public final class InternetDomain {

    private static final String LOOPBACK = "127.0.0.1";
    private static final int ONE_WEEK = 604_800;

    private final SmallInternet internet;
    private final String name;
    private int changes;

    InternetDomain(SmallInternet internet, String name) {
        this.internet = internet;
        this.name = name;
        internet.publish(dns -> dns.a(policyHost(), LOOPBACK));
        mx("mx." + name);
        tlsRpt("mailto:tlsrpt@" + name);
    }

    public String name() {
        return name;
    }

    /// `mta-sts.` and the name (RFC 8461 §3.3).
    public String policyHost() {
        return "mta-sts." + name;
    }

    /// What its policy host answers: faults of HTTP.
    public PolicySite site() {
        return internet.web().site(policyHost());
    }

    /// These MX hosts in place of those it had, in the order of preference, and a policy in mode enforce that covers
    /// them. Hosts without a server of their own live on the shared one.
    public InternetDomain mx(String... hosts) {
        var lower = Arrays.stream(hosts).map(CertificateBySni::lower).toList();
        publishMx(lower);
        lower.forEach(internet::onSharedServer);
        return policy(policyText("enforce", lower));
    }

    /// These MX hosts in place of those it had; the policy stays, and may no longer cover them.
    public InternetDomain mxOnly(String... hosts) {
        var lower = Arrays.stream(hosts).map(CertificateBySni::lower).toList();
        publishMx(lower);
        lower.forEach(internet::onSharedServer);
        return this;
    }

    /// A null MX: it takes no mail (RFC 7505).
    public InternetDomain nullMx() {
        internet.publish(dns -> dns.remove(name, "MX").mx(name, 0, "."));
        return this;
    }

    /// Serves this policy, and tells of it by a new id in its MTA-STS record.
    public InternetDomain policy(String text) {
        site().serve(text);
        changes++;
        return stsRecord("v=STSv1; id=testbed" + changes + ";");
    }

    /// These texts at `_mta-sts`, in place of what stands there; the policy stays.
    public InternetDomain stsRecord(String... texts) {
        internet.publish(dns -> dns.txt("_mta-sts." + name, texts));
        return this;
    }

    /// Reports go to these addresses.
    public InternetDomain tlsRpt(String... addresses) {
        return tlsRptRecord("v=TLSRPTv1; rua=" + String.join(",", addresses) + ";");
    }

    /// These texts at `_smtp._tls`, in place of what stands there.
    public InternetDomain tlsRptRecord(String... texts) {
        internet.publish(dns -> dns.txt("_smtp._tls." + name, texts));
        return this;
    }

    /// Has no MTA-STS record, no policy host and no policy.
    public InternetDomain withoutMtaSts() {
        internet.publish(dns -> dns.remove("_mta-sts." + name, "TXT").remove(policyHost(), "A"));
        site().nothing();
        return this;
    }

    /// Has no TLS-RPT record.
    public InternetDomain withoutTlsRpt() {
        internet.publish(dns -> dns.remove("_smtp._tls." + name, "TXT"));
        return this;
    }

    /// Has its zone signed with DNSSEC.
    public InternetDomain signed() {
        internet.publish(dns -> dns.sign(name));
        return this;
    }

    /// Edits every view of DNS, for what no method here names.
    public InternetDomain also(Consumer<AuthoritativeDns> edit) {
        internet.publish(edit);
        return this;
    }

    /// Has its policy host run by somebody else: an alias in DNS, and at the edge a way to their server.
    ///
    /// @param host what the alias points to
    /// @param port of their HTTP server on loopback
    public InternetDomain policyHostedBy(String host, int port) {
        internet.publish(dns -> dns.cname(policyHost(), host).a(host, LOOPBACK));
        internet.edge().route(policyHost(), port);
        return this;
    }

    private void publishMx(List<String> hosts) {
        internet.publish(dns -> {
            dns.remove(name, "MX");
            for (int i = 0; i < hosts.size(); i++) {
                dns.mx(name, 10 * (i + 1), hosts.get(i));
            }
        });
    }

    /// A policy with these hosts (RFC 8461 §3.2).
    ///
    /// @param mode `enforce`, `testing` or `none`
    public static String policyText(String mode, List<String> hosts) {
        return "version: STSv1\r\nmode: " + mode + "\r\n"
                + hosts.stream().map(host -> "mx: " + host + "\r\n").collect(Collectors.joining())
                + "max_age: " + ONE_WEEK + "\r\n";
    }
}

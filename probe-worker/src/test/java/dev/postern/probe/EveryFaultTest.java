package dev.postern.probe;

import static dev.postern.check.Verdict.FAIL;
import static dev.postern.check.Verdict.PASS;
import static dev.postern.check.Verdict.UNKNOWN;
import static dev.postern.check.Verdict.WARN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.check.Check;
import dev.postern.check.DomainChecks;
import dev.postern.check.Finding;
import dev.postern.check.Seen;
import dev.postern.check.Verdict;
import dev.postern.name.DomainName;
import dev.postern.probe.mx.LooksInMemory;
import dev.postern.settings.Settings;
import dev.postern.testbed.CertificateAuthority;
import dev.postern.testbed.InternetDomain;
import dev.postern.testbed.SmallInternet;
import dev.postern.testbed.SmtpServer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every way in which mail and MTA-STS break, each at a domain of its own in one small internet: which check says so,
/// with which verdict, and what it says to do.
class EveryFaultTest {

    /// A domain in the making, with one MX.
    private record Scene(SmallInternet internet, InternetDomain domain) {

        String name() {
            return domain.name();
        }

        String mx() {
            return "mx." + domain.name();
        }

        SmtpServer server() {
            return internet.mx(mx());
        }

        CertificateAuthority ca() {
            return internet.authority();
        }
    }

    /// @param words of message and fix together
    private record Case(String title, Consumer<Scene> make, Check check, Verdict verdict, String... words) {
    }

    /// Kept short, so that what never answers does not hold up the test.
    private static final Map<String, String> IMPATIENT = Map.of("POSTERN_PUBLIC_HOST", "postern.test",
            "POSTERN_DNS_TIMEOUT", "700", "POSTERN_POLICY_FETCH_TIMEOUT", "4", "POSTERN_MX_TIMEOUT", "4",
            "POSTERN_PROBE_DEADLINE", "25");
    /// The machine may be a small one; too many at once would make healthy servers look slow.
    private static final int AT_ONCE = 6;

    private static final List<Case> CASES = new ArrayList<>();

    private static void when(String title, Consumer<Scene> make, Check check, Verdict verdict, String... words) {
        CASES.add(new Case(title, make, check, verdict, words));
    }

    static {
        dns();
        policyRecord();
        policyHost();
        policy();
        tlsRpt();
        smtp();
        certificates();
        dane();
    }

    private static void dns() {
        when("one MX", _ -> { }, Check.MX_RECORDS, PASS, "One MX");
        when("null MX", s -> s.domain().nullMx(), Check.MX_RECORDS, WARN, "takes no mail", "needs no MTA-STS");
        when("null MX beside another", s -> s.internet().publish(dns -> dns.mx(s.name(), 0, ".")), Check.MX_RECORDS,
                FAIL, "Remove the MX record");
        when("implicit MX", s -> s.internet().publish(dns -> dns.remove(s.name(), "MX")
                .a(s.name(), s.internet().sharedMx().ip())), Check.MX_RECORDS, WARN, "implicit MX", "Publish an MX");
        when("neither MX nor address", s -> s.internet().publish(dns -> dns.remove(s.name(), "MX")), Check.MX_RECORDS,
                FAIL, "no MX record and no address", "Publish the MX");
        when("DNS fails for the MX", s -> s.internet().publish(dns -> dns.servfail(s.name(), "MX")), Check.MX_RECORDS,
                UNKNOWN, "SERVFAIL");
        when("DNS is silent about the MX", s -> s.internet().publish(dns -> dns.silent(s.name(), "MX")),
                Check.MX_RECORDS, UNKNOWN, "no usable answer");
        when("answers too large for UDP", s -> s.internet().publish(dns -> dns.truncated(s.name())), Check.MX_RECORDS,
                PASS);
        when("DNS takes its time", s -> s.internet().publish(dns -> dns.delay(s.name(), Duration.ofMillis(200))),
                Check.MX_RECORDS, PASS);
        when("MX is an alias", s -> s.internet().publish(dns -> dns.cname(s.mx(), "real." + s.name())
                .a("real." + s.name(), s.internet().sharedMx().ip())), Check.MX_ALIAS, FAIL, "alias", "real.");
        when("MX is no alias", _ -> { }, Check.MX_ALIAS, PASS);
        when("MX has no address", s -> s.internet().publish(dns -> dns.remove(s.mx(), "A")), Check.MX_ADDRESSES, FAIL,
                "no address", "Give mx.");
        when("MX does not exist", s -> s.domain().mxOnly("gone." + s.name()).also(dns ->
                dns.remove("gone." + s.name(), "A")), Check.MX_ADDRESSES, FAIL, "NXDOMAIN", "Give gone.");
        when("MX address unknown", s -> s.internet().publish(dns -> dns.servfail(s.mx())), Check.MX_ADDRESSES, UNKNOWN,
                "no usable answer");
        when("MX has addresses", _ -> { }, Check.MX_ADDRESSES, PASS, "127.");
        when("zone not signed", _ -> { }, Check.DNSSEC, PASS, "not signed");
        when("zone signed", s -> s.domain().signed(), Check.DNSSEC, PASS, "signatures hold");
        when("signatures broken", s -> s.domain().signed().also(dns -> dns.breakSignatures(s.name())), Check.DNSSEC,
                FAIL, "do not hold", "Sign the zone");
        when("signatures expired", s -> s.domain().signed().also(dns -> dns.expireSignatures(s.name())), Check.DNSSEC,
                FAIL, "do not hold", "DS record");
        when("wrong DS record", s -> s.domain().signed().also(dns -> dns.wrongDs(s.name())), Check.DNSSEC, FAIL,
                "DS record");
        when("long TTL", s -> s.internet().publish(dns -> dns.ttl("_mta-sts." + s.name(), 200_000)), Check.DNS_TTL,
                WARN, "200000", "Lower the TTL");
        when("short TTLs", _ -> { }, Check.DNS_TTL, PASS);
    }

    private static void policyRecord() {
        when("record", _ -> { }, Check.STS_RECORD_SYNTAX, PASS, "id=");
        when("no record", s -> s.domain().withoutMtaSts(), Check.STS_RECORD_SYNTAX, FAIL, "no record", "v=STSv1");
        when("two records", s -> s.domain().stsRecord("v=STSv1; id=1;", "v=STSv1; id=2;"), Check.STS_RECORD_SYNTAX,
                FAIL, "2");
        when("record without id", s -> s.domain().stsRecord("v=STSv1;"), Check.STS_RECORD_SYNTAX, FAIL, "id");
        when("record with a bad id", s -> s.domain().stsRecord("v=STSv1; id=2026-11-23;"), Check.STS_RECORD_SYNTAX,
                FAIL, "id");
        when("record in several strings", s -> s.internet().publish(dns -> dns.txtStrings("_mta-sts." + s.name(),
                "v=STSv1; i", "d=abc1;")), Check.STS_RECORD_SYNTAX, PASS, "id=abc1");
        when("record behind an alias", s -> s.internet().publish(dns -> dns.cname("_mta-sts." + s.name(), "rec."
                + s.name()).cname("rec." + s.name(), "rec2." + s.name()).txt("rec2." + s.name(), "v=STSv1; id=x9;")),
                Check.STS_RECORD_SYNTAX, PASS, "id=x9");
        when("other records beside it", s -> s.domain().stsRecord("v=spf1 -all", "v=STSv1; id=7;"),
                Check.STS_RECORD_SYNTAX, PASS);
        when("DNS fails for the record", s -> s.internet().publish(dns -> dns.servfail("_mta-sts." + s.name())),
                Check.STS_RECORD_SYNTAX, UNKNOWN, "SERVFAIL");
    }

    private static void policyHost() {
        when("policy host has an address", _ -> { }, Check.POLICY_HOST_ADDRESS, PASS);
        when("policy host without address", s -> s.internet().publish(dns -> dns.remove("mta-sts." + s.name(), "A")),
                Check.POLICY_HOST_ADDRESS, FAIL, "no address", "address record");
        when("DNS fails for the policy host", s -> s.internet().publish(dns -> dns.servfail("mta-sts." + s.name())),
                Check.POLICY_HOST_ADDRESS, UNKNOWN);
        when("policy is served", _ -> { }, Check.STS_POLICY_FETCH, PASS);
        when("redirect", s -> s.domain().site().redirect("https://www.example.test/"), Check.STS_POLICY_FETCH, FAIL,
                "redirect", "exactly https://mta-sts.");
        when("wrong media type", s -> s.domain().site().contentType("application/octet-stream"),
                Check.STS_POLICY_FETCH, WARN, "octet-stream", "text/plain");
        when("no media type", s -> s.domain().site().contentType(""), Check.STS_POLICY_FETCH, WARN, "text/plain");
        when("oversize body", s -> s.domain().site().oversize(), Check.STS_POLICY_FETCH, FAIL, "64 KiB");
        when("endless body", s -> s.domain().site().endlessBody(), Check.STS_POLICY_FETCH, FAIL, "64 KiB");
        when("slow body", s -> s.domain().site().slowBody(Duration.ofSeconds(1)), Check.STS_POLICY_FETCH, UNKNOWN,
                "in time");
        when("slow headers", s -> s.domain().site().slowHeaders(Duration.ofSeconds(1)), Check.STS_POLICY_FETCH,
                UNKNOWN, "in time");
        when("404", s -> s.domain().site().nothing(), Check.STS_POLICY_FETCH, FAIL, "404", "status 200");
        when("500", s -> s.domain().site().status(500), Check.STS_POLICY_FETCH, FAIL, "500");
        when("policy host's certificate expired", s -> edge(s, s.ca().expired("mta-sts." + s.name())),
                Check.STS_POLICY_FETCH, FAIL, "not valid today", "Renew");
        when("policy host's certificate of another name", s -> edge(s, s.ca().issue("www." + s.name())),
                Check.STS_POLICY_FETCH, FAIL, "does not cover", "Get a certificate");
        when("policy host's certificate self-signed", s -> edge(s, s.ca().selfSigned("mta-sts." + s.name())),
                Check.STS_POLICY_FETCH, FAIL, "own key", "public certificate authority");
        when("policy host's intermediate missing", s -> edge(s, s.ca().withoutIntermediate("mta-sts." + s.name())),
                Check.STS_POLICY_FETCH, FAIL, "intermediate", "whole chain");
        when("policy host resets the handshake", s -> s.internet().edge().resetInHandshake("mta-sts." + s.name()),
                Check.STS_POLICY_FETCH, FAIL, "TLS");
        when("policy host silent in the handshake", s -> s.internet().edge().silentInHandshake("mta-sts." + s.name()),
                Check.STS_POLICY_FETCH, UNKNOWN, "in time");
        when("policy host with TLS 1.0 only", s -> s.internet().edge().onlyTls10("mta-sts." + s.name()),
                Check.STS_POLICY_FETCH, FAIL, "TLS 1.2");
        when("policy host's certificate ends in 10 days", s -> edge(s, s.ca().expiring(10, "mta-sts." + s.name())),
                Check.POLICY_HOST_CERTIFICATE, WARN, "10 days", "Renew");
        when("policy host's certificate ends in 2 days", s -> edge(s, s.ca().expiring(2, "mta-sts." + s.name())),
                Check.POLICY_HOST_CERTIFICATE, FAIL, "2 days", "Renew");
        when("policy host's certificate lasts", _ -> { }, Check.POLICY_HOST_CERTIFICATE, PASS);
        when("policy host elsewhere by alias", s -> s.domain().policyHostedBy("hosting." + s.name(),
                s.internet().web().port()), Check.STS_POLICY_FETCH, PASS);
    }

    private static void edge(Scene scene, dev.postern.testbed.ServerIdentity identity) {
        scene.internet().edge().present("mta-sts." + scene.name(), identity);
    }

    private static void policy() {
        when("policy with CRLF", s -> s.domain().site().crlf(), Check.STS_POLICY_SYNTAX, PASS);
        when("policy with LF", s -> s.domain().site().lf(), Check.STS_POLICY_SYNTAX, PASS);
        when("policy with CR only", s -> s.domain().site().crOnly(), Check.STS_POLICY_SYNTAX, FAIL, "Correct");
        when("byte order mark", s -> s.domain().site().byteOrderMark(), Check.STS_POLICY_SYNTAX, FAIL, "Correct");
        when("HTML page", s -> s.domain().site().htmlPage(), Check.STS_POLICY_SYNTAX, FAIL, "Correct");
        when("mode misspelled", s -> s.domain().policy("version: STSv1\nmode: Enforce\nmx: " + s.mx()
                + "\nmax_age: 604800\n"), Check.STS_POLICY_SYNTAX, FAIL, "mode");
        when("max_age too large", s -> s.domain().policy("version: STSv1\nmode: enforce\nmx: " + s.mx()
                + "\nmax_age: 99999999\n"), Check.STS_POLICY_SYNTAX, FAIL, "max_age");
        when("policy that lacks an MX", s -> s.domain().mxOnly("mx2." + s.name(), s.mx()), Check.POLICY_COVERS_MX,
                FAIL, "mx2.", "Add mx: mx2.", "new id");
        when("policy with a pattern that no MX matches", s -> s.domain().policy(InternetDomain.policyText("enforce",
                List.of(s.mx(), "old." + s.name()))), Check.POLICY_COVERS_MX, WARN, "old.", "Remove");
        when("policy that covers every MX", _ -> { }, Check.POLICY_COVERS_MX, PASS);
        when("wildcard one label too high", s -> s.domain().mxOnly("a.b." + s.name())
                .policy(InternetDomain.policyText("enforce", List.of("*." + s.name()))), Check.POLICY_COVERS_MX, FAIL,
                "a.b.");
        when("max_age of minutes", s -> s.domain().policy("version: STSv1\nmode: testing\nmx: " + s.mx()
                + "\nmax_age: 300\n"), Check.STS_MAX_AGE, WARN, "less than a day", "86400");
        when("max_age of a day under enforce", s -> s.domain().policy("version: STSv1\nmode: enforce\nmx: " + s.mx()
                + "\nmax_age: 86400\n"), Check.STS_MAX_AGE, WARN, "604800");
        when("max_age of a week", _ -> { }, Check.STS_MAX_AGE, PASS);
        when("max_age beyond a certificate that should have been renewed", s -> {
            s.server().certificate(s.ca().expiring(3, s.mx()));
            s.domain().policy("version: STSv1\nmode: enforce\nmx: " + s.mx() + "\nmax_age: 2592000\n");
        }, Check.STS_MAX_AGE, PASS);
        when("enforced policy", _ -> { }, Check.DOWNGRADE_PROTECTION, PASS, "enforce");
        when("policy in testing", s -> s.domain().policy(InternetDomain.policyText("testing", List.of(s.mx()))),
                Check.DOWNGRADE_PROTECTION, WARN, "remove STARTTLS", "enforce");
    }

    private static void tlsRpt() {
        when("TLS-RPT record", _ -> { }, Check.TLSRPT_RECORD, PASS);
        when("no TLS-RPT record", s -> s.domain().withoutTlsRpt(), Check.TLSRPT_RECORD, FAIL, "no record",
                "v=TLSRPTv1");
        when("two TLS-RPT records", s -> s.domain().tlsRptRecord("v=TLSRPTv1; rua=mailto:a@postern.test",
                "v=TLSRPTv1; rua=mailto:b@postern.test"), Check.TLSRPT_RECORD, FAIL, "2");
        when("TLS-RPT record without address", s -> s.domain().tlsRptRecord("v=TLSRPTv1;"), Check.TLSRPT_RECORD, FAIL,
                "rua");
        when("reports only to the domain itself", _ -> { }, Check.TLSRPT_DESTINATIONS, WARN, "behind the MXs",
                "https:");
        when("reports to another domain", s -> {
            s.internet().domain("reports.test");
            s.domain().tlsRpt("mailto:x@reports.test");
        }, Check.TLSRPT_DESTINATIONS, PASS);
        when("reports to nowhere", s -> s.domain().tlsRpt("mailto:x@absent.test"), Check.TLSRPT_DESTINATIONS, FAIL,
                "No report can arrive");
        when("reports to a dead web server", s -> {
            s.internet().publish(dns -> dns.a("dead." + s.name(), "127.0.0.1"));
            s.internet().edge().refuse("dead." + s.name());
            s.domain().tlsRpt("https://dead." + s.name() + "/r", "mailto:x@" + s.name());
        }, Check.TLSRPT_DESTINATIONS, WARN, "can't arrive");
    }

    private static void smtp() {
        when("MX answers", _ -> { }, Check.MX_REACHABLE, PASS);
        when("MX refuses connections", s -> s.server().down(), Check.MX_REACHABLE, FAIL, "takes no connection",
                "port 25");
        when("MX silent", s -> s.server().silent(), Check.MX_REACHABLE, UNKNOWN, "in time");
        when("greeting 421", s -> s.server().greeting(421, "too busy"), Check.MX_REACHABLE, UNKNOWN, "too busy");
        when("greeting 554", s -> s.server().greeting(554, "no service for you"), Check.MX_REACHABLE, FAIL,
                "no service for you", "allow its address");
        when("greeting after a second", s -> s.server().greetingDelay(Duration.ofSeconds(1)), Check.MX_REACHABLE, PASS);
        when("greeting too late", s -> s.server().greetingDelay(Duration.ofSeconds(20)), Check.MX_REACHABLE, UNKNOWN,
                "in time");
        when("tarpit", s -> s.server().tarpit(Duration.ofSeconds(3)), Check.MX_REACHABLE, UNKNOWN, "in time");
        when("greeting of several lines", s -> s.server().multilineGreeting("welcome", "to this server"),
                Check.MX_REACHABLE, PASS);
        when("endless banner", s -> s.server().endlessBanner(), Check.MX_REACHABLE, FAIL, "does not speak SMTP");
        when("endless line", s -> s.server().endlessLine(), Check.MX_REACHABLE, FAIL, "does not speak SMTP");
        when("reset at once", s -> s.server().resetAtOnce(), Check.MX_REACHABLE, FAIL, "port 25");
        when("connection limit", s -> s.server().connectionLimit(0), Check.MX_REACHABLE, UNKNOWN, "come back later");
        when("EHLO refused", s -> s.server().refuseEhlo(), Check.MX_REACHABLE, FAIL, "EHLO");
        when("one address of two is dead", s -> {
            s.server();
            s.internet().anotherAddress(s.mx()).down();
        }, Check.MX_REACHABLE, WARN, "takes no connection", "remove the address");
        when("IPv6 differs from IPv4", s -> {
            s.server();
            s.internet().ipv6Address(s.mx()).noStartTls();
        }, Check.MX_STARTTLS, FAIL, "0:0:0:0:0:0:0:1");
        when("bare line feeds", s -> s.server().bareLineFeeds(), Check.MX_REACHABLE, PASS);

        when("STARTTLS offered", _ -> { }, Check.MX_STARTTLS, PASS);
        when("STARTTLS in lower case", s -> s.server().lowerCase(), Check.MX_STARTTLS, PASS);
        when("STARTTLS not offered", s -> s.server().noStartTls(), Check.MX_STARTTLS, FAIL, "does not offer",
                "Turn on STARTTLS");
        when("STARTTLS offered and refused", s -> s.server().refuseStartTls(), Check.MX_STARTTLS, FAIL,
                "then refuses it", "certificate and key");
        when("STARTTLS stripped by a person in the middle", s -> {
            var middle = s.internet().middlePersonBefore(s.mx()).strippingStartTls();
            s.internet().publish(dns -> dns.a(s.mx(), middle.ip()));
        }, Check.MX_STARTTLS, FAIL, "does not offer", "between here and there");
        when("STARTTLS masked by a firewall", s -> {
            var middle = s.internet().middlePersonBefore(s.mx()).maskingStartTls();
            s.internet().publish(dns -> dns.a(s.mx(), middle.ip()));
        }, Check.MX_STARTTLS, FAIL, "removes it");
        when("person in the middle with a certificate of their own", s -> {
            var middle = s.internet().middlePersonBefore(s.mx()).impersonating(s.ca().selfSigned(s.mx()));
            s.internet().publish(dns -> dns.a(s.mx(), middle.ip()));
        }, Check.MX_CERTIFICATE_CHAIN, FAIL, "own key");
        when("STARTTLS of a silent server", s -> s.server().silent(), Check.MX_STARTTLS, UNKNOWN);
        when("TLS 1.0 only", s -> s.server().onlyTls10(), Check.MX_TLS_VERSION, FAIL, "TLS 1.2", "Enable");
        when("TLS 1.1 only", s -> s.server().onlyTls11(), Check.MX_TLS_VERSION, FAIL, "Enable TLS 1.2");
        when("TLS 1.2 only", s -> s.server().onlyTls12(), Check.MX_TLS_VERSION, PASS, "TLSv1.2");
        when("TLS 1.3 only", s -> s.server().onlyTls13(), Check.MX_TLS_VERSION, PASS, "TLSv1.3");
        when("reset in the handshake", s -> s.server().resetInHandshake(), Check.MX_TLS_VERSION, FAIL, "breaks off",
                "log of");
        when("closed in the handshake", s -> s.server().closeInHandshake(), Check.MX_TLS_VERSION, FAIL, "breaks off");
        when("garbage for a handshake", s -> s.server().garbageAfterStartTls(), Check.MX_TLS_VERSION, FAIL,
                "breaks off");
        when("plain text for a handshake", s -> s.server().plainAfterStartTls(), Check.MX_TLS_VERSION, FAIL,
                "breaks off");
        when("handshake refused", s -> s.server().refuseHandshake(), Check.MX_TLS_VERSION, FAIL, "breaks off");
        when("bytes injected before the handshake", s -> s.server().injectAfterStartTls(), Check.MX_TLS_VERSION, FAIL,
                "injection");
        when("silent in the handshake", s -> s.server().silentInHandshake(), Check.MX_TLS_VERSION, UNKNOWN);
    }

    private static void certificates() {
        when("trusted", _ -> { }, Check.MX_CERTIFICATE_CHAIN, PASS);
        when("through an intermediate", s -> shows(s, s.ca().issueThroughIntermediate(s.mx())),
                Check.MX_CERTIFICATE_CHAIN, PASS);
        when("intermediate missing", s -> shows(s, s.ca().withoutIntermediate(s.mx())), Check.MX_CERTIFICATE_CHAIN,
                FAIL, "intermediate", "send the whole chain");
        when("self-signed", s -> shows(s, s.ca().selfSigned(s.mx())), Check.MX_CERTIFICATE_CHAIN, FAIL, "own key",
                "public certificate authority");
        when("unknown root", s -> shows(s, s.ca().fromUnknownRoot(s.mx())), Check.MX_CERTIFICATE_CHAIN, FAIL,
                "do not know");
        when("wrong name", s -> shows(s, s.ca().issue("mail.other.test")), Check.MX_CERTIFICATE_NAME, FAIL,
                "mail.other.test", "Get a certificate that names mx.");
        when("right name", _ -> { }, Check.MX_CERTIFICATE_NAME, PASS);
        when("wildcard name", s -> shows(s, s.ca().issue("*." + s.name())), Check.MX_CERTIFICATE_NAME, PASS);
        when("expired", s -> shows(s, s.ca().expired(s.mx())), Check.MX_CERTIFICATE_EXPIRY, FAIL, "expired", "Renew");
        when("not yet valid", s -> shows(s, s.ca().notYetValid(s.mx())), Check.MX_CERTIFICATE_EXPIRY, FAIL,
                "not valid before");
        when("lasts", _ -> { }, Check.MX_CERTIFICATE_EXPIRY, PASS);
        when("SHA-1", s -> shows(s, s.ca().sha1(s.mx())), Check.MX_CERTIFICATE_STRENGTH, FAIL, "SHA1", "SHA-256");
        when("short RSA", s -> shows(s, s.ca().shortRsa(s.mx())), Check.MX_CERTIFICATE_STRENGTH, FAIL, "1024",
                "RSA 2048");
        when("RSA of 2048 bits", s -> shows(s, s.ca().rsa(s.mx())), Check.MX_CERTIFICATE_STRENGTH, PASS);
        when("nothing stapled", _ -> { }, Check.MX_CERTIFICATE_REVOCATION, PASS, "nothing");
        when("good stapled", s -> shows(s, s.ca().stapleGood(s.ca().issue(s.mx()))), Check.MX_CERTIFICATE_REVOCATION,
                PASS, "staples good");
        when("revoked", s -> shows(s, s.ca().revoked(s.mx())), Check.MX_CERTIFICATE_REVOCATION, FAIL, "revoked",
                "new key");
        when("stale staple", s -> shows(s, s.ca().stapleStale(s.ca().issue(s.mx()))), Check.MX_CERTIFICATE_REVOCATION,
                WARN, "can't be relied on");
        when("staple of another certificate", s -> shows(s, s.ca().stapleForAnother(s.ca().issue(s.mx()))),
                Check.MX_CERTIFICATE_REVOCATION, WARN, "can't be relied on");
        when("forged staple", s -> shows(s, s.ca().stapleForged(s.ca().issue(s.mx()))),
                Check.MX_CERTIFICATE_REVOCATION, WARN, "can't be relied on");
    }

    private static void shows(Scene scene, dev.postern.testbed.ServerIdentity identity) {
        scene.server().certificate(identity);
    }

    private static void dane() {
        when("no TLSA records", _ -> { }, Check.DANE_TLSA, PASS, "not used");
        when("DANE matches", s -> {
            s.domain().signed();
            s.internet().dane(s.mx());
        }, Check.DANE_TLSA, PASS, "matches 3 1 1");
        when("DANE does not match", s -> {
            s.domain().signed();
            s.internet().dane(s.mx()).certificate(s.ca().issue(s.mx()));
        }, Check.DANE_TLSA, FAIL, "refuse", "Publish TLSA _25._tcp.mx.");
        when("DANE in an unsigned zone", s -> s.internet().dane(s.mx()), Check.DANE_TLSA, WARN, "no sender uses",
                "Sign the zone");
        when("TLSA of usage 1", s -> {
            s.domain().signed();
            s.server();
            s.internet().publish(dns -> dns.tlsa(s.mx(), 25, 1, 1, 1, "00".repeat(32)));
        }, Check.DANE_TLSA, WARN, "not for SMTP", "3 1 1");
        when("DANE-TA through the whole chain", s -> {
            s.domain().signed();
            s.server().certificate(s.ca().withRoot(s.mx()));
            s.internet().publish(dns -> dns.tlsa(s.mx(), 25, 2, 0, 1, sha256(s.ca().root())));
        }, Check.DANE_TLSA, PASS, "matches 2 0 1");
        when("DANE and no STARTTLS", s -> {
            s.domain().signed();
            s.internet().dane(s.mx()).noStartTls();
        }, Check.DANE_TLSA, FAIL, "showed no certificate");
        when("DANE with broken signatures", s -> {
            s.domain().signed();
            s.internet().dane(s.mx());
            s.domain().also(dns -> dns.breakSignatures(s.name()));
        }, Check.DANE_TLSA, FAIL, "do not deliver");
        when("DANE and MTA-STS hold", s -> {
            s.domain().signed();
            s.internet().dane(s.mx());
        }, Check.DANE_WITH_STS, PASS, "both hold");
        when("DANE fails beside a policy", s -> {
            s.domain().signed();
            s.internet().dane(s.mx()).certificate(s.ca().issue(s.mx()));
        }, Check.DANE_WITH_STS, FAIL, "whatever the policy says", "TLSA records match first");
        when("DANE at one of two MXs", s -> {
            s.domain().signed().mx(s.mx(), "mx2." + s.name());
            s.internet().dane(s.mx());
        }, Check.DANE_WITH_STS, WARN, "Only 1 of 2");
    }

    private static String sha256(java.security.cert.X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(java.security.MessageDigest.getInstance("SHA-256")
                    .digest(certificate.getEncoded()));
        } catch (java.security.GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static final Map<Case, List<Finding>> FOUND = new HashMap<>();
    private static SmallInternet internet;

    @BeforeAll
    static void lookAtThemAll() {
        internet = SmallInternet.start();
        var scenes = new HashMap<Case, Scene>();
        for (int i = 0; i < CASES.size(); i++) {
            var scene = new Scene(internet, internet.domain("case" + i + ".test"));
            CASES.get(i).make().accept(scene);
            scenes.put(CASES.get(i), scene);
        }
        var settings = new HashMap<>(internet.environment());
        settings.putAll(IMPATIENT);
        var probe = Instruments.domainProbe(ProbeSettings.from(new Settings(settings)), new LooksInMemory(),
                Clock.systemUTC());
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            var looks = CASES.stream().collect(Collectors.toMap(each -> each, each -> CompletableFuture.supplyAsync(
                    () -> findings(probe, scenes.get(each).name()), threads)));
            looks.forEach((each, look) -> FOUND.put(each, look.join()));
        }
    }

    private static List<Finding> findings(DomainProbe probe, String name) {
        var domain = DomainName.parse(name).orThrow();
        var seen = probe.observe(domain, new DomainProbe.Wish(Set.of(), Duration.ZERO, Progress.NOBODY));
        return DomainChecks.judge(domain, Set.of(), Seen.once(seen));
    }

    @AfterAll
    static void stop() {
        internet.close();
    }

    @TestFactory
    Stream<DynamicTest> saysWhatIsWrongAndWhatToDo() {
        return CASES.stream().map(each -> DynamicTest.dynamicTest(each.title() + " → " + each.check().id() + " "
                + each.verdict(), () -> {
            Finding finding = FOUND.get(each).stream().filter(one -> one.check() == each.check()).findFirst()
                    .orElseThrow();
            String text = finding.message() + " | " + finding.fix();
            assertThat(finding.verdict()).as(text).isEqualTo(each.verdict());
            assertThat(text).satisfies(said -> List.of(each.words()).forEach(word -> assertThat(said).contains(word)));
            if (each.verdict() == FAIL || each.verdict() == WARN) {
                assertThat(finding.fix()).isNotBlank();
            }
            if (each.verdict() != UNKNOWN) {
                assertThat(finding.evidence()).isNotEmpty();
            }
        }));
    }

    @Test
    void everyCheckButThoseOfOthersIsFoundInEachState() {
        var covered = CASES.stream().map(Case::check).collect(Collectors.toSet());
        var elsewhere = EnumSet.of(Check.VANTAGE_AGREEMENT, Check.DOMAIN_OWNERSHIP, Check.STS_POLICY_BODY,
                Check.STS_ID_CHANGE);
        assertThat(Stream.of(Check.values()).filter(check -> check.need() != Check.Need.APART)
                .filter(check -> !elsewhere.contains(check))).allMatch(covered::contains);
    }
}

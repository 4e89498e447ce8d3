package dev.postern.check;

import static dev.postern.check.Verdict.FAIL;
import static dev.postern.check.Verdict.PASS;
import static dev.postern.check.Verdict.UNKNOWN;
import static dev.postern.check.Verdict.WARN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.name.DomainName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.FoundationAnswers;
import dev.postern.observation.FoundationAnswers.Organizational;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class FoundationRulesTest {

    private static final DomainName DOMAIN = new DomainName("example.test");
    private static final DnsAnswer SILENCE = new DnsAnswer.Unknown("SERVFAIL");
    private static final DnsAnswer NOTHING = new DnsAnswer.Absent("NXDOMAIN");

    /// What DNS holds, by name; what is not in it does not exist.
    private static final class Zone {

        private final Map<String, DnsAnswer> records = new HashMap<>();
        private Set<String> selectors = Set.of();
        private String domain = "example.test";

        Zone txt(String name, String... texts) {
            records.put(name, new DnsAnswer.Found(List.of(texts), 300));
            return this;
        }

        Zone silent(String name) {
            records.put(name, SILENCE);
            return this;
        }

        Zone selectors(String... names) {
            selectors = Set.of(names);
            return this;
        }

        Zone domain(String name) {
            domain = name;
            return this;
        }

        private DnsAnswer at(String name) {
            return records.getOrDefault(name, NOTHING);
        }

        List<Finding> judge() {
            var included = new LinkedHashMap<String, DnsAnswer>();
            records.forEach((name, answer) -> {
                if (!name.startsWith("_") && !name.contains("._") && !name.equals(domain)) {
                    included.put(name, answer);
                }
            });
            // What an include may name and nobody has.
            included.putIfAbsent("absent.test", NOTHING);
            var dkim = new HashMap<String, DnsAnswer>();
            Stream.concat(selectors.stream(), Stream.of("google", "default")).distinct()
                    .forEach(selector -> dkim.put(selector, at(selector + "._domainkey." + domain)));
            var consent = new HashMap<String, DnsAnswer>();
            Stream.of("reports.test", "other.test").filter(to -> records.toString().contains("@" + to))
                    .forEach(to -> consent.put(to, at("example.test._report._dmarc." + to)));
            var answers = new FoundationAnswers(at(domain), included, dkim, at("_dmarc." + domain),
                    domain.equals("example.test") ? Optional.empty()
                            : Optional.of(new Organizational("example.test", at("_dmarc.example.test"))), consent,
                    at("default._bimi." + domain));
            return FoundationRules.judge(new DomainName(domain), answers, selectors, Instant.EPOCH);
        }
    }

    private record Case(String title, Zone zone, Check check, Verdict verdict, List<String> words) {
    }

    private static Case when(String title, Zone zone, Check check, Verdict verdict, String... words) {
        return new Case(title, zone, check, verdict, List.of(words));
    }

    private static Zone spf(String... texts) {
        return new Zone().txt("example.test", texts);
    }

    private static Zone dmarc(String... texts) {
        return new Zone().txt("_dmarc.example.test", texts);
    }

    private static Zone key(String text) {
        return new Zone().selectors("s").txt("s._domainkey.example.test", text);
    }

    private static String rsa(int bits) {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return Base64.getEncoder().encodeToString(generator.generateKeyPair().getPublic().getEncoded());
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    /// What a first reading of the standards misses.
    private static Stream<Case> corners() {
        Zone wildcard = new Zone().selectors();
        Stream.of("google", "default").forEach(common -> wildcard.txt(common + "._domainkey.example.test",
                "v=spf1 -all"));
        Zone parked = new Zone().selectors();
        Stream.of("google", "default").forEach(common -> parked.txt(common + "._domainkey.example.test",
                "v=DKIM1; p="));
        String logo = "v=BIMI1; l=https://example.test/l.svg; a=https://example.test/v.pem";
        return Stream.of(
                when("redirect to a record without last word", spf("v=spf1 redirect=a.test").txt("a.test", "v=spf1 mx"),
                        Check.SPF_POLICY, WARN, "no last word", "v=spf1 include:a.test ~all"),
                when("redirect to ?all keeps its servers", spf("v=spf1 mx redirect=a.test")
                        .txt("a.test", "v=spf1 ip4:192.0.2.1 ?all"), Check.SPF_POLICY, WARN,
                        "v=spf1 mx include:a.test ~all"),
                when("redirect to +all", spf("v=spf1 mx redirect=a.test").txt("a.test", "v=spf1 +all"),
                        Check.SPF_POLICY, FAIL, "anybody", "a.test", "v=spf1 mx ~all"),
                when("include of +all", spf("v=spf1 mx include:a.test -all").txt("a.test", "v=spf1 +all"),
                        Check.SPF_POLICY, FAIL, "anybody", "a.test", "v=spf1 mx -all"),
                when("include of +all that fails", spf("v=spf1 mx ?include:a.test -all").txt("a.test", "v=spf1 +all"),
                        Check.SPF_POLICY, PASS),
                when("every address", spf("v=spf1 mx ip4:0.0.0.0/0 -all"), Check.SPF_POLICY, FAIL, "anybody",
                        "v=spf1 mx -all"),
                when("redirect unknown", spf("v=spf1 redirect=a.test").silent("a.test"), Check.SPF_POLICY, UNKNOWN,
                        "could not be read"),
                when("redirect to nothing", spf("v=spf1 redirect=absent.test"), Check.SPF_LOOKUPS, FAIL, "absent.test"),
                when("tidied, but not to +all", spf("v=spf1 +all mx"), Check.SPF_RECORD, WARN, "v=spf1 mx ~all"),
                when("redirect in a loop", spf("v=spf1 redirect=a.test").txt("a.test", "v=spf1 redirect=example.test"),
                        Check.SPF_LOOKUPS, FAIL, "loop"),
                when("SPF with something after all, corrected", spf("v=spf1 -all mx"), Check.SPF_RECORD, WARN,
                        "v=spf1 mx -all"),
                when("SPF with an idle redirect", spf("v=spf1 mx -all redirect=a.test"), Check.SPF_RECORD, WARN,
                        "TXT example.test v=spf1 mx -all"),
                when("an include that was not asked for", spf("v=spf1 include:unasked.test -all"), Check.SPF_LOOKUPS,
                        UNKNOWN, "unasked.test"),
                when("ten lookups", spf("v=spf1 " + "a:h.test ".repeat(10) + "-all"), Check.SPF_LOOKUPS, WARN,
                        "10 of ten"),
                when("eight lookups", spf("v=spf1 " + "a:h.test ".repeat(8) + "-all"), Check.SPF_LOOKUPS, PASS),
                when("20,000 lookups", spf("v=spf1 " + "a ".repeat(20_000) + "-all"), Check.SPF_LOOKUPS, FAIL,
                        "at least"),

                when("a wildcard is no key", wildcard, Check.DKIM_KEYS, UNKNOWN, "Name the selectors"),
                when("revoked keys at common selectors are no keys", parked, Check.DKIM_KEYS, UNKNOWN),
                when("space around =", key("v = DKIM1; p = " + rsa(2048)), Check.DKIM_KEYS, PASS, "2048"),
                when("SPF beside the key", new Zone().selectors("s").txt("s._domainkey.example.test",
                        "v=spf1 exp=a.test -all", "v=DKIM1; p=" + rsa(2048)), Check.DKIM_KEYS, PASS),
                when("two keys", new Zone().selectors("s").txt("s._domainkey.example.test", "p=" + rsa(2048),
                        "v=DKIM1; p=" + rsa(2048)), Check.DKIM_KEYS, FAIL, "2 keys"),
                when("key for SHA-1 only", key("v=DKIM1; h=sha1; p=" + rsa(2048)), Check.DKIM_KEYS, FAIL, "sha256"),
                when("key for another service", key("v=DKIM1; s=tlsrpt; p=" + rsa(2048)), Check.DKIM_KEYS, FAIL, "s="),
                when("unknown algorithm", key("v=DKIM1; k=dsa; p=AAAA"), Check.DKIM_KEYS, FAIL, "algorithm"),
                when("another version", key("v=DKIM2; p=" + rsa(2048)), Check.DKIM_KEYS, FAIL, "DKIM1"),
                when("out of test mode", key("v=DKIM1; t=y:s; n=hi; p=" + rsa(2048)), Check.DKIM_KEYS, WARN,
                        "v=DKIM1; t=s; n=hi; p="),

                when("wildcard TXT at _dmarc below the organizational domain", dmarc("v=DMARC1; p=reject")
                        .txt("_dmarc.mail.example.test", "v=spf1 -all").domain("mail.example.test"),
                        Check.DMARC_RECORD, PASS, "example.test applies"),
                when("its policy", dmarc("v=DMARC1; p=reject").txt("_dmarc.mail.example.test", "v=spf1 -all")
                        .domain("mail.example.test"), Check.DMARC_POLICY, PASS, "rejected"),
                when("two records above", dmarc("v=DMARC1; p=reject", "v=DMARC1; p=none").domain("mail.example.test"),
                        Check.DMARC_RECORD, FAIL, "2 DMARC records"),
                when("no answer from above", new Zone().silent("_dmarc.example.test").domain("mail.example.test"),
                        Check.DMARC_RECORD, UNKNOWN, "SERVFAIL"),
                when("no answer is not no record", new Zone().silent("_dmarc.example.test"), Check.DMARC_POLICY,
                        UNKNOWN,
                        "SERVFAIL"),
                when("two DMARC records, corrected", dmarc("v=DMARC1; p=reject", "v=DMARC1; p=none; fo=1"),
                        Check.DMARC_RECORD, FAIL, "TXT _dmarc.example.test v=DMARC1; p=none; fo=1"),
                when("DMARC with wrong words, corrected", dmarc("v=DMARC1; p=reject; pct=all; sp=no; aspf=x; fo=1"),
                        Check.DMARC_RECORD, WARN, "TXT _dmarc.example.test v=DMARC1; p=reject; fo=1"),
                when("DMARC without p, corrected", dmarc("v=DMARC1; fo=1"), Check.DMARC_RECORD, FAIL,
                        "TXT _dmarc.example.test v=DMARC1; p=none; fo=1"),
                when("p=none, corrected", dmarc("v=DMARC1; p=none; sp=none; pct=5; rua=mailto:d@example.test"),
                        Check.DMARC_POLICY, WARN,
                        "TXT _dmarc.example.test v=DMARC1; p=quarantine; rua=mailto:d@example.test"),
                when("sp=none above, corrected", dmarc("v=DMARC1; p=reject; sp=none").domain("mail.example.test"),
                        Check.DMARC_POLICY, WARN, "sp=none",
                        "TXT _dmarc.example.test v=DMARC1; p=reject; sp=quarantine"),
                when("capital alignment", dmarc("v=DMARC1; p=reject; adkim=S"), Check.DMARC_POLICY, PASS,
                        "DKIM strict"),
                when("capital alignment is no fault", dmarc("v=DMARC1; p=reject; adkim=S"), Check.DMARC_RECORD, PASS),
                when("no reports, corrected", dmarc("v=DMARC1; p=reject"), Check.DMARC_REPORTS, WARN,
                        "TXT _dmarc.example.test v=DMARC1; p=reject; rua=mailto:"),
                when("consent not asked for", dmarc("v=DMARC1; p=reject; rua=mailto:d@unasked.test"),
                        Check.DMARC_REPORTS, UNKNOWN, "unasked.test"),
                when("consent unknown", dmarc("v=DMARC1; p=reject; rua=mailto:d@reports.test")
                        .silent("example.test._report._dmarc.reports.test"), Check.DMARC_REPORTS, UNKNOWN,
                                "reports.test"),
                when("no address that takes reports", dmarc("v=DMARC1; p=reject; rua=example.test"),
                        Check.DMARC_REPORTS, WARN, "rua=mailto:"),
                when("reports to a subdomain need no consent", dmarc("v=DMARC1; p=reject; "
                        + "rua=mailto:d@in.example.test"),
                        Check.DMARC_REPORTS, PASS),

                when("a wildcard is no BIMI record", new Zone().txt("default._bimi.example.test", "v=spf1 -all"),
                        Check.BIMI_RECORD, PASS, "none is needed"),
                when("BIMI, DMARC unknown", new Zone().silent("_dmarc.example.test")
                        .txt("default._bimi.example.test", logo), Check.BIMI_RECORD, UNKNOWN, "SERVFAIL"),
                when("BIMI, p=none", dmarc("v=DMARC1; p=none").txt("default._bimi.example.test", logo),
                        Check.BIMI_RECORD, FAIL, "v=DMARC1; p=quarantine"),
                when("BIMI, pct", dmarc("v=DMARC1; p=reject; pct=50").txt("default._bimi.example.test", logo),
                        Check.BIMI_RECORD, FAIL, "enforced"),
                when("BIMI, subdomains open", dmarc("v=DMARC1; p=reject; sp=none").txt("default._bimi.example.test",
                        logo),
                        Check.BIMI_RECORD, FAIL, "enforced", "TXT _dmarc.example.test v=DMARC1; p=reject"),
                when("BIMI unknown", new Zone().silent("default._bimi.example.test"), Check.BIMI_RECORD, UNKNOWN),
                when("two BIMI records", new Zone().txt("default._bimi.example.test", logo, logo), Check.BIMI_RECORD,
                        FAIL, "2 BIMI records"),
                when("BIMI without l", new Zone().txt("default._bimi.example.test", "v=BIMI1; a=x"), Check.BIMI_RECORD,
                        FAIL, "l="));
    }

    private static Stream<Case> cases() {
        String eleven = "v=spf1 " + IntStream.range(0, 11).mapToObj(i -> "a:h" + i + ".test")
                .collect(Collectors.joining(" ")) + " -all";
        String nine = "v=spf1 " + IntStream.range(0, 9).mapToObj(i -> "a:h" + i + ".test")
                .collect(Collectors.joining(" ")) + " -all";
        Zone nested = spf("v=spf1 include:a.test -all").txt("a.test", "v=spf1 include:b.test include:c.test -all")
                .txt("b.test", nine).txt("c.test", "v=spf1 ip4:192.0.2.1 -all");
        return Stream.of(
                when("SPF", spf("v=spf1 mx -all"), Check.SPF_RECORD, PASS),
                when("SPF that allows nobody", spf("v=spf1 -all"), Check.SPF_RECORD, PASS, "Nobody"),
                when("no SPF", new Zone(), Check.SPF_RECORD, FAIL, "v=spf1"),
                when("SPF unknown", new Zone().silent("example.test"), Check.SPF_RECORD, UNKNOWN, "SERVFAIL"),
                when("two SPF records", spf("v=spf1 mx -all", "v=spf1 a ~all"), Check.SPF_RECORD, FAIL, "2 SPF records",
                        "v=spf1 mx a ~all"),
                when("SPF misspelled", spf("v=spf1 ipv4:192.0.2.1 -all"), Check.SPF_RECORD, FAIL),
                when("SPF with ptr", spf("v=spf1 ptr -all"), Check.SPF_RECORD, WARN, "ptr"),
                when("SPF with something after all", spf("v=spf1 -all mx"), Check.SPF_RECORD, WARN, "Nothing behind"),
                when("few lookups", spf("v=spf1 mx -all"), Check.SPF_LOOKUPS, PASS, "1 of ten"),
                when("eleven lookups", spf(eleven), Check.SPF_LOOKUPS, FAIL, "11 lookups", "Remove includes"),
                when("nine lookups", spf(nine), Check.SPF_LOOKUPS, WARN, "9 of ten"),
                when("nested lookups", nested, Check.SPF_LOOKUPS, FAIL, "12 lookups"),
                when("include of nothing", spf("v=spf1 include:absent.test -all"), Check.SPF_LOOKUPS, FAIL,
                        "absent.test"),
                when("include without SPF", spf("v=spf1 include:a.test -all").txt("a.test", "hello"),
                        Check.SPF_LOOKUPS, FAIL, "no valid SPF record"),
                when("include in a loop", spf("v=spf1 include:a.test -all")
                        .txt("a.test", "v=spf1 include:example.test -all"), Check.SPF_LOOKUPS, FAIL, "loop"),
                when("include unknown", spf("v=spf1 include:a.test -all").silent("a.test"), Check.SPF_LOOKUPS, UNKNOWN,
                        "a.test"),
                when("-all", spf("v=spf1 -all"), Check.SPF_POLICY, PASS, "-all"),
                when("~all", spf("v=spf1 ~all"), Check.SPF_POLICY, PASS, "~all"),
                when("+all", spf("v=spf1 +all"), Check.SPF_POLICY, FAIL, "anybody", "~all"),
                when("?all", spf("v=spf1 mx ?all"), Check.SPF_POLICY, WARN, "v=spf1 mx ~all"),
                when("no last word", spf("v=spf1 mx"), Check.SPF_POLICY, WARN, "no last word"),
                when("redirect", spf("v=spf1 redirect=a.test").txt("a.test", "v=spf1 -all"), Check.SPF_POLICY, PASS),

                when("no selector known", new Zone(), Check.DKIM_KEYS, UNKNOWN, "no evidence", "Name the selectors"),
                when("good key", key("v=DKIM1; k=rsa; p=" + rsa(2048)), Check.DKIM_KEYS, PASS, "2048"),
                when("weak key", key("v=DKIM1; p=" + rsa(1024)), Check.DKIM_KEYS, WARN, "1024", "2048 bits"),
                when("short key", key("v=DKIM1; p=" + rsa(512)), Check.DKIM_KEYS, FAIL, "512"),
                when("Ed25519", key("v=DKIM1; k=ed25519; p=" + Base64.getEncoder().encodeToString(new byte[32])),
                        Check.DKIM_KEYS, PASS, "ed25519"),
                when("test mode", key("v=DKIM1; t=y; p=" + rsa(2048)), Check.DKIM_KEYS, WARN, "test mode"),
                when("revoked", key("v=DKIM1; p="), Check.DKIM_KEYS, FAIL, "revoked"),
                when("cut off", key("v=DKIM1; p=" + rsa(2048).substring(0, 100)), Check.DKIM_KEYS, FAIL, "cut off"),
                when("no base64", key("v=DKIM1; p=\\\"AAA"), Check.DKIM_KEYS, FAIL, "base64"),
                when("given selector without key", new Zone().selectors("s"), Check.DKIM_KEYS, FAIL, "no key at s"),
                when("given selector unknown", new Zone().selectors("s").silent("s._domainkey.example.test"),
                        Check.DKIM_KEYS, UNKNOWN),
                when("common selector", new Zone().txt("google._domainkey.example.test", "v=DKIM1; p=" + rsa(2048)),
                        Check.DKIM_KEYS, PASS, "google"),

                when("DMARC", dmarc("v=DMARC1; p=reject; rua=mailto:d@example.test"), Check.DMARC_RECORD, PASS),
                when("no DMARC", new Zone(), Check.DMARC_RECORD, FAIL, "v=DMARC1; p=none"),
                when("DMARC unknown", new Zone().silent("_dmarc.example.test"), Check.DMARC_RECORD, UNKNOWN),
                when("two DMARC records", dmarc("v=DMARC1; p=none", "v=DMARC1; p=reject"), Check.DMARC_RECORD, FAIL,
                        "2 DMARC records"),
                when("DMARC without policy", dmarc("v=DMARC1;"), Check.DMARC_RECORD, FAIL, "p="),
                when("DMARC with a wrong policy and rua", dmarc("v=DMARC1; p=block; rua=mailto:d@example.test"),
                        Check.DMARC_RECORD, WARN, "p=none"),
                when("DMARC in other words", dmarc("dmarc=yes"), Check.DMARC_RECORD, FAIL, "begin"),
                when("DMARC of the organizational domain", dmarc("v=DMARC1; p=reject; sp=quarantine")
                        .domain("mail.example.test"), Check.DMARC_RECORD, PASS, "example.test applies"),
                when("no DMARC anywhere", new Zone().domain("mail.example.test"), Check.DMARC_RECORD, FAIL, "Neither"),
                when("p=reject", dmarc("v=DMARC1; p=reject"), Check.DMARC_POLICY, PASS, "rejected"),
                when("alignment", dmarc("v=DMARC1; p=quarantine; adkim=s"), Check.DMARC_POLICY, PASS,
                        "DKIM strict, SPF relaxed"),
                when("alignment misspelled", dmarc("v=DMARC1; p=reject; aspf=strict"), Check.DMARC_RECORD, WARN,
                        "aspf"),
                when("p=none", dmarc("v=DMARC1; p=none"), Check.DMARC_POLICY, WARN, "only watches", "p=quarantine"),
                when("pct", dmarc("v=DMARC1; p=reject; pct=20"), Check.DMARC_POLICY, WARN, "20 %", "Remove pct"),
                when("sp=none", dmarc("v=DMARC1; p=reject; sp=none"), Check.DMARC_POLICY, WARN, "sp=none"),
                when("sp counts below", dmarc("v=DMARC1; p=reject; sp=none").domain("mail.example.test"),
                        Check.DMARC_POLICY, WARN, "only watches"),
                when("reports to oneself", dmarc("v=DMARC1; p=reject; rua=mailto:d@example.test"),
                        Check.DMARC_REPORTS, PASS),
                when("no reports", dmarc("v=DMARC1; p=reject"), Check.DMARC_REPORTS, WARN, "rua="),
                when("reports elsewhere with consent", dmarc("v=DMARC1; p=reject; rua=mailto:d@reports.test")
                        .txt("example.test._report._dmarc.reports.test", "v=DMARC1;"), Check.DMARC_REPORTS, PASS),
                when("reports elsewhere without", dmarc("v=DMARC1; p=reject; rua=mailto:d@reports.test!10m"),
                        Check.DMARC_REPORTS, FAIL, "not consented", "example.test._report._dmarc.reports.test"),

                when("no BIMI", new Zone(), Check.BIMI_RECORD, PASS, "none is needed"),
                when("BIMI", dmarc("v=DMARC1; p=reject").txt("default._bimi.example.test",
                        "v=BIMI1; l=https://example.test/l.svg; a=https://example.test/v.pem"), Check.BIMI_RECORD,
                                PASS),
                when("BIMI without certificate", dmarc("v=DMARC1; p=reject").txt("default._bimi.example.test",
                        "v=BIMI1; l=https://example.test/l.svg;"), Check.BIMI_RECORD, WARN, "mark certificate"),
                when("BIMI without DMARC", new Zone().txt("default._bimi.example.test",
                        "v=BIMI1; l=https://example.test/l.svg;"), Check.BIMI_RECORD, FAIL, "DMARC"),
                when("BIMI over http", new Zone().txt("default._bimi.example.test", "v=BIMI1; l=http://e.test/l.svg"),
                        Check.BIMI_RECORD, FAIL, "https"),
                when("BIMI declined", new Zone().txt("default._bimi.example.test", "v=BIMI1; l=; a="),
                        Check.BIMI_RECORD, PASS, "declines"));
    }

    @TestFactory
    Stream<DynamicTest> saysWhatIsWrongAndWhatToDo() {
        return Stream.concat(cases(), corners()).map(each -> DynamicTest.dynamicTest(each.title() + " → "
                + each.check().id() + " " + each.verdict(), () -> {
            Finding finding = each.zone().judge().stream().filter(one -> one.check() == each.check()).findFirst()
                    .orElseThrow();
            String text = finding.message() + " | " + finding.fix();
            assertThat(finding.verdict()).as(text).isEqualTo(each.verdict());
            each.words().forEach(word -> assertThat(text).contains(word));
            if (each.verdict() == FAIL || each.verdict() == WARN) {
                assertThat(finding.fix()).isNotBlank();
            }
            if (each.verdict() != UNKNOWN) {
                assertThat(finding.evidence()).isNotEmpty();
            }
        }));
    }

    /// Who publishes what a fix says must be done with it: no advice may break the domain or leave the fault in.
    @TestFactory
    Stream<DynamicTest> whatIsAdvisedHoldsOncePublished() {
        Zone others = new Zone().txt("a.test", "v=spf1 ip4:192.0.2.1 ?all").txt("open.test", "v=spf1 +all");
        return Stream.of(
                spf("v=spf1 mx -all", "v=spf1 a ~all"), spf("v=spf1 mx"), spf("v=spf1 mx ?all"), spf("v=spf1 mx +all"),
                spf("v=spf1 redirect=a.test"), spf("v=spf1 mx redirect=open.test"), spf("v=spf1 mx include:open.test "
                        + "-all"),
                spf("v=spf1 mx -all redirect=a.test x=y"), spf("v=spf1 -all mx"), spf("v=spf1 mx include:absent.test "
                        + "-all"),
                dmarc("v=DMARC1; p=none; rua=mailto:d@example.test"), dmarc("v=DMARC1; p=reject; pct=5"),
                dmarc("v=DMARC1; p=none", "v=DMARC1; p=reject"), dmarc("v=DMARC1; p=x; sp=y; pct=z; aspf=q; rua=w"),
                dmarc("v=DMARC1; p=reject; sp=none"), dmarc("v=DMARC1; p=reject; fo=1"),
                dmarc("v=DMARC1; p=quarantine; sp=none").domain("mail.example.test"), new Zone())
                .map(zone -> DynamicTest.dynamicTest(zone.records.values().toString(), () -> {
                    others.records.forEach(zone.records::putIfAbsent);
                    zone.judge().stream().filter(finding -> RECORD.matcher(finding.fix()).find()).forEach(finding -> {
                        var advised = RECORD.matcher(finding.fix());
                        assertThat(advised.find()).isTrue();
                        var after = new Zone().domain(zone.domain);
                        after.records.putAll(zone.records);
                        Finding then = after.txt(advised.group("name"), advised.group("record")).judge().stream()
                                .filter(one -> one.check() == finding.check()).findFirst().orElseThrow();
                        assertThat(then.verdict()).as(finding + " then " + then).isEqualTo(PASS);
                    });
                }));
    }

    private static final Pattern RECORD = Pattern.compile("TXT (?<name>\\S+) (?<record>v=(?:spf1|DMARC1;).*?)"
            + "(?=$|, with | with an | unless |, and p=)");

    @Test
    void keepsStrangersWordsShort() {
        String many = IntStream.range(0, 3_000).mapToObj(i -> "mailto:a@d" + i + ".example.test")
                .collect(Collectors.joining(","));
        var zones = List.of(spf("v=spf1 " + "a ".repeat(20_000)), spf("v=spf1 redirect=" + "%{d}".repeat(10_000)),
                spf("v=spf1 " + "include:a..test ".repeat(3_000) + "?all"), spf("v=spf1 include:" + "a".repeat(60_000)
                + ".test"), spf("v=spf1 " + "ptr ".repeat(10_000) + "-all", "v=spf1 " + "mx ".repeat(10_000)),
                key("v=DKIM1; t=y; n=" + "x".repeat(60_000) + "; p=" + rsa(2048)), key("p=" + "A".repeat(60_000)),
                dmarc("v=DMARC1; p=none; rua=" + many), dmarc("v=DMARC1; p=none; x=" + "y".repeat(60_000)),
                new Zone().txt("default._bimi.example.test", "v=BIMI1; l=" + "x".repeat(60_000)),
                dmarc("v=DMARC1; p=reject").txt("default._bimi.example.test", "v=BIMI1; l=https://e.test/"
                        + "x".repeat(60_000)));
        for (Zone zone : zones) {
            assertThat(zone.judge()).allSatisfy(finding -> {
                assertThat(finding.message()).hasSizeLessThan(5_000);
                assertThat(finding.fix()).hasSizeLessThan(5_000);
                assertThat(finding.evidence()).hasSizeLessThan(50);
            });
        }
    }

    @Test
    void saysEachOnceAndKnowsNothingOfSilence() {
        var findings = FoundationRules.judge(DOMAIN, FoundationAnswers.unknown("no answer"), Set.of(), Instant.EPOCH);
        assertThat(findings).extracting(Finding::check).containsExactlyInAnyOrder(Stream.of(Check.values())
                .filter(check -> check.stage() == Stage.FOUNDATION).toArray(Check[]::new));
        assertThat(findings).extracting(Finding::verdict).containsOnly(UNKNOWN);
    }

    @Test
    void ladderNamesTheLowestRungToWorkOn() {
        var withSpf = spf("v=spf1 -all").judge();
        assertThat(Ladder.of(withSpf).rungs().getFirst().state()).isEqualTo(Ladder.State.DONE);
        // DKIM can't be told from outside, and does not hold up the way.
        assertThat(Ladder.of(withSpf).next().orElseThrow().layer()).isEqualTo(Ladder.Layer.DMARC);
        assertThat(Ladder.of(new Zone().judge()).next().orElseThrow().layer()).isEqualTo(Ladder.Layer.SPF);
        assertThat(Ladder.of(List.of()).rungs()).hasSize(7)
                .allMatch(rung -> rung.state() == Ladder.State.UNKNOWN);
    }
}

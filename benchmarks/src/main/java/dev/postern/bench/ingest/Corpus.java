package dev.postern.bench.ingest;

import dev.postern.tlsrpt.FailureDetail;
import dev.postern.tlsrpt.PolicyReport;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.ResultType;
import dev.postern.tlsrpt.TlsReport;
import dev.postern.tlsrpt.TlsReportWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/// Reports as senders make them, the same for the same seed.
///
/// Nobody has published how large reports are in the field, so the mix is an assumption, made from the samples that are
/// public: the example of RFC 8460 Appendix B and the samples of a widely used analyser have 400 to 1,500 bytes, one policy
/// and none to three failures. Here most reports are such ones; some list many failures, as of a large sender on a bad
/// day, and a few have megabytes, as a large sender may make of a large domain's outage.
final class Corpus {

    /// One of so many is a report of megabytes.
    private static final int RARE = 5_000;
    private static final ResultType[] TYPES = {ResultType.STARTTLS_NOT_SUPPORTED, ResultType.CERTIFICATE_EXPIRED,
            ResultType.CERTIFICATE_HOST_MISMATCH, ResultType.CERTIFICATE_NOT_TRUSTED, ResultType.VALIDATION_FAILURE,
            ResultType.STS_POLICY_FETCH_ERROR, ResultType.STS_WEBPKI_INVALID};

    /// One report on its way.
    ///
    /// @param domain number of the domain that it is about
    /// @param sender number of the one who sends it
    record Item(int domain, int sender, byte[] json) {

        byte[] gzip() {
            return Corpus.gzip(json);
        }
    }

    private final long seed;
    private final int domains;
    private final int senders;
    private final LocalDate day;

    /// @param day that the reports are about
    Corpus(long seed, int domains, int senders, LocalDate day) {
        this.seed = seed;
        this.domains = domains;
        this.senders = senders;
        this.day = day;
    }

    static String domain(int number) {
        return "domain" + number + ".test";
    }

    static String sender(int number) {
        return "sender" + number + ".test";
    }

    static String mx(int domain, int number) {
        return "mx" + number + "." + domain(domain);
    }

    /// @param from  number of the first: no two numbers make the same report
    List<Item> items(int from, int count) {
        var items = new ArrayList<Item>(count);
        for (int i = from; i < from + count; i++) {
            items.add(item(i));
        }
        return items;
    }

    private Item item(int number) {
        var random = new Random(seed * 1_000_003 + number);
        int domain = random.nextInt(domains);
        int sender = random.nextInt(senders);
        int details = number % RARE == RARE / 2 ? 5_000 + random.nextInt(15_000) : details(random);
        String submitter = sender(sender);
        var report = new TlsReport("Sender " + sender + " Inc.", Optional.of("smtp-tls-reporting@" + submitter),
                day + "T00.00.00Z+" + domain(domain) + "@" + submitter + "-" + number,
                day.atStartOfDay().toInstant(ZoneOffset.UTC), day.atTime(23, 59, 59).toInstant(ZoneOffset.UTC),
                policies(random, domain, details));
        return new Item(domain, sender, TlsReportWriter.toJson(report));
    }

    private static int details(Random random) {
        int draw = random.nextInt(1_000);
        if (draw < 830) {
            return 0;
        }
        if (draw < 950) {
            return 1 + random.nextInt(3);
        }
        return draw < 998 ? 4 + random.nextInt(47) : 51 + random.nextInt(950);
    }

    private static List<PolicyReport> policies(Random random, int domain, int details) {
        var policies = new ArrayList<PolicyReport>();
        int draw = random.nextInt(100);
        PolicyType type = draw < 85 ? PolicyType.STS : draw < 95 ? PolicyType.NO_POLICY_FOUND : PolicyType.TLSA;
        policies.add(policy(random, type, domain, details));
        if (type == PolicyType.STS && draw < 4) {
            policies.add(policy(random, PolicyType.TLSA, domain, 0));
        }
        return policies;
    }

    private static PolicyReport policy(Random random, PolicyType type, int domain, int details) {
        var failures = new ArrayList<FailureDetail>();
        long failed = 0;
        for (int i = 0; i < details; i++) {
            long sessions = 1 + random.nextInt(20);
            failed += sessions;
            ResultType result = TYPES[random.nextInt(TYPES.length)];
            int mx = 1 + random.nextInt(3);
            failures.add(new FailureDetail(result, result.wire(), Optional.of("192.0.2." + random.nextInt(256)),
                    Optional.of(mx(domain, mx)), random.nextBoolean() ? Optional.of(mx(domain, mx)) : Optional.empty(),
                    Optional.of("198.51.100." + random.nextInt(256)), OptionalLong.of(sessions), Optional.empty(),
                    random.nextInt(3) == 0 ? Optional.of("X509_V_ERR_CERT_HAS_EXPIRED") : Optional.empty()));
        }
        List<String> strings = type == PolicyType.STS ? List.of("version: STSv1", "mode: testing",
                "mx: " + mx(domain, 1), "mx: " + mx(domain, 2), "mx: " + mx(domain, 3), "max_age: 604800")
                : type == PolicyType.TLSA ? List.of("3 1 1 0D6FCE13243AA7" + Long.toHexString(random.nextLong()))
                : List.of();
        return new PolicyReport(type, type == PolicyType.STS ? "sts" : type == PolicyType.TLSA ? "tlsa"
                : "no-policy-found", strings, Optional.of(domain(domain)),
                type == PolicyType.STS ? List.of(mx(domain, 1), mx(domain, 2), mx(domain, 3)) : List.of(),
                OptionalLong.of(1 + random.nextInt(2_000)), OptionalLong.of(failed), failures);
    }

    static byte[] gzip(byte[] bytes) {
        var packed = new ByteArrayOutputStream(bytes.length / 3 + 64);
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }
}

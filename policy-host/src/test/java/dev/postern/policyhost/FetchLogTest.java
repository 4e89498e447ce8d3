package dev.postern.policyhost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stream.PolicyFetches;
import dev.postern.stream.PolicyFetches.Fetcher;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FetchLogTest {

    private static final Instant AT = Instant.parse("2026-12-01T03:00:00Z");
    private static final String BODY = "ab".repeat(32);

    private final FetchLog log = new FetchLog();

    @Test
    void countsOneClientOnce() {
        log.note("example.test", "192.0.2.0/24", "sender/1", BODY, AT.plusSeconds(1));
        log.note("example.test", "192.0.2.0/24", "sender/1", BODY, AT);
        log.note("example.test", "192.0.2.0/24", "sender/2", BODY, AT);
        log.note("other.test", "192.0.2.0/24", "sender/1", BODY, AT);

        assertThat(log.take()).usingRecursiveFieldByFieldElementComparator(RecursiveComparisonConfiguration.builder()
                .withIgnoreCollectionOrder(true).build()).containsExactlyInAnyOrder(
                new PolicyFetches("example.test", List.of(
                        new Fetcher("192.0.2.0/24", "sender/2", BODY, 1, AT, AT),
                        new Fetcher("192.0.2.0/24", "sender/1", BODY, 2, AT, AT.plusSeconds(1)))),
                new PolicyFetches("other.test", List.of(new Fetcher("192.0.2.0/24", "sender/1", BODY, 1, AT, AT))));
        assertThat(log.take()).isEmpty();
    }

    @Test
    void aFloodCostsOneDomainItsDetailAndNoOtherDomainAnything() {
        int flood = 50_000;
        for (int i = 0; i < flood; i++) {
            log.note("flooded.test", "10." + i / 256 % 256 + "." + i % 256 + ".0/24", "bot " + i, BODY, AT);
        }
        log.note("quiet.test", "192.0.2.0/24", "sender", BODY, AT);

        var all = log.take();
        var flooded = all.stream().filter(each -> each.domain().equals("flooded.test")).findFirst().orElseThrow();
        assertThat(flooded.fetchers()).hasSize(FetchLog.MOST_OF_ONE + 1);
        assertThat(flooded.fetchers().stream().mapToLong(Fetcher::fetches).sum()).as("none is lost").isEqualTo(flood);
        assertThat(flooded.fetchers()).contains(new Fetcher("", "", BODY, flood - FetchLog.MOST_OF_ONE, AT, AT));
        assertThat(all).contains(new PolicyFetches("quiet.test",
                List.of(new Fetcher("192.0.2.0/24", "sender", BODY, 1, AT, AT))));
    }

    @Test
    void allDomainsTogetherHaveABound() {
        for (int domain = 0; domain < 40; domain++) {
            for (int i = 0; i < FetchLog.MOST_OF_ONE; i++) {
                log.note("d" + domain + ".test", "192.0.2.0/24", "agent " + i, BODY, AT);
            }
        }
        var all = log.take();
        assertThat(all.stream().mapToInt(each -> each.fetchers().size()).sum()).isLessThanOrEqualTo(FetchLog.MOST + 40);
        assertThat(all.stream().flatMap(each -> each.fetchers().stream()).mapToLong(Fetcher::fetches).sum())
                .isEqualTo(40L * FetchLog.MOST_OF_ONE);
    }

    @Test
    void whatCouldNotBePassedOnIsCountedOn() {
        log.note("example.test", "192.0.2.0/24", "sender", BODY, AT);
        var taken = log.take();
        log.note("example.test", "192.0.2.0/24", "sender", BODY, AT.plusSeconds(5));
        taken.forEach(log::giveBack);

        assertThat(log.take()).containsExactly(new PolicyFetches("example.test",
                List.of(new Fetcher("192.0.2.0/24", "sender", BODY, 2, AT, AT.plusSeconds(5)))));
        assertThat(log.isEmpty()).isTrue();
    }

    @Test
    void losesNoneWhileManyNoteAndOneTakes() throws Exception {
        int each = 20_000;
        var taken = new ArrayList<PolicyFetches>();
        var writing = new AtomicInteger(4);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> writers = threads.invokeAll(IntStream.range(0, 5).<Callable<Void>>mapToObj(i -> () -> {
                if (i == 4) {
                    while (writing.get() > 0) {
                        taken.addAll(log.take());
                    }
                    return null;
                }
                for (int n = 0; n < each; n++) {
                    log.note("d" + n % 3 + ".test", "192.0.2.0/24", "writer " + i, BODY, AT);
                }
                writing.decrementAndGet();
                return null;
            }).toList());
            for (Future<Void> writer : writers) {
                writer.get();
            }
        }
        taken.addAll(log.take());
        assertThat(taken.stream().flatMap(some -> some.fetchers().stream()).mapToLong(Fetcher::fetches).sum())
                .isEqualTo(4L * each);
        assertThat(log.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.7, 192.0.2.0/24", "255.254.253.252, 255.254.253.0/24", "2001:db8:1:2::3, 2001:db8:1::/48",
            "::1, 0:0:0::/48", "::ffff:198.51.100.9, 198.51.100.0/24"})
    void keepsTheNetworkOnly(String address, String network) {
        assertThat(Network.of(InetAddress.ofLiteral(address))).isEqualTo(network);
    }
}

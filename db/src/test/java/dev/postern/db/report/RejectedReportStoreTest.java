package dev.postern.db.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.db.tenancy.TenantSession;
import dev.postern.setup.MailDomain;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What could not be counted: found again by domain and reason, tried again, and never more than fits.
class RejectedReportStoreTest {

    private static final RejectedLimits FEW = new RejectedLimits(10, 1_000);

    private Reports reports;
    private MailDomain domain;
    private RejectedLimits limits = FEW;

    @BeforeEach
    void open() throws Exception {
        reports = new Reports();
        domain = reports.domain();
    }

    @AfterEach
    void close() {
        reports.close();
    }

    @Test
    void pagesWithExactTotalsByDomainAndReason() {
        limits = RejectedLimits.DEFAULT;
        MailDomain other = reports.domain();
        for (int i = 0; i < 25; i++) {
            add(i % 5 == 0 ? other : domain, i, i % 2 == 0 ? "json-syntax" : "misdirected", "content " + i);
        }
        var filter = new RejectedFilter(Optional.of(domain.id()), Optional.of("json-syntax"));
        assertThat(total(filter)).isEqualTo(10);
        assertThat(total(RejectedFilter.ALL)).isEqualTo(25);
        assertThat(byCode()).containsExactly(
                Map.entry("json-syntax", 13), Map.entry("misdirected", 12));
        var placed = new ArrayList<StoredRejection>();
        for (int from = 0; from < 10; from += 4) {
            int at = from;
            placed.addAll(in(store -> store.page(filter, at, 4)));
        }
        var followed = new ArrayList<StoredRejection>();
        Optional<RejectedReportStore.Cursor> before = Optional.empty();
        while (true) {
            var cursor = before;
            List<StoredRejection> page = in(store -> store.page(filter, cursor, 3));
            if (page.isEmpty()) {
                break;
            }
            followed.addAll(page);
            Receipt last = page.getLast().rejected().receipt();
            before = Optional.of(new RejectedReportStore.Cursor(last.receivedAt(), last.id()));
        }
        assertThat(placed).hasSize(10).isEqualTo(followed).isSortedAccordingTo((a, b) ->
                b.rejected().receipt().receivedAt().compareTo(a.rejected().receipt().receivedAt()));
        StoredRejection newest = placed.getFirst();
        assertThat(newest.domain()).contains(domain.name().ascii());
        assertThat(newest.size()).isEqualTo("content 24".length());
        Optional<byte[]> beginning = in(store -> store.beginning(newest.rejected().receipt().id(), 4));
        assertThat(beginning).contains("cont".getBytes(UTF_8));
    }

    @Test
    void theOldestGoWhenThereAreTooMany() {
        List<UUID> kept = IntStream.range(0, 11).mapToObj(i -> add(domain, i, "json-syntax", "x")).toList();
        assertThat(usage().dropped()).isEqualTo(2);
        assertThat(all()).extracting(one -> one.rejected().receipt().id())
                .containsExactlyElementsOf(kept.subList(2, 11).reversed());
        add(domain, 11, "json-syntax", "x");
        assertThat(total(RejectedFilter.ALL)).isEqualTo(10);
        add(domain, 12, "json-syntax", "x");
        assertThat(total(RejectedFilter.ALL)).isEqualTo(9);
        assertThat(usage().dropped()).isEqualTo(4);
        assertThat(usage().lastDropped()).isPresent();
    }

    @Test
    void theOldestGoWhenTheyAreTooLarge() {
        IntStream.range(0, 4).forEach(i -> add(domain, i, "json-syntax", "x".repeat(240)));
        assertThat(usage()).isEqualTo(new RejectedUsage(0, 0, Optional.empty()));
        add(domain, 4, "json-syntax", "x".repeat(240));
        assertThat(usage()).extracting(RejectedUsage::dropped, RejectedUsage::droppedBytes)
                .containsExactly(2L, 480L);
        assertThat(total(RejectedFilter.ALL)).isEqualTo(3);
    }

    /// The count that is kept along may be too high, as when a domain goes with what came to it: nothing is lost by that.
    @Test
    void whatWentOtherwiseMakesRoom() {
        MailDomain leaving = reports.domain();
        IntStream.range(0, 8).forEach(i -> add(leaving, i, "json-syntax", "x"));
        reports.database().useTenant(reports.tenant(), session -> session.domains().remove(leaving.id()));
        IntStream.range(8, 18).forEach(i -> add(domain, i, "json-syntax", "x"));
        assertThat(total(RejectedFilter.ALL)).isEqualTo(10);
        assertThat(usage().dropped()).isZero();
    }

    @Test
    void addingReplayingAndClearingAtOnceNeitherBlocksNorExceedsTheLimit() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            for (int thread = 0; thread < 4; thread++) {
                int first = thread * 100;
                all.add(threads.submit(() -> {
                    for (int i = first; i < first + 40; i++) {
                        UUID added = add(domain, i, "json-syntax", "x");
                        if (i % 3 == 0) {
                            in(store -> {
                                store.stillRejected(List.of(added)).forEach(store::settled);
                                return true;
                            });
                        }
                    }
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertThat(total(RejectedFilter.ALL)).isLessThanOrEqualTo(10);
    }

    @Test
    void aReplayIsNotedUntilItIsRejectedAgainOrRecorded() {
        UUID one = add(domain, 1, "json-syntax", "x");
        UUID two = add(domain, 2, "json-syntax", "y");
        in(store -> {
            store.replaying(List.of(one, two), Reports.NOW);
            return true;
        });
        assertThat(find(one).orElseThrow().replayedAt()).contains(Reports.NOW);
        Set<UUID> still = in(store -> store.stillRejected(List.of(one, two, UUID.randomUUID())));
        assertThat(still).containsExactlyInAnyOrder(one, two);
        in(store -> {
            store.rejectedAgain(one, "misdirected", "It is another's.");
            store.settled(two);
            return true;
        });
        StoredRejection again = find(one).orElseThrow();
        assertThat(again.rejected().code()).isEqualTo("misdirected");
        assertThat(again.attempts()).isEqualTo(2);
        assertThat(again.replayedAt()).isEmpty();
        assertThat(again.triedAt()).isPresent();
        assertThat(find(two)).isEmpty();
    }

    private UUID add(MailDomain to, int second, String code, String content) {
        var receipt = new Receipt(UUID.randomUUID(), "smtp", "192.0.2.1",
                Instant.parse("2026-11-20T08:00:00Z").plusSeconds(second), "message/rfc822");
        boolean fresh = in(store -> store.add(new RejectedReport(Optional.of(to.id()), receipt, code,
                "It can't be read."), content.getBytes(UTF_8)));
        assertThat(fresh).isTrue();
        return receipt.id();
    }

    private int total(RejectedFilter filter) {
        return in(store -> store.total(filter));
    }

    private RejectedUsage usage() {
        return in(RejectedReportStore::usage);
    }

    private Map<String, Integer> byCode() {
        return in(store -> store.byCode(Optional.empty()));
    }

    private List<StoredRejection> all() {
        return in(store -> store.page(RejectedFilter.ALL, 0, 100));
    }

    private Optional<StoredRejection> find(UUID receipt) {
        return in(store -> store.byReceipt(receipt));
    }

    private <T> T in(Function<RejectedReportStore, T> work) {
        return reports.database().inTenant(reports.tenant(), (TenantSession session) -> work.apply(
                new RejectedReportStore(session, limits)));
    }
}

package dev.postern.db.report;

import static dev.postern.db.jooq.Tables.DOMAIN;
import static dev.postern.db.jooq.Tables.FAILURE_DETAIL;
import static dev.postern.db.jooq.Tables.REPORT;
import static dev.postern.db.jooq.Tables.REPORT_POLICY;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.val;

import dev.postern.db.jooq.tables.records.ReportRecord;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.stream.Json;
import dev.postern.tlsrpt.Authenticity;
import dev.postern.tlsrpt.PolicyReport;
import dev.postern.tlsrpt.PolicyType;
import dev.postern.tlsrpt.TlsReport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.jooq.Condition;

/// An organisation's reports. Reading shows those of verified domains only.
public final class ReportStore {

    /// Where a page of reports ends.
    public record Cursor(Instant receivedAt, UUID key) {
    }

    private final TenantSession session;

    public ReportStore(TenantSession session) {
        this.session = session;
    }

    /// What was counted of a stored report.
    TlsReport report(ReportRecord row) {
        var failures = session.sql().selectFrom(FAILURE_DETAIL).where(FAILURE_DETAIL.REPORT_KEY.eq(row.getReportKey()))
                .and(FAILURE_DETAIL.DAY.eq(row.getDay())).orderBy(FAILURE_DETAIL.POSITION)
                .fetchGroups(FAILURE_DETAIL.POLICY_POSITION, FailureRows::read);
        return new TlsReport(row.getOrganizationName(), Optional.ofNullable(row.getContactInfo()), row.getReportId(),
                row.getPeriodStart().toInstant(), row.getPeriodEnd().toInstant(),
                session.sql().selectFrom(REPORT_POLICY).where(REPORT_POLICY.REPORT_KEY.eq(row.getReportKey()))
                        .orderBy(REPORT_POLICY.POSITION)
                        .fetch(policy -> new PolicyReport(PolicyType.valueOf(policy.getPolicyType()),
                                policy.getTypeAsSent(), Arrays.asList(policy.getPolicyStrings()),
                                Optional.ofNullable(policy.getPolicyDomain()), Arrays.asList(policy.getMxHosts()),
                                optional(policy.getSuccessful()), optional(policy.getFailed()),
                                failures.getOrDefault(policy.getPosition(), List.of()))));
    }

    /// Newest receipt first.
    ///
    /// @param domain only this domain's; empty: all
    /// @param before only what is older than this; empty: from the newest
    public List<StoredReport> page(Optional<UUID> domain, Optional<Cursor> before, int most) {
        return session.sql().select(REPORT.asterisk()).from(REPORT)
                .join(DOMAIN).on(DOMAIN.DOMAIN_ID.eq(REPORT.DOMAIN_ID)).and(DOMAIN.VERIFIED_AT.isNotNull())
                .where(domain.map(REPORT.DOMAIN_ID::eq).orElse(noCondition()))
                .and(before.map(cursor -> (Condition) row(REPORT.RECEIVED_AT, REPORT.REPORT_KEY)
                        .lt(val(utc(cursor.receivedAt())), val(cursor.key()))).orElse(noCondition()))
                .orderBy(REPORT.RECEIVED_AT.desc(), REPORT.REPORT_KEY.desc())
                .limit(most).fetchInto(REPORT).map(ReportStore::read);
    }

    public Optional<StoredReport> byKey(UUID key) {
        return session.sql().select(REPORT.asterisk()).from(REPORT)
                .join(DOMAIN).on(DOMAIN.DOMAIN_ID.eq(REPORT.DOMAIN_ID)).and(DOMAIN.VERIFIED_AT.isNotNull())
                .where(REPORT.REPORT_KEY.eq(key)).fetchOptionalInto(REPORT).map(ReportStore::read);
    }

    /// The policies of a counted report with their failures, in the report's order; empty once its retention has passed.
    public List<PolicyReport> policies(UUID report) {
        return session.sql().selectFrom(REPORT).where(REPORT.REPORT_KEY.eq(report)).fetchOptional()
                .map(row -> report(row).policies()).orElse(List.of());
    }

    /// The report's JSON as it was sent; empty also once its retention has passed.
    public Optional<byte[]> json(UUID report) {
        return byKey(report).flatMap(_ -> session.sql().select(REPORT.CONTENT).from(REPORT)
                .where(REPORT.REPORT_KEY.eq(report)).fetchOptional(REPORT.CONTENT)).map(ReportStore::gunzip);
    }

    private static StoredReport read(ReportRecord row) {
        return new StoredReport(row.getReportKey(), row.getDomainId(), row.getOrganizationName(), row.getReportId(),
                row.getPolicyDomain(), row.getPeriodStart().toInstant(), row.getPeriodEnd().toInstant(),
                row.getReceivedAt().toInstant(), row.getTransport(), row.getPeer(), row.getCounted(),
                authenticity(row), row.getAuthentic(), row.getSuccessful(), row.getFailed(),
                List.of(Json.read(row.getNotes().data(), String[].class)));
    }

    static Authenticity authenticity(ReportRecord row) {
        return new Authenticity(Authenticity.State.valueOf(row.getAuthenticity()), Optional.ofNullable(row.getSigner()),
                row.getAuthenticityDetail());
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static OptionalLong optional(Long count) {
        return count == null ? OptionalLong.empty() : OptionalLong.of(count);
    }

    private static byte[] gunzip(byte[] packed) {
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return gzip.readAllBytes();
        } catch (IOException damaged) {
            throw new UncheckedIOException("a stored report can't be read", damaged);
        }
    }
}

package dev.postern.db.report;

import static dev.postern.db.jooq.Tables.DOMAIN;
import static dev.postern.db.jooq.Tables.FAILURE_DETAIL;
import static dev.postern.db.jooq.Tables.REPORT;
import static dev.postern.db.jooq.Tables.REPORT_POLICY;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.val;

import dev.postern.db.jooq.tables.records.FailureDetailRecord;
import dev.postern.db.jooq.tables.records.ReportRecord;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.parse.Problem;
import dev.postern.stream.Json;
import dev.postern.tlsrpt.Authenticity;
import dev.postern.tlsrpt.FailureDetail;
import dev.postern.tlsrpt.PolicyReport;
import dev.postern.tlsrpt.ReportingDay;
import dev.postern.tlsrpt.ResultType;
import dev.postern.tlsrpt.SessionCount;
import dev.postern.tlsrpt.TlsReport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jooq.Condition;
import org.jooq.JSONB;

/// An organisation's reports. Reading shows those of verified domains only.
public final class ReportStore {

    /// Where a page of reports ends.
    public record Cursor(Instant receivedAt, UUID key) {
    }

    private final TenantSession session;

    public ReportStore(TenantSession session) {
        this.session = session;
    }

    /// Stores a report once, by organization name, report id, policy domain and period. The caller holds the lock of
    /// the domain's row or is otherwise alone with the domain.
    public Recording record(IncomingReport incoming) {
        TlsReport report = incoming.report();
        boolean nameTaken = session.sql().fetchExists(REPORT, sameName(incoming).and(REPORT.COUNTED.isTrue()));
        SessionCount sessions = SessionCount.of(report);
        LocalDate day = ReportingDay.of(report.start(), report.end());
        int stored = session.sql().insertInto(REPORT)
                .set(REPORT.TENANT_ID, session.tenant())
                .set(REPORT.REPORT_KEY, incoming.key())
                .set(REPORT.DOMAIN_ID, incoming.domainId())
                .set(REPORT.ORGANIZATION_NAME, report.organizationName())
                .set(REPORT.REPORT_ID, report.reportId())
                .set(REPORT.POLICY_DOMAIN, incoming.policyDomain())
                .set(REPORT.PERIOD_START, utc(report.start()))
                .set(REPORT.PERIOD_END, utc(report.end()))
                .set(REPORT.DAY, day)
                .set(REPORT.CONTACT_INFO, report.contactInfo().orElse(null))
                .set(REPORT.RECEIVED_AT, utc(incoming.receipt().receivedAt()))
                .set(REPORT.TRANSPORT, incoming.receipt().transport())
                .set(REPORT.PEER, incoming.receipt().peer())
                .set(REPORT.RECEIPT_ID, incoming.receipt().id())
                .set(REPORT.COUNTED, !nameTaken)
                .set(REPORT.AUTHENTICITY, incoming.authenticity().state().name())
                .set(REPORT.SIGNER, incoming.authenticity().signer().orElse(null))
                .set(REPORT.AUTHENTICITY_DETAIL, incoming.authenticity().detail())
                .set(REPORT.SUCCESSFUL, sessions.successful())
                .set(REPORT.FAILED, sessions.failed())
                .set(REPORT.NOTES, JSONB.valueOf(Json.text(incoming.notes().stream().map(Problem::toString).toList())))
                .set(REPORT.CONTENT_SHA256, sha256(incoming.json()))
                .set(REPORT.CONTENT, gzip(incoming.json()))
                .onConflict(REPORT.DOMAIN_ID, REPORT.ORGANIZATION_NAME, REPORT.REPORT_ID, REPORT.POLICY_DOMAIN,
                        REPORT.PERIOD_START, REPORT.PERIOD_END, REPORT.CONTENT_SHA256).doNothing().execute();
        if (stored == 0) {
            return Recording.KNOWN;
        }
        storePolicies(incoming, day, !nameTaken);
        return nameTaken ? Recording.CONFLICTING : Recording.COUNTED;
    }

    private Condition sameName(IncomingReport incoming) {
        TlsReport report = incoming.report();
        return REPORT.DOMAIN_ID.eq(incoming.domainId())
                .and(REPORT.ORGANIZATION_NAME.eq(report.organizationName()))
                .and(REPORT.REPORT_ID.eq(report.reportId()))
                .and(REPORT.POLICY_DOMAIN.eq(incoming.policyDomain()))
                .and(REPORT.PERIOD_START.eq(utc(report.start())))
                .and(REPORT.PERIOD_END.eq(utc(report.end())));
    }

    /// A report that is not counted is kept whole as bytes, but its failures don't enter the tables that are summed.
    private void storePolicies(IncomingReport incoming, LocalDate day, boolean counted) {
        if (!counted) {
            return;
        }
        var failures = new ArrayList<FailureDetailRecord>();
        int position = 0;
        for (PolicyReport policy : incoming.report().policies()) {
            session.sql().insertInto(REPORT_POLICY)
                    .set(REPORT_POLICY.TENANT_ID, session.tenant())
                    .set(REPORT_POLICY.REPORT_KEY, incoming.key())
                    .set(REPORT_POLICY.POSITION, position)
                    .set(REPORT_POLICY.DOMAIN_ID, incoming.domainId())
                    .set(REPORT_POLICY.DAY, day)
                    .set(REPORT_POLICY.ORGANIZATION_NAME, incoming.report().organizationName())
                    .set(REPORT_POLICY.POLICY_TYPE, policy.type().name())
                    .set(REPORT_POLICY.TYPE_AS_SENT, policy.typeAsSent())
                    .set(REPORT_POLICY.POLICY_DOMAIN, policy.policyDomain().orElse(null))
                    .set(REPORT_POLICY.POLICY_STRINGS, policy.policyStrings().toArray(String[]::new))
                    .set(REPORT_POLICY.MX_HOSTS, policy.mxHosts().toArray(String[]::new))
                    .set(REPORT_POLICY.SUCCESSFUL, orNull(policy.successful()))
                    .set(REPORT_POLICY.FAILED, orNull(policy.failed()))
                    .execute();
            int detail = 0;
            for (FailureDetail failure : policy.failures()) {
                failures.add(failureRecord(incoming, day, policy, position, detail++, failure));
            }
            position++;
        }
        for (int from = 0; from < failures.size(); from += 1_000) {
            var batch = failures.subList(from, Math.min(failures.size(), from + 1_000));
            session.sql().insertInto(FAILURE_DETAIL).columns(FAILURE_DETAIL.fields())
                    .valuesOfRecords(batch).execute();
        }
    }

    private FailureDetailRecord failureRecord(IncomingReport incoming, LocalDate day, PolicyReport policy,
                                              int policyPosition, int position, FailureDetail failure) {
        var row = new FailureDetailRecord();
        row.setTenantId(session.tenant());
        row.setReportKey(incoming.key());
        row.setPolicyPosition(policyPosition);
        row.setPosition(position);
        row.setDomainId(incoming.domainId());
        row.setDay(day);
        row.setOrganizationName(incoming.report().organizationName());
        row.setPolicyType(policy.type().name());
        row.setResultType(failure.type().name());
        row.setTypeAsSent(failure.typeAsSent());
        row.setSendingMtaIp(failure.sendingMtaIp().orElse(null));
        row.setReceivingMxHostname(failure.receivingMxHostname().orElse(null));
        row.setReceivingMxHelo(failure.receivingMxHelo().orElse(null));
        row.setReceivingIp(failure.receivingIp().orElse(null));
        row.setFailedSessions(orNull(failure.failedSessions()));
        row.setAdditionalInformation(failure.additionalInformation().orElse(null));
        row.setFailureReasonCode(failure.failureReasonCode().orElse(null));
        return row;
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

    /// The policies of a counted report with their failures, in the report's order.
    public List<StoredPolicy> policies(UUID report) {
        var failures = session.sql().selectFrom(FAILURE_DETAIL).where(FAILURE_DETAIL.REPORT_KEY.eq(report))
                .orderBy(FAILURE_DETAIL.POSITION).fetchGroups(FAILURE_DETAIL.POLICY_POSITION);
        return session.sql().selectFrom(REPORT_POLICY).where(REPORT_POLICY.REPORT_KEY.eq(report))
                .orderBy(REPORT_POLICY.POSITION)
                .fetch(row -> new StoredPolicy(row.getTypeAsSent(), Optional.ofNullable(row.getPolicyDomain()),
                        Arrays.asList(row.getPolicyStrings()), Arrays.asList(row.getMxHosts()),
                        optional(row.getSuccessful()), optional(row.getFailed()),
                        failures.containsKey(row.getPosition())
                                ? failures.get(row.getPosition()).map(ReportStore::readFailure) : List.of()));
    }

    /// The report's JSON as it was sent.
    public Optional<byte[]> json(UUID report) {
        return byKey(report).flatMap(_ -> session.sql().select(REPORT.CONTENT).from(REPORT)
                .where(REPORT.REPORT_KEY.eq(report)).fetchOptional(REPORT.CONTENT)).map(ReportStore::gunzip);
    }

    private static StoredReport read(ReportRecord row) {
        return new StoredReport(row.getReportKey(), row.getDomainId(), row.getOrganizationName(), row.getReportId(),
                row.getPolicyDomain(), row.getPeriodStart().toInstant(), row.getPeriodEnd().toInstant(),
                row.getReceivedAt().toInstant(), row.getTransport(), row.getPeer(), row.getCounted(),
                new Authenticity(Authenticity.State.valueOf(row.getAuthenticity()), Optional.ofNullable(row.getSigner()),
                        row.getAuthenticityDetail()),
                row.getSuccessful(), row.getFailed(), List.of(Json.read(row.getNotes().data(), String[].class)));
    }

    private static StoredFailure readFailure(FailureDetailRecord row) {
        return new StoredFailure(ResultType.valueOf(row.getResultType()), row.getTypeAsSent(),
                Optional.ofNullable(row.getSendingMtaIp()), Optional.ofNullable(row.getReceivingMxHostname()),
                Optional.ofNullable(row.getReceivingIp()), optional(row.getFailedSessions()),
                Optional.ofNullable(row.getAdditionalInformation()), Optional.ofNullable(row.getFailureReasonCode()));
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static Long orNull(OptionalLong count) {
        return count.isPresent() ? (Long) count.getAsLong() : null;
    }

    private static OptionalLong optional(Long count) {
        return count == null ? OptionalLong.empty() : OptionalLong.of(count);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }

    private static byte[] gzip(byte[] bytes) {
        var packed = new ByteArrayOutputStream(bytes.length / 4 + 64);
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }

    private static byte[] gunzip(byte[] packed) {
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return gzip.readAllBytes();
        } catch (IOException damaged) {
            throw new UncheckedIOException("a stored report can't be read", damaged);
        }
    }
}

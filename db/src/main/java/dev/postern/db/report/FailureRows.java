package dev.postern.db.report;

import static dev.postern.db.jooq.Tables.FAILURE_DETAIL;

import dev.postern.db.jooq.tables.records.FailureDetailRecord;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.tlsrpt.FailureDetail;
import dev.postern.tlsrpt.PolicyReport;
import dev.postern.tlsrpt.ResultType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jooq.Field;
import org.jooq.TableField;
import org.jooq.impl.DSL;

/// Failure details on their way into the table of their month, and back.
final class FailureRows {

    /// A statement has one value for each column, however many rows: its text is always the same.
    private static final int ROWS = 10_000;

    private record Row(UUID key, IncomingReport incoming, int policyPosition, PolicyReport policy, int position,
                       FailureDetail failure) {
    }

    private final TenantSession session;
    private final List<Row> rows = new ArrayList<>();

    FailureRows(TenantSession session) {
        this.session = session;
    }

    void add(UUID key, IncomingReport incoming, int policyPosition, PolicyReport policy) {
        for (int position = 0; position < policy.failures().size(); position++) {
            rows.add(new Row(key, incoming, policyPosition, policy, position, policy.failures().get(position)));
        }
    }

    void insert() {
        for (int from = 0; from < rows.size(); from += ROWS) {
            insert(rows.subList(from, Math.min(rows.size(), from + ROWS)));
        }
    }

    private void insert(List<Row> some) {
        var columns = List.of(FAILURE_DETAIL.TENANT_ID, FAILURE_DETAIL.REPORT_KEY, FAILURE_DETAIL.POLICY_POSITION,
                FAILURE_DETAIL.POSITION, FAILURE_DETAIL.DOMAIN_ID, FAILURE_DETAIL.DAY,
                FAILURE_DETAIL.ORGANIZATION_NAME, FAILURE_DETAIL.POLICY_TYPE, FAILURE_DETAIL.RESULT_TYPE,
                FAILURE_DETAIL.TYPE_AS_SENT, FAILURE_DETAIL.SENDING_MTA_IP, FAILURE_DETAIL.RECEIVING_MX_HOSTNAME,
                FAILURE_DETAIL.RECEIVING_MX_HELO, FAILURE_DETAIL.RECEIVING_IP, FAILURE_DETAIL.FAILED_SESSIONS,
                FAILURE_DETAIL.ADDITIONAL_INFORMATION, FAILURE_DETAIL.FAILURE_REASON_CODE);
        List<Field<?>> values = List.of(
                column(some, row -> session.tenant(), UUID[]::new),
                column(some, Row::key, UUID[]::new),
                column(some, Row::policyPosition, Integer[]::new),
                column(some, Row::position, Integer[]::new),
                column(some, row -> row.incoming().domainId(), UUID[]::new),
                column(some, row -> row.incoming().day(), java.time.LocalDate[]::new),
                texts(some, row -> row.incoming().report().organizationName()),
                texts(some, row -> row.policy().type().name()),
                texts(some, row -> row.failure().type().name()),
                texts(some, row -> row.failure().typeAsSent()),
                texts(some, row -> row.failure().sendingMtaIp().orElse(null)),
                texts(some, row -> row.failure().receivingMxHostname().orElse(null)),
                texts(some, row -> row.failure().receivingMxHelo().orElse(null)),
                texts(some, row -> row.failure().receivingIp().orElse(null)),
                column(some, row -> orNull(row.failure().failedSessions()), Long[]::new),
                texts(some, row -> row.failure().additionalInformation().orElse(null)),
                texts(some, row -> row.failure().failureReasonCode().orElse(null)));
        session.sql().execute("insert into postern.failure_detail ("
                + columns.stream().map(TableField::getName).collect(Collectors.joining(", "))
                + ") select * from unnest({0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10}, {11}, {12}, {13}, {14}, "
                + "{15}, {16})", values.toArray(Field[]::new));
    }

    /// The same from a stored row.
    static FailureDetail read(FailureDetailRecord row) {
        return new FailureDetail(ResultType.valueOf(row.getResultType()), row.getTypeAsSent(),
                Optional.ofNullable(row.getSendingMtaIp()), Optional.ofNullable(row.getReceivingMxHostname()),
                Optional.ofNullable(row.getReceivingMxHelo()), Optional.ofNullable(row.getReceivingIp()),
                row.getFailedSessions() == null ? OptionalLong.empty() : OptionalLong.of(row.getFailedSessions()),
                Optional.ofNullable(row.getAdditionalInformation()), Optional.ofNullable(row.getFailureReasonCode()));
    }

    private static Field<String[]> texts(List<Row> rows, Function<Row, String> text) {
        return column(rows, text, String[]::new);
    }

    private static <T> Field<T[]> column(List<Row> rows, Function<Row, T> value, IntFunction<T[]> array) {
        return DSL.val(rows.stream().map(value).toArray(array));
    }

    private static Long orNull(OptionalLong count) {
        return count.isPresent() ? (Long) count.getAsLong() : null;
    }
}

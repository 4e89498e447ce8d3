package dev.postern.db.domain;

import static dev.postern.db.jooq.Tables.DOMAIN;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.val;

import dev.postern.db.tenancy.TenantSession;
import dev.postern.rollout.Phase;
import dev.postern.setup.MailDomain;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.OrderField;
import org.jooq.Table;
import org.jooq.impl.DSL;

/// An organisation's domains as a table that is filtered, sorted and paged in the database: hundreds or thousands of them.
public final class DomainTableStore {

    private static final Field<Long> MAX_AGE = field("p.max_age", Long.class);
    private static final Field<Long> FAILED = field("f.failed", Long.class);
    private static final Field<OffsetDateTime> CERTIFICATE = field("c.until", OffsetDateTime.class);
    private static final Field<Boolean> CERTIFICATE_BAD = field("c.bad", Boolean.class);
    private static final Field<Integer> PHASE = DSL.case_(DOMAIN.PHASE)
            .mapValues(order()).otherwise(Phase.values().length);

    private final TenantSession session;
    private final LocalDate failuresFrom;

    /// @param failuresFrom the first day whose failures count
    public DomainTableStore(TenantSession session, LocalDate failuresFrom) {
        this.session = session;
        this.failuresFrom = failuresFrom;
    }

    private static Map<String, Integer> order() {
        var order = new HashMap<String, Integer>();
        for (Phase phase : Phase.values()) {
            order.put(phase.name(), phase.ordinal());
        }
        return order;
    }

    public List<DomainLine> page(DomainFilter filter, DomainOrder order, int offset, int limit) {
        return session.sql().select(DOMAIN.fields()).select(MAX_AGE, FAILED, CERTIFICATE, CERTIFICATE_BAD)
                .from(DOMAIN)
                .leftJoin(newestPolicy()).on(inline(true))
                .leftJoin(failures()).on(inline(true))
                .leftJoin(certificates()).on(inline(true))
                .where(condition(filter)).orderBy(fields(order)).offset(offset).limit(limit)
                .fetch(row -> new DomainLine(DomainStore.read(row.into(DOMAIN)), Optional.ofNullable(row.get(MAX_AGE)),
                        Optional.ofNullable(row.get(FAILED)).orElse(0L),
                        Optional.ofNullable(row.get(CERTIFICATE)).map(OffsetDateTime::toInstant),
                        Boolean.TRUE.equals(row.get(CERTIFICATE_BAD))));
    }

    public int count(DomainFilter filter) {
        return session.sql().select(DSL.count()).from(DOMAIN).leftJoin(failures()).on(inline(true))
                .where(condition(filter)).fetchSingle(DSL.count());
    }

    /// How many of each phase the rest of the filter leaves.
    public Map<Phase, Integer> phases(DomainFilter filter) {
        var counts = new EnumMap<Phase, Integer>(Phase.class);
        session.sql().select(DOMAIN.PHASE, DSL.count()).from(DOMAIN).leftJoin(failures()).on(inline(true))
                .where(condition(filter.in(Optional.empty()))).groupBy(DOMAIN.PHASE)
                .forEach(row -> counts.put(Phase.valueOf(row.value1()), row.value2()));
        return counts;
    }

    /// The domains alone, by name.
    ///
    /// @param after the name in A-labels that the page before ended with; empty for the first
    public List<MailDomain> domains(DomainFilter filter, Optional<String> after, int most) {
        return session.sql().select(DOMAIN.fields()).from(DOMAIN).leftJoin(failures()).on(inline(true))
                .where(condition(filter)).and(after.map(name -> byteWise(DOMAIN.NAME).gt(name)).orElse(DSL.noCondition()))
                .orderBy(fields(DomainOrder.USUAL)).limit(most).fetch(row -> DomainStore.read(row.into(DOMAIN)));
    }

    private static Condition condition(DomainFilter filter) {
        return DOMAIN.KIND.eq(DomainStore.KIND)
                .and(filter.phase().map(phase -> DOMAIN.PHASE.eq(phase.name())).orElse(DSL.noCondition()))
                .and(filter.text().isEmpty() ? DSL.noCondition() : DSL.position(DOMAIN.NAME, filter.text()).gt(0))
                .and(filter.attention().map(DomainTableStore::condition).orElse(DSL.noCondition()));
    }

    private static Condition condition(DomainFilter.Attention attention) {
        return switch (attention) {
            case READY -> standing("openGates");
            case REFUSING -> standing("faults");
            case FAILURES -> FAILED.gt(0L);
        };
    }

    /// Whether the list of that name in the domain's [dev.postern.rollout.Standing] has something in it.
    private static Condition standing(String list) {
        return DSL.condition("exists (select from postern.rollout_standing s where s.domain_id = {0} "
                + "and jsonb_array_length(s.standing -> {1}) > 0)", DOMAIN.DOMAIN_ID, inline(list));
    }

    private List<OrderField<?>> fields(DomainOrder order) {
        var fields = new ArrayList<OrderField<?>>();
        switch (order.by()) {
            case NAME -> fields.add(directed(byteWise(DOMAIN.NAME), order));
            case PHASE -> {
                fields.add(directed(PHASE, order));
                fields.add(directed(DOMAIN.PHASE_SINCE, order));
            }
            case SINCE -> fields.add(directed(DOMAIN.PHASE_SINCE, order));
            case FAILURES -> fields.add(directed(DSL.coalesce(FAILED, inline(0L)), order));
            case MAX_AGE -> fields.add(directed(MAX_AGE, order));
            // What is not valid ends before everything else.
            case CERTIFICATE -> {
                fields.add(directed(DSL.when(CERTIFICATE_BAD, inline(0)).when(CERTIFICATE.isNotNull(), inline(1))
                        .otherwise(inline(2)), order));
                fields.add(directed(CERTIFICATE, order));
            }
            case PROBE -> fields.add(directed(DOMAIN.LAST_PROBE_AT, order));
        }
        if (order.by() != DomainOrder.By.NAME) {
            fields.add(byteWise(DOMAIN.NAME));
        }
        return fields;
    }

    private static OrderField<?> directed(Field<?> field, DomainOrder order) {
        return order.descending() ? field.desc().nullsLast() : field.asc().nullsLast();
    }

    /// The order that every installation has, whatever its locale.
    private static Field<String> byteWise(Field<String> name) {
        return name.collate("C");
    }

    private static Table<?> newestPolicy() {
        return table("lateral (select max_age from postern.policy where policy.domain_id = {0} "
                + "order by version desc limit 1) p", DOMAIN.DOMAIN_ID);
    }

    private Table<?> failures() {
        return table("lateral (select sum(s.speaking_failed)::bigint as failed from postern.session_day s "
                + "where s.domain_id = {0} and {1} is not null and s.day >= {2} and (s.authentic or exists (select from "
                + "postern.organisation o where o.tenant_id = {3} and not o.only_authentic))) f", DOMAIN.DOMAIN_ID,
                DOMAIN.VERIFIED_AT, val(failuresFrom), val(session.tenant()));
    }

    private static Table<?> certificates() {
        return table("lateral (select min((e ->> 'until')::timestamptz) as until, bool_or(e ->> 'until' is null) as bad "
                + "from jsonb_array_elements({0}) e) c", DOMAIN.MX_CERTIFICATES);
    }
}

package dev.postern.db.report;

import static dev.postern.db.jooq.Tables.FAILURE_DETAIL;
import static dev.postern.db.jooq.Tables.REPORT;
import static dev.postern.db.jooq.Tables.REPORT_POLICY;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.val;

import dev.postern.db.jooq.tables.records.ReportPolicyRecord;
import dev.postern.db.jooq.tables.records.ReportRecord;
import dev.postern.db.tenancy.Database;
import dev.postern.db.tenancy.TenantSession;
import dev.postern.parse.Problem;
import dev.postern.stream.Json;
import dev.postern.tlsrpt.Authenticity;
import dev.postern.tlsrpt.PolicyReport;
import dev.postern.tlsrpt.ReportFigures;
import dev.postern.tlsrpt.SessionCount;
import dev.postern.tlsrpt.TlsReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.zip.GZIPOutputStream;
import org.jooq.JSONB;
import org.jooq.impl.DSL;

/// Records an organisation's reports, and keeps its daily figures in step with them: whatever comes how often and in
/// which order, the figures are the sums of the reports that count.
public final class RecordingStore {

    /// Rows of one statement: PostgreSQL takes 65,535 values in one.
    private static final int ROWS = 1_000;
    private static final LocalDate FIRST_DAY = LocalDate.of(2016, 1, 1);

    private final TenantSession session;

    public RecordingStore(TenantSession session) {
        this.session = session;
    }

    /// Stores reports, each once by what it is called, and keeps the daily figures in step. The caller has
    /// [locked][dev.postern.db.domain.DomainStore#lock] the domains' rows, and [made][#makeRoom] room for their days.
    ///
    /// @return what became of each, in their order
    public List<Recording> record(List<IncomingReport> incoming) {
        Map<Name, SameName> names = stored(incoming);
        List<Recording> outcomes = incoming.stream()
                .map(report -> names.computeIfAbsent(Name.of(report), _ -> new SameName()).take(report)).toList();
        carryOut(names);
        rememberSigners(incoming);
        return outcomes;
    }

    private record Name(UUID domainId, Sha256 name) {
        private static Name of(IncomingReport report) {
            return new Name(report.domainId(), report.name());
        }
    }

    private Map<Name, SameName> stored(List<IncomingReport> incoming) {
        var names = new LinkedHashMap<Name, SameName>();
        List<Name> wanted = incoming.stream().map(Name::of).distinct().toList();
        // Pair by pair, each found in the index of names. Asked for some domains and some names, PostgreSQL may read all
        // reports of the domains, which takes longer the more are stored.
        session.sql().select(REPORT.DOMAIN_ID, REPORT.NAME_SHA256, REPORT.CONTENT_SHA256, REPORT.REPORT_KEY,
                        REPORT.CONTENT.isNull(), REPORT.COUNTED, REPORT.AUTHENTIC, REPORT.AUTHENTICITY, REPORT.SIGNER,
                        REPORT.AUTHENTICITY_DETAIL)
                .from(DSL.table("unnest({0}, {1}) as wanted(domain_id, name_sha256)",
                        DSL.val(wanted.stream().map(Name::domainId).toArray(UUID[]::new)),
                        DSL.val(wanted.stream().map(name -> name.name().bytes()).toArray(byte[][]::new))))
                .join(REPORT).on(DSL.condition("({0}, {1}) = (wanted.domain_id, wanted.name_sha256)", REPORT.DOMAIN_ID,
                        REPORT.NAME_SHA256))
                .orderBy(REPORT.RECEIVED_AT)
                .forEach(row -> names.computeIfAbsent(new Name(row.value1(), Sha256.stored(row.value2())),
                        _ -> new SameName()).stored(Sha256.stored(row.value3()), row.value4(), row.value5(),
                        row.value6(), row.value7(), new Authenticity(Authenticity.State.valueOf(row.value8()),
                                Optional.ofNullable(row.value9()), row.value10())));
        return names;
    }

    private void carryOut(Map<Name, SameName> names) {
        List<SameName.Variant> variants = names.values().stream().flatMap(name -> name.variants().stream()).toList();
        var figures = new DailyFigures();
        for (SameName.Variant leaving : only(variants, SameName.Variant::hasToLeaveTheFigures)) {
            ReportRecord row = session.sql().fetchSingle(REPORT, REPORT.REPORT_KEY.eq(leaving.key()));
            figures.takeBack(source(row), ReportFigures.of(session.reports().report(row)));
        }
        List<UUID> demoted = only(variants, SameName.Variant::isDemoted).stream().map(SameName.Variant::key).toList();
        if (!demoted.isEmpty()) {
            session.sql().deleteFrom(FAILURE_DETAIL).where(FAILURE_DETAIL.REPORT_KEY.in(demoted)).execute();
            session.sql().deleteFrom(REPORT_POLICY).where(REPORT_POLICY.REPORT_KEY.in(demoted)).execute();
        }
        // First those that no longer count: one of a name counts at a time.
        List<SameName.Variant> changed = only(variants, SameName.Variant::hasToBeUpdated);
        changed.stream().filter(variant -> !variant.counted()).forEach(this::update);
        changed.stream().filter(SameName.Variant::counted).forEach(this::update);
        insert(only(variants, SameName.Variant::isNew));
        insertPolicies(only(variants, SameName.Variant::isPromoted));
        for (SameName.Variant entering : only(variants, SameName.Variant::hasToEnterTheFigures)) {
            IncomingReport report = entering.report();
            figures.add(new DailyFigures.Source(report.domainId(), report.day(), report.report().organizationName(),
                    signer(entering.authenticity()), entering.authentic()), ReportFigures.of(report.report()));
        }
        figures.write(session);
    }

    private static List<SameName.Variant> only(List<SameName.Variant> variants, Predicate<SameName.Variant> which) {
        return variants.stream().filter(which).toList();
    }

    private void update(SameName.Variant variant) {
        session.sql().update(REPORT)
                .set(REPORT.COUNTED, variant.counted())
                .set(REPORT.AUTHENTIC, variant.authentic())
                .set(REPORT.AUTHENTICITY, variant.authenticity().state().name())
                .set(REPORT.SIGNER, variant.authenticity().signer().orElse(null))
                .set(REPORT.AUTHENTICITY_DETAIL, variant.authenticity().detail())
                .where(REPORT.REPORT_KEY.eq(variant.key())).execute();
    }

    private void insert(List<SameName.Variant> variants) {
        for (int from = 0; from < variants.size(); from += ROWS) {
            var rows = variants.subList(from, Math.min(variants.size(), from + ROWS)).stream().map(this::reportRow).toList();
            session.sql().insertInto(REPORT).columns(REPORT.fields()).valuesOfRecords(rows).execute();
        }
    }

    private ReportRecord reportRow(SameName.Variant variant) {
        IncomingReport incoming = variant.report();
        TlsReport report = incoming.report();
        SessionCount sessions = SessionCount.of(report);
        var row = new ReportRecord();
        row.setTenantId(session.tenant());
        row.setReportKey(incoming.key());
        row.setDomainId(incoming.domainId());
        row.setOrganizationName(report.organizationName());
        row.setReportId(report.reportId());
        row.setPolicyDomain(incoming.policyDomain());
        row.setPeriodStart(utc(report.start()));
        row.setPeriodEnd(utc(report.end()));
        row.setDay(incoming.day());
        row.setContactInfo(report.contactInfo().orElse(null));
        row.setReceivedAt(utc(incoming.receipt().receivedAt()));
        row.setTransport(incoming.receipt().transport());
        row.setPeer(incoming.receipt().peer());
        row.setReceiptId(incoming.receipt().id());
        row.setCounted(variant.counted());
        row.setAuthentic(variant.authentic());
        row.setAuthenticity(variant.authenticity().state().name());
        row.setSigner(variant.authenticity().signer().orElse(null));
        row.setAuthenticityDetail(variant.authenticity().detail());
        row.setSuccessful(sessions.successful());
        row.setFailed(sessions.failed());
        row.setNotes(JSONB.valueOf(Json.text(incoming.notes().stream().map(Problem::toString).toList())));
        row.setNameSha256(incoming.name().bytes());
        row.setContentSha256(incoming.content().bytes());
        row.setContent(gzip(incoming.json()));
        return row;
    }

    /// A report that is not counted is kept whole as bytes, but its failures don't enter the tables that are read.
    private void insertPolicies(List<SameName.Variant> variants) {
        var policies = new ArrayList<ReportPolicyRecord>();
        var failures = new FailureRows(session);
        for (SameName.Variant variant : variants) {
            IncomingReport incoming = variant.report();
            int position = 0;
            for (PolicyReport policy : incoming.report().policies()) {
                policies.add(policyRow(variant.key(), incoming, position, policy));
                failures.add(variant.key(), incoming, position++, policy);
            }
        }
        for (int from = 0; from < policies.size(); from += ROWS) {
            session.sql().insertInto(REPORT_POLICY).columns(REPORT_POLICY.fields())
                    .valuesOfRecords(policies.subList(from, Math.min(policies.size(), from + ROWS))).execute();
        }
        failures.insert();
    }

    private ReportPolicyRecord policyRow(UUID key, IncomingReport incoming, int position, PolicyReport policy) {
        var row = new ReportPolicyRecord();
        row.setTenantId(session.tenant());
        row.setReportKey(key);
        row.setPosition(position);
        row.setDomainId(incoming.domainId());
        row.setDay(incoming.day());
        row.setOrganizationName(incoming.report().organizationName());
        row.setPolicyType(policy.type().name());
        row.setTypeAsSent(policy.typeAsSent());
        row.setPolicyDomain(policy.policyDomain().orElse(null));
        row.setPolicyStrings(policy.policyStrings().toArray(String[]::new));
        row.setMxHosts(policy.mxHosts().toArray(String[]::new));
        row.setSuccessful(orNull(policy.successful()));
        row.setFailed(orNull(policy.failed()));
        return row;
    }

    private void rememberSigners(List<IncomingReport> incoming) {
        var first = new TreeMap<String, OffsetDateTime>();
        for (IncomingReport report : incoming) {
            String signer = signer(report.authenticity());
            if (!signer.isEmpty()) {
                first.merge(signer, utc(report.receipt().receivedAt()), (a, b) -> a.isBefore(b) ? a : b);
            }
        }
        if (!first.isEmpty()) {
            session.sql().execute("insert into postern.report_signer (tenant_id, signer, first_received_at) "
                    + "select {0}, * from unnest({1}, {2}) on conflict do nothing", DSL.val(session.tenant()),
                    DSL.val(first.keySet().toArray(String[]::new)),
                    DSL.val(first.values().toArray(OffsetDateTime[]::new)));
        }
    }

    /// Makes the months that failures of these days are kept in. Asked for before a transaction that records, which
    /// would hold others up for as long as it lasts.
    ///
    /// @param days which [may be days of a report][#isPlausible]
    public static void makeRoom(Database database, Collection<LocalDate> days) {
        database.shared(sql -> {
            days.stream().map(day -> day.withDayOfMonth(1)).distinct().sorted()
                    .forEach(month -> sql.fetch("select postern.make_failure_partition({0})", DSL.val(month)));
            return null;
        });
    }

    /// Whether a report may be about that day: TLS-RPT is of 2018, and no clock is two days off. A day of its own
    /// making would enter figures that nobody looks at, or that somebody will in years.
    public static boolean isPlausible(LocalDate day, Instant receivedAt) {
        return !day.isBefore(FIRST_DAY) && !day.isAfter(receivedAt.atOffset(ZoneOffset.UTC).toLocalDate().plusDays(2));
    }

    /// Forgets the text and the failures of reports whose organisation's retention has passed; their names and totals
    /// stay, so that none is counted twice when it comes again.
    ///
    /// @param before the first day that is kept
    /// @param most   reports at a time
    /// @return how many
    public int forget(LocalDate before, int most) {
        List<UUID> keys = session.sql().select(REPORT.REPORT_KEY).from(REPORT)
                .where(REPORT.TENANT_ID.eq(session.tenant())).and(REPORT.DAY.lt(before))
                .and(REPORT.CONTENT.isNotNull()).orderBy(REPORT.DAY).limit(most).forUpdate().skipLocked()
                .fetch(REPORT.REPORT_KEY);
        if (!keys.isEmpty()) {
            session.sql().deleteFrom(FAILURE_DETAIL).where(FAILURE_DETAIL.REPORT_KEY.in(keys))
                    .and(FAILURE_DETAIL.DAY.lt(before)).execute();
            session.sql().deleteFrom(REPORT_POLICY).where(REPORT_POLICY.REPORT_KEY.in(keys)).execute();
            session.sql().update(REPORT).setNull(REPORT.CONTENT).where(REPORT.REPORT_KEY.in(keys)).execute();
        }
        return keys.size();
    }

    private static String signer(Authenticity authenticity) {
        return authenticity.state() == Authenticity.State.VERIFIED ? authenticity.signer().orElse("") : "";
    }

    private static DailyFigures.Source source(ReportRecord row) {
        return new DailyFigures.Source(row.getDomainId(), row.getDay(), row.getOrganizationName(),
                signer(ReportStore.authenticity(row)), row.getAuthentic());
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static Long orNull(OptionalLong count) {
        return count.isPresent() ? (Long) count.getAsLong() : null;
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
}

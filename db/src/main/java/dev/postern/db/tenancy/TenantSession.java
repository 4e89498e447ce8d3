package dev.postern.db.tenancy;

import dev.postern.db.account.ApiTokenStore;
import dev.postern.db.account.MemberStore;
import dev.postern.db.account.OrganisationStore;
import dev.postern.db.dns.DnsConnectionStore;
import dev.postern.db.dns.DnsWritingStore;
import dev.postern.db.domain.DomainStore;
import dev.postern.db.domain.DomainTableStore;
import dev.postern.db.domain.PolicyStore;
import dev.postern.db.domain.RegisteredMxHostStore;
import dev.postern.db.fetch.PolicyFetchStore;
import dev.postern.db.finding.FindingStore;
import dev.postern.db.imports.ImportStore;
import dev.postern.db.mailbox.MailboxStore;
import dev.postern.db.outbox.Outbox;
import dev.postern.db.plan.PlanStore;
import dev.postern.db.probe.ObservationStore;
import dev.postern.db.report.FigureStore;
import dev.postern.db.report.ImportItemStore;
import dev.postern.db.report.PolicyTypeFigureStore;
import dev.postern.db.report.RecordingStore;
import dev.postern.db.report.RejectedReportStore;
import dev.postern.db.report.ReportStore;
import dev.postern.db.report.UnsettledMailStore;
import dev.postern.db.rollout.RolloutStore;
import dev.postern.db.rollout.SetAsideStore;
import dev.postern.db.timeline.TimelineStore;
import java.time.LocalDate;
import java.util.UUID;
import org.jooq.DSLContext;

/// One transaction of one tenant, and the stores in it. It must not outlive its transaction.
///
/// @param tenant the organisation whose rows are visible
/// @param sql    the transaction
public record TenantSession(UUID tenant, DSLContext sql) {

    public DomainStore domains() {
        return new DomainStore(this);
    }

    /// @param failuresFrom the first day whose failures count
    public DomainTableStore domainTable(LocalDate failuresFrom) {
        return new DomainTableStore(this, failuresFrom);
    }

    public RegisteredMxHostStore mxHosts() {
        return new RegisteredMxHostStore(this);
    }

    public PolicyStore policies() {
        return new PolicyStore(this);
    }

    public RolloutStore rollout() {
        return new RolloutStore(this);
    }

    public PlanStore plans() {
        return new PlanStore(this);
    }

    public SetAsideStore setAsides() {
        return new SetAsideStore(this);
    }

    public PolicyFetchStore policyFetches() {
        return new PolicyFetchStore(this);
    }

    public FindingStore findings() {
        return new FindingStore(this);
    }

    public ObservationStore observations() {
        return new ObservationStore(this);
    }

    public ReportStore reports() {
        return new ReportStore(this);
    }

    public RecordingStore recording() {
        return new RecordingStore(this);
    }

    public ImportItemStore importItems() {
        return new ImportItemStore(this);
    }

    public UnsettledMailStore unsettledMails() {
        return new UnsettledMailStore(this);
    }

    public MailboxStore mailboxes() {
        return new MailboxStore(this);
    }

    public DnsConnectionStore dnsConnections() {
        return new DnsConnectionStore(this);
    }

    public DnsWritingStore dnsWriting() {
        return new DnsWritingStore(this);
    }

    public RejectedReportStore rejectedReports() {
        return new RejectedReportStore(this);
    }

    public FigureStore figures() {
        return new FigureStore(this);
    }

    public PolicyTypeFigureStore policyTypeFigures() {
        return new PolicyTypeFigureStore(this);
    }

    public ImportStore imports() {
        return new ImportStore(this);
    }

    public TimelineStore timeline() {
        return new TimelineStore(this);
    }

    public OrganisationStore organisation() {
        return new OrganisationStore(this);
    }

    public MemberStore members() {
        return new MemberStore(this);
    }

    public ApiTokenStore apiTokens() {
        return new ApiTokenStore(this);
    }

    public Outbox outbox() {
        return new Outbox(sql);
    }
}

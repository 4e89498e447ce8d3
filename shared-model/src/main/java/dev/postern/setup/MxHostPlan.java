package dev.postern.setup;

import dev.postern.check.Check;
import dev.postern.tlsrpt.ReportUri;
import dev.postern.tlsrpt.TlsRptRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What an MX host's owner publishes: the challenge, and the host's own TLSRPT record, which alone proves ownership too.
public final class MxHostPlan {

    private MxHostPlan() {
    }

    /// @param sameName the organisation's mail domain of the host's name, if there is one: a name has one TLSRPT record
    ///                 (RFC 8460 §3), so that record serves both
    public static List<RecordToPublish> records(RegisteredMxHost host, Optional<MailDomain> sameName,
                                                Installation installation) {
        var addresses = new ArrayList<ReportUri>();
        sameName.ifPresent(domain -> addresses.addAll(SetupPlan.reportAddresses(domain, installation)));
        addresses.add(ReportUri.parse(installation.reportMailto(host)).orThrow());
        addresses.add(ReportUri.parse(installation.reportHttps(host)).orThrow());
        return List.of(
                new RecordToPublish(Check.TLSRPT_RECORD, host.name().child("_smtp._tls"), "TXT",
                        new TlsRptRecord(addresses).render(),
                        "Tells senders that use DANE where to report about this host. It also proves that the host is "
                                + "yours. Safe to publish at any time." + sameName.map(domain -> " The addresses of the "
                                + "mail domain " + domain.name().unicode() + " are in it, as a name has only one such "
                                + "record: put it in place of the one there.").orElse(""), true),
                new RecordToPublish(Check.DOMAIN_OWNERSHIP, installation.ownershipName(host.name()), "TXT",
                        installation.ownershipValue(host),
                        "Only needed where the record above can't be published yet: it proves that the host is yours.",
                        true));
    }
}

package dev.postern.rollout.plan;

import dev.postern.name.HostName;
import java.util.ArrayList;
import java.util.List;

/// The steps of each change, in the safe order.
final class Rules {

    private Rules() {
    }

    static List<Rule> of(Change change) {
        return switch (change) {
            case Change.AddMx(var host) -> {
                var hosts = List.of(host);
                yield List.of(new MxSteps.Ready(hosts), new PolicySteps.Widen(hosts), new PolicySteps.Announce("id"),
                        new MxSteps.Added(hosts), new MxSteps.Verified(hosts));
            }
            case Change.ReplaceProvider(var arriving, var leaving, var shorten) -> replace(arriving, leaving, shorten);
            case Change.RenewCertificate renewal -> renew(renewal);
            case Change.MovePolicyHost(var to, var target) -> List.of(new HostSteps.Place(to, target),
                    new HostSteps.Led(target), new HostSteps.Found(target), new HostSteps.Settled());
            case Change.Retire() -> List.of(new PolicySteps.None(), new PolicySteps.AnnounceNone(),
                    new RetirementSteps.RecordRemoved(), new RetirementSteps.HostRemoved());
        };
    }

    private static List<Rule> replace(List<HostName> arriving, List<HostName> leaving, boolean shorten) {
        var rules = new ArrayList<Rule>();
        rules.add(new MxSteps.Ready(arriving));
        if (shorten) {
            rules.add(new PolicySteps.Shorten());
            rules.add(new PolicySteps.Announce("shorten-id"));
        }
        rules.add(new PolicySteps.Widen(arriving));
        rules.add(new PolicySteps.Announce("id"));
        rules.add(new MxSteps.Added(arriving));
        rules.add(new MxSteps.Verified(arriving));
        rules.add(new MxSteps.Removed(leaving));
        rules.add(new PolicySteps.Narrow(leaving, arriving));
        rules.add(new PolicySteps.Announce("id-narrow"));
        return rules;
    }

    private static List<Rule> renew(Change.RenewCertificate renewal) {
        var rules = new ArrayList<Rule>();
        renewal.authority().ifPresent(authority -> rules.add(new CertificateSteps.AuthorityAllowed(renewal.mx(), authority)));
        if (renewal.dane()) {
            rules.add(new CertificateSteps.TlsaAdded(renewal.mx(), renewal.before()));
        }
        rules.add(new CertificateSteps.Renewed(renewal.mx(), renewal.before(), renewal.dane()));
        rules.add(new MxSteps.Verified(List.of(renewal.mx())));
        if (renewal.dane()) {
            rules.add(new CertificateSteps.TlsaRemoved(renewal.mx()));
        }
        return rules;
    }
}

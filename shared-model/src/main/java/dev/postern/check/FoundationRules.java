package dev.postern.check;

import dev.postern.name.DomainName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.FoundationAnswers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The layers below MTA-STS: who may send in the domain's name. They stand by themselves; none holds up the rollout.
final class FoundationRules {

    private FoundationRules() {
    }

    /// One finding for each check of the stage.
    ///
    /// @param given DKIM selectors that somebody named; what stands there counts, common ones only help
    /// @param at    when the answers came
    static List<Finding> judge(DomainName domain, FoundationAnswers answers, Set<String> given, Instant at) {
        var dmarc = new DmarcRules(domain, answers, at);
        return Stream.of(SpfRules.judge(domain, answers, at), DkimRules.judge(domain, answers, given, at),
                dmarc.judge(),
                BimiRules.judge(domain, answers, dmarc, at)).flatMap(List::stream).toList();
    }

    static List<Evidence> evidence(String where, DnsAnswer answer, Instant at) {
        return List.of(new Evidence("TXT " + where, answer.text(), at));
    }

    /// @param asked answers by the name that was asked for
    static List<Evidence> evidence(Map<String, DnsAnswer> asked, Instant at) {
        return asked.entrySet().stream().flatMap(each -> evidence(each.getKey(), each.getValue(), at).stream())
                .toList();
    }
}

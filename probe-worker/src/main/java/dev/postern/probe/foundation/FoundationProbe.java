package dev.postern.probe.foundation;

import dev.postern.foundation.DmarcDiscovery;
import dev.postern.foundation.SpfRecord;
import dev.postern.foundation.SpfTree;
import dev.postern.name.DomainName;
import dev.postern.observation.DnsAnswer;
import dev.postern.observation.FoundationAnswers;
import dev.postern.observation.FoundationAnswers.Organizational;
import dev.postern.probe.dns.Dns;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/// Asks for what [FoundationAnswers] holds, side by side where one answer does not depend on another.
public final class FoundationProbe {

    private static final Executor THREADS = task -> Thread.ofVirtual().name("probe-foundation").start(task);
    /// Selectors that large providers and common software use unless told otherwise.
    private static final List<String> COMMON_SELECTORS = List.of("google", "selector1", "selector2", "default", "k1",
            "k2", "s1", "s2", "mail", "dkim", "fm1", "fm2", "fm3", "protonmail", "mxvault", "mandrill", "zmail", "smtp",
            "mx");
    /// Receivers stop after ten lookups. Each name asked for is one, so a record that leads to more is over the limit
    /// whatever stands there.
    private static final int MAX_INCLUDES = 10;
    private static final int MAX_SELECTORS = 40;

    private final Dns dns;

    public FoundationProbe(Dns dns) {
        this.dns = dns;
    }

    /// @param selectors DKIM selectors that somebody named
    public FoundationAnswers ask(DomainName domain, Set<String> selectors) {
        String name = domain.ascii();
        var spf = later(() -> dns.txt(name));
        var bimi = later(() -> dns.txt(domain.child("default._bimi")));
        var dmarc = later(() -> dns.txt(domain.child("_dmarc")));
        String above = DmarcDiscovery.organizationalDomain(name);
        Optional<CompletableFuture<DnsAnswer>> organizational = above.equals(name) ? Optional.empty()
                : Optional.of(later(() -> dns.txt("_dmarc." + above)));
        var wanted = new LinkedHashSet<>(selectors);
        wanted.addAll(COMMON_SELECTORS);
        var dkim = CompletableFuture.supplyAsync(() -> all(wanted.stream().limit(MAX_SELECTORS).toList(),
                selector -> dns.txt(domain.child(selector + "._domainkey"))), THREADS);
        var included = spf.thenApplyAsync(record -> included(name, record), THREADS);
        var partly = new FoundationAnswers(spf.join(), Map.of(), Map.of(), dmarc.join(),
                organizational.map(answer -> new Organizational(above, answer.join())), Map.of(), bimi.join());
        return new FoundationAnswers(partly.spf(), included.join(), dkim.join(), partly.dmarc(),
                partly.organizational(), consent(name, partly), partly.bimi());
    }

    /// Level by level, each name once.
    private Map<String, DnsAnswer> included(String domain, DnsAnswer answer) {
        Map<String, DnsAnswer> found = new LinkedHashMap<>();
        var level = next(answer);
        while (!level.isEmpty() && found.size() < MAX_INCLUDES) {
            var names = level.stream().filter(name -> !name.equals(domain) && !found.containsKey(name)).distinct()
                    .limit(MAX_INCLUDES - found.size()).toList();
            Map<String, DnsAnswer> answers = all(names, dns::txt);
            found.putAll(answers);
            level = answers.values().stream().flatMap(each -> next(each).stream()).toList();
        }
        return found;
    }

    private static List<String> next(DnsAnswer answer) {
        return SpfRecord.parse(answer.values()).asOptional().map(SpfTree::next).orElse(List.of());
    }

    private Map<String, DnsAnswer> consent(String name, FoundationAnswers answers) {
        Optional<DmarcDiscovery> found = DmarcDiscovery.of(name, answers);
        if (found.isEmpty()) {
            return Map.of();
        }
        return all(found.get().outside(), destination -> dns.txt(found.get().where() + "._report._dmarc."
                + destination));
    }

    private static Map<String, DnsAnswer> all(Collection<String> names, Function<String, DnsAnswer> question) {
        var asked = new LinkedHashMap<String, CompletableFuture<DnsAnswer>>();
        names.forEach(name -> asked.put(name, later(() -> question.apply(name))));
        var answers = new HashMap<String, DnsAnswer>();
        asked.forEach((name, answer) -> answers.put(name, answer.join()));
        return answers;
    }

    private static CompletableFuture<DnsAnswer> later(Supplier<DnsAnswer> question) {
        return CompletableFuture.supplyAsync(question, THREADS);
    }
}

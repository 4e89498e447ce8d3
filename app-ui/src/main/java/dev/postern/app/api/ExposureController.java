package dev.postern.app.api;

import dev.postern.app.domain.DomainStatus;
import dev.postern.app.domain.Domains;
import dev.postern.app.domain.Exposures;
import dev.postern.rollout.Exposure;
import dev.postern.rollout.Fetcher;
import dev.postern.setup.MailDomain;
import dev.postern.setup.PolicyHosting;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// How far a mistake reaches, and who fetched the policy.
@RestController
@RequestMapping("/api/v1/domains/{domain}")
@Tag(name = "Exposure")
class ExposureController {

    /// @param reasons    what is wrong at this MX
    /// @param since      since when it is seen; null where that is not known
    /// @param partly     whether only some of its addresses are refused
    /// @param notNamedBy versions of the policy that senders may hold and that do not name it; null stands for a policy
    ///                   from elsewhere
    public record RefusedMx(String mx, List<String> reasons, Instant since, boolean partly, List<Integer> notNamedBy) {
    }

    /// @param counts whether the report is one that anyone could not have made up
    public record ReportedFailure(LocalDate day, String organization, String resultType, String mx, long sessions,
                                  boolean counts) {
    }

    /// A policy in enforce that senders may hold.
    ///
    /// @param version  null for a policy from elsewhere
    /// @param served   whether it is, or may be, served still
    /// @param until    when the last sender has let go of it, should it be replaced now
    /// @param fetchers how many clients were seen to fetch it and may hold it
    /// @param renewed  how many of them have fetched a newer version since
    public record HeldPolicy(Integer version, Exposure.Effect effect, boolean served, Instant until, int fetchers,
                             long renewed) {
    }

    /// @param lookers  by when senders see the new id that look for one when a delivery fails; null where it does not
    ///                 depend on that, or can't be told
    /// @param everyone when the last sender does; null where it does not depend on what senders hold
    public record WayOut(Instant lookers, Instant everyone, String text) {

        static WayOut of(Exposure.Way way) {
            return new WayOut(way.lookers().orElse(null), way.everyone().orElse(null), way.text());
        }
    }

    /// @param rollback what going back to testing gains, or has gained; null where there is nothing to go back from
    /// @param repair   what putting the fault right gains; null where there is none
    public record DomainExposure(Exposure.Effect effect, String headline, String outlook, String advice,
                                 List<RefusedMx> refused, List<ReportedFailure> reported, List<HeldPolicy> held,
                                 WayOut rollback, WayOut repair) {

        static DomainExposure of(Exposure exposure) {
            return new DomainExposure(exposure.effect(), exposure.headline(), exposure.outlook(), exposure.advice(),
                    exposure.refusals().stream().map(each -> new RefusedMx(each.mx(), each.reasons(),
                            each.since().orElse(null), each.partly(), each.notNamedBy().stream()
                            .map(held -> held.version().orElse(null)).toList())).toList(),
                    exposure.reports().stream().map(each -> new ReportedFailure(each.day(), each.organization(),
                            each.type().wire(), each.mx(), each.sessions(), each.counts())).toList(),
                    exposure.holdings().stream().map(each -> new HeldPolicy(each.policy().version().orElse(null),
                            each.effect(), each.served(), each.until(), each.holders().size(),
                                    each.renewed())).toList(),
                    exposure.rollback().map(WayOut::of).orElse(null), exposure.repair().map(WayOut::of).orElse(null));
        }
    }

    /// Programs of one network that fetched one version of the policy.
    ///
    /// @param network   never an address; null for all those together that are not listed one by one
    /// @param userAgent empty where the client gave none
    /// @param version   of the policy; null for one that is no longer kept
    public record PolicyFetch(String network, String userAgent, Integer version, long fetches, Instant firstAt,
                              Instant lastAt) {

        static PolicyFetch of(Fetcher fetcher) {
            return new PolicyFetch(fetcher.network().orElse(null), fetcher.userAgent(), fetcher.version().orElse(null),
                    fetcher.fetches(), fetcher.firstAt(), fetcher.lastAt());
        }
    }

    /// @param logged whether the policy is fetched from Postern's policy host, so that fetches are seen
    /// @param items  the newest first; what no sender can hold any more is forgotten
    public record PolicyFetches(boolean logged, List<PolicyFetch> items) {
    }

    private final Domains domains;
    private final Exposures exposures;
    private final DomainPaths paths;

    ExposureController(Domains domains, Exposures exposures, DomainPaths paths) {
        this.domains = domains;
        this.exposures = exposures;
        this.paths = paths;
    }

    @GetMapping("/exposure")
    @Operation(summary = "How far a mistake reaches under enforce",
            description = "What senders refuse, who holds which policy until when, and what a repair or a rollback "
                    + "gains.")
    DomainExposure exposure(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain) {
        DomainStatus status = domains.status(actor.tenant(), paths.name(domain))
                .orElseThrow(() -> ApiProblem.noSuchDomain(domain));
        return DomainExposure.of(exposures.of(actor.tenant(), status));
    }

    @GetMapping("/policy-fetches")
    @Operation(summary = "Who fetched the policy from Postern's policy host",
            description = "By network and user agent, at most about 2,000; probes of Postern are left out.")
    PolicyFetches fetches(@AuthenticationPrincipal Domains.Actor actor, @PathVariable String domain) {
        MailDomain found = paths.find(actor.tenant(), domain);
        return new PolicyFetches(found.hosting() == PolicyHosting.POSTERN,
                exposures.fetchers(actor.tenant(), found.id()).stream().map(PolicyFetch::of).toList());
    }
}

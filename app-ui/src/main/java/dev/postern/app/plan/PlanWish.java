package dev.postern.app.plan;

import dev.postern.name.HostName;
import dev.postern.parse.Parsed;
import dev.postern.rollout.plan.Change;
import dev.postern.rollout.plan.World;
import dev.postern.setup.Installation;
import dev.postern.setup.PolicyHosting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// A change as a person asks for it: what was typed, not yet looked at.
public sealed interface PlanWish {

    /// @param host the new mail server
    record AddMx(String host) implements PlanWish {
    }

    /// @param arriving new mail servers, each entry one or several with spaces, commas or line ends between
    /// @param leaving  those to remove, likewise
    /// @param shorten  whether to shorten max_age first
    record ReplaceProvider(List<String> arriving, List<String> leaving, boolean shorten) implements PlanWish {
        public ReplaceProvider {
            arriving = List.copyOf(arriving);
            leaving = List.copyOf(leaving);
        }
    }

    /// @param authority as CAA records name it; blank where it stays
    record RenewCertificate(String mx, String authority) implements PlanWish {
    }

    /// @param target where `mta-sts` is to lead to; not looked at when Postern is to answer
    record MovePolicyHost(PolicyHosting to, String target) implements PlanWish {
    }

    record Retire() implements PlanWish {
    }

    /// The change, or what is wrong with what was typed.
    default Parsed<Change> read(World world, Installation installation) {
        return switch (this) {
            case AddMx(var host) -> about(host(host, "Name the new mail server, like mx2.example.com."), Change.AddMx::new);
            case ReplaceProvider(var arriving, var leaving, var shorten) -> replace(arriving, leaving, shorten);
            case RenewCertificate(var mx, var authority) -> renew(mx, authority, world);
            case MovePolicyHost(var to, var target) -> about(host(to == PolicyHosting.POSTERN
                    ? installation.policyHostTarget(world.domain()).toLowerCase(Locale.ROOT) : target,
                    "Name the host that is to serve the policy, like www.example.com."),
                    host -> new Change.MovePolicyHost(to, host));
            case Retire() -> Parsed.valid(new Change.Retire());
        };
    }

    private static Parsed<Change> about(Parsed<HostName> host, Function<HostName, Change> change) {
        return switch (host) {
            case Parsed.Valid<HostName>(var name, var _) -> Parsed.valid(change.apply(name));
            case Parsed.Invalid<HostName>(var problems) -> new Parsed.Invalid<>(problems);
        };
    }

    private static Parsed<HostName> host(String text, String empty) {
        return text == null || text.isBlank() ? Parsed.invalid("host-missing", empty, "") : HostName.parse(text);
    }

    private static Parsed<Change> replace(List<String> arriving, List<String> leaving, boolean shorten) {
        var come = new ArrayList<HostName>();
        var go = new ArrayList<HostName>();
        for (String text : split(arriving)) {
            if (HostName.parse(text) instanceof Parsed.Invalid<HostName>(var problems)) {
                return new Parsed.Invalid<>(problems);
            }
            come.add(HostName.parse(text).orThrow());
        }
        for (String text : split(leaving)) {
            if (HostName.parse(text) instanceof Parsed.Invalid<HostName>(var problems)) {
                return new Parsed.Invalid<>(problems);
            }
            go.add(HostName.parse(text).orThrow());
        }
        if (come.isEmpty() || go.isEmpty()) {
            return Parsed.invalid("hosts-missing", come.isEmpty() ? "Name the new provider's mail servers."
                    : "Choose the mail servers that are to go.", "");
        }
        if (come.size() > Change.MOST_HOSTS || go.size() > Change.MOST_HOSTS) {
            return Parsed.invalid("hosts-too-many", "At most " + Change.MOST_HOSTS + " mail servers come and go in one plan.",
                    "");
        }
        return Parsed.valid(new Change.ReplaceProvider(come.stream().distinct().toList(), go.stream().distinct().toList(),
                shorten));
    }

    private static List<String> split(List<String> texts) {
        return texts.stream().flatMap(text -> Stream.of(text.split("[\\s,;]+"))).filter(text -> !text.isEmpty()).toList();
    }

    private static Parsed<Change> renew(String mx, String authority, World world) {
        Parsed<HostName> host = host(mx, "Choose the mail server.");
        if (host instanceof Parsed.Invalid<HostName>(var problems)) {
            return new Parsed.Invalid<>(problems);
        }
        Optional<HostName> named = Optional.empty();
        if (authority != null && !authority.isBlank()) {
            if (HostName.parse(authority) instanceof Parsed.Invalid<HostName>) {
                return Parsed.invalid("authority-syntax", "Name the authority as its CAA records do, like letsencrypt.org; "
                        + "its documentation says how.", "RFC 8659 §4.2");
            }
            named = Optional.of(HostName.parse(authority).orThrow());
        }
        HostName name = host.orThrow();
        return Parsed.valid(new Change.RenewCertificate(name, named.map(HostName::ascii), world.fingerprints(name),
                world.dane(name)));
    }
}

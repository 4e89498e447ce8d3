package dev.postern.foundation;

import dev.postern.foundation.SpfTerm.Directive;
import dev.postern.foundation.SpfTerm.Mechanism;
import dev.postern.foundation.SpfTerm.Qualifier;
import dev.postern.parse.Parsed;
import dev.postern.parse.Problem;
import dev.postern.parse.Quoted;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads one word of an SPF record (RFC 7208 §12).
final class SpfTermParser {

    private static final Pattern TERM = Pattern.compile("(?<sign>[-+?~]?)(?<name>[A-Za-z][A-Za-z0-9_.-]*)(?<rest>.*)");
    /// The prefix lengths at the end of `a` and `mx`: `/24`, `//64`, `/24//64`.
    private static final Pattern DUAL_PREFIX = Pattern.compile("(?:/(?<ip4>[0-9]+))?(?://(?<ip6>[0-9]+))?$");
    private static final Pattern LENGTH = Pattern.compile("0|[1-9][0-9]{0,2}");
    private static final Pattern IP4 = Pattern.compile("(?:(?:0|[1-9][0-9]{0,2})(?:\\.|$)){4}");
    private static final Pattern IP6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
    private static final int IP4_BITS = 32;
    private static final int IP6_BITS = 128;

    /// What the fault is; the caller adds the word in which it is.
    private record Fault(String code, String message, String rule) {
    }

    private static final class FaultException extends RuntimeException {
        private final transient Fault fault;

        FaultException(String code, String message, String rule) {
            super(message, null, false, false);
            this.fault = new Fault(code, message, rule);
        }
    }

    private SpfTermParser() {
    }

    static Parsed<SpfTerm> parse(String word) {
        try {
            return Parsed.valid(read(word));
        } catch (FaultException refused) {
            Fault fault = refused.fault;
            return new Parsed.Invalid<>(List.of(new Problem(fault.code(), Quoted.of(word) + ": " + fault.message(),
                    fault.rule())));
        }
    }

    private static SpfTerm read(String word) {
        Matcher term = TERM.matcher(word);
        if (!term.matches()) {
            throw new FaultException("spf-term", "not a mechanism such as include:example.net, nor a modifier such as "
                    + "redirect=example.net.", "RFC 7208 §4.6.1");
        }
        String name = term.group("name").toLowerCase(Locale.ROOT);
        String rest = term.group("rest");
        String sign = term.group("sign");
        if (!rest.startsWith("=")) {
            return new Directive(qualifier(sign), mechanism(name, rest));
        }
        if (!sign.isEmpty()) {
            throw new FaultException("spf-modifier-sign", "a modifier takes no sign in front.", "RFC 7208 §4.6.1");
        }
        return modifier(name, rest.substring(1));
    }

    private static Qualifier qualifier(String sign) {
        return switch (sign) {
            case "-" -> Qualifier.FAIL;
            case "~" -> Qualifier.SOFTFAIL;
            case "?" -> Qualifier.NEUTRAL;
            default -> Qualifier.PASS;
        };
    }

    private static SpfTerm modifier(String name, String value) {
        return switch (name) {
            case "redirect" -> new SpfTerm.Redirect(target(value, "RFC 7208 §6.1"));
            case "exp" -> new SpfTerm.Explanation(target(value, "RFC 7208 §6.2"));
            default -> {
                if (!DomainSpec.isMacroString(value)) {
                    throw new FaultException("spf-macro", "a % must begin a macro such as %{i}, or be written %%.",
                            "RFC 7208 §7.1");
                }
                yield new SpfTerm.OtherModifier(name, value);
            }
        };
    }

    private static Mechanism mechanism(String name, String rest) {
        return switch (name) {
            case "all" -> {
                if (!rest.isEmpty()) {
                    throw new FaultException("spf-all", "all takes nothing behind it.", "RFC 7208 §5.1");
                }
                yield new Mechanism.All();
            }
            case "include" -> new Mechanism.Include(afterColon(name, rest, "RFC 7208 §5.2"));
            case "exists" -> new Mechanism.Exists(afterColon(name, rest, "RFC 7208 §5.7"));
            case "ptr" -> new Mechanism.Ptr(rest.isEmpty() ? Optional.empty()
                    : Optional.of(afterColon(name, rest, "RFC 7208 §5.5")));
            case "a" -> hosts(name, rest, "RFC 7208 §5.3",
                    hosts -> new Mechanism.A(hosts.target(), hosts.ip4(), hosts.ip6()));
            case "mx" -> hosts(name, rest, "RFC 7208 §5.4",
                    hosts -> new Mechanism.Mx(hosts.target(), hosts.ip4(), hosts.ip6()));
            case "ip4" -> ip4(rest);
            case "ip6" -> ip6(rest);
            default -> throw new FaultException("spf-mechanism", "there is no mechanism of this name"
                    + (name.matches("ip|ipv[46]") ? "; write ip4: or ip6:." : "."), "RFC 7208 §4.6.1");
        };
    }

    private static DomainSpec afterColon(String name, String rest, String rule) {
        if (!rest.startsWith(":")) {
            throw new FaultException("spf-target-missing", name + " needs a domain: " + name + ":example.net.", rule);
        }
        return target(rest.substring(1), rule);
    }

    private static DomainSpec target(String text, String rule) {
        return DomainSpec.of(text).orElseThrow(() -> new FaultException("spf-target",
                "what it leads to is no domain name in full, with macros or without.", rule));
    }

    /// What stands behind `a` and `mx`.
    private record Hosts(Optional<DomainSpec> target, int ip4, int ip6) {
    }

    private static Mechanism hosts(String name, String rest, String rule, Function<Hosts, Mechanism> made) {
        Matcher prefix = DUAL_PREFIX.matcher(rest);
        // The first slash that begins the end of the word; there is always a match, if an empty one.
        if (!prefix.find()) {
            throw new IllegalStateException("an optional end matches");
        }
        String target = rest.substring(0, prefix.start());
        int ip4 = length(prefix.group("ip4"), IP4_BITS);
        int ip6 = length(prefix.group("ip6"), IP6_BITS);
        return made.apply(new Hosts(target.isEmpty() ? Optional.empty()
                : Optional.of(afterColon(name, target, rule)), ip4, ip6));
    }

    private static Mechanism ip4(String rest) {
        Network network = network("ip4", rest, IP4_BITS);
        if (!IP4.matcher(network.address()).matches() || network.address().endsWith(".")
                || !octets(network.address())) {
            throw new FaultException("spf-ip4", "the address is not of the form 192.0.2.1.", "RFC 7208 §5.6");
        }
        return new Mechanism.Ip4(network.address(), network.prefix());
    }

    private static boolean octets(String address) {
        for (String octet : address.split("\\.")) {
            if (Integer.parseInt(octet) > 255) {
                return false;
            }
        }
        return true;
    }

    private static Mechanism ip6(String rest) {
        Network network = network("ip6", rest, IP6_BITS);
        if (!isIp6(network.address())) {
            throw new FaultException("spf-ip6", "the address is not of the form 2001:db8::1.", "RFC 7208 §5.6");
        }
        return new Mechanism.Ip6(network.address(), network.prefix());
    }

    private static boolean isIp6(String address) {
        if (!IP6.matcher(address).matches() || address.indexOf(':') < 0) {
            return false;
        }
        try {
            InetAddress.ofLiteral(address);
            return true;
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }

    private record Network(String address, int prefix) {
    }

    private static Network network(String name, String rest, int bits) {
        if (!rest.startsWith(":")) {
            throw new FaultException("spf-address-missing", name + " needs an address behind a colon.",
                    "RFC 7208 §5.6");
        }
        int slash = rest.indexOf('/');
        return slash < 0 ? new Network(rest.substring(1), bits)
                : new Network(rest.substring(1, slash), length(rest.substring(slash + 1), bits));
    }

    /// @param digits null: not given, so the whole address counts
    private static int length(String digits, int bits) {
        if (digits == null) {
            return bits;
        }
        if (!LENGTH.matcher(digits).matches() || Integer.parseInt(digits) > bits) {
            throw new FaultException("spf-prefix", "a prefix length is a number from 0 to " + bits
                    + " without zeros in front.", "RFC 7208 §12");
        }
        return Integer.parseInt(digits);
    }
}

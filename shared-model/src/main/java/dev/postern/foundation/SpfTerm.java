package dev.postern.foundation;

import java.util.Optional;

/// One word of an SPF record: a directive or a modifier (RFC 7208 §4.6.1).
public sealed interface SpfTerm {

    /// As to publish.
    String render();

    /// The outcome when a mechanism matches (RFC 7208 §4.6.2).
    enum Qualifier {
        PASS("+"), FAIL("-"), SOFTFAIL("~"), NEUTRAL("?");

        private final String sign;

        Qualifier(String sign) {
            this.sign = sign;
        }

        public String sign() {
            return sign;
        }
    }

    /// A mechanism, and the outcome when it matches.
    record Directive(Qualifier qualifier, Mechanism mechanism) implements SpfTerm {
        @Override
        public String render() {
            // A bare `all` is easily overlooked; its sign is always written.
            boolean sign = qualifier != Qualifier.PASS || mechanism instanceof Mechanism.All;
            return (sign ? qualifier.sign() : "") + mechanism.render();
        }
    }

    /// What a sender is compared with (RFC 7208 §5).
    sealed interface Mechanism {

        String render();

        /// Whether it counts towards the ten (RFC 7208 §4.6.4).
        default boolean causesLookup() {
            return switch (this) {
                case Include _, A _, Mx _, Ptr _, Exists _ -> true;
                case All _, Ip4 _, Ip6 _ -> false;
            };
        }

        /// Matches always (§5.1).
        record All() implements Mechanism {
            @Override
            public String render() {
                return "all";
            }
        }

        /// Matches when the other domain's record passes (§5.2).
        record Include(DomainSpec target) implements Mechanism {
            @Override
            public String render() {
                return "include:" + target;
            }
        }

        /// The addresses of a name (§5.3).
        ///
        /// @param target    empty: the domain itself
        /// @param ip4Prefix 0 to 32
        /// @param ip6Prefix 0 to 128
        record A(Optional<DomainSpec> target, int ip4Prefix, int ip6Prefix) implements Mechanism {
            @Override
            public String render() {
                return "a" + of(target) + prefixes(ip4Prefix, ip6Prefix);
            }
        }

        /// The addresses of a name's MXs (§5.4); components as for [A].
        record Mx(Optional<DomainSpec> target, int ip4Prefix, int ip6Prefix) implements Mechanism {
            @Override
            public String render() {
                return "mx" + of(target) + prefixes(ip4Prefix, ip6Prefix);
            }
        }

        /// The name of the sender's address; not to be used any more (§5.5).
        record Ptr(Optional<DomainSpec> target) implements Mechanism {
            @Override
            public String render() {
                return "ptr" + of(target);
            }
        }

        /// @param address dotted quad
        /// @param prefix  0 to 32
        record Ip4(String address, int prefix) implements Mechanism {
            @Override
            public String render() {
                return "ip4:" + address + (prefix == 32 ? "" : "/" + prefix);
            }
        }

        /// @param address as published
        /// @param prefix  0 to 128
        record Ip6(String address, int prefix) implements Mechanism {
            @Override
            public String render() {
                return "ip6:" + address + (prefix == 128 ? "" : "/" + prefix);
            }
        }

        /// Matches when the name has an address (§5.7).
        record Exists(DomainSpec target) implements Mechanism {
            @Override
            public String render() {
                return "exists:" + target;
            }
        }

        private static String of(Optional<DomainSpec> target) {
            return target.map(name -> ":" + name).orElse("");
        }

        private static String prefixes(int ip4, int ip6) {
            return (ip4 == 32 ? "" : "/" + ip4) + (ip6 == 128 ? "" : "//" + ip6);
        }
    }

    /// Another domain's record decides when nothing here matches (RFC 7208 §6.1).
    record Redirect(DomainSpec target) implements SpfTerm {
        @Override
        public String render() {
            return "redirect=" + target;
        }
    }

    /// Where the words for a refused sender are (RFC 7208 §6.2).
    record Explanation(DomainSpec target) implements SpfTerm {
        @Override
        public String render() {
            return "exp=" + target;
        }
    }

    /// A modifier that this standard does not know; receivers ignore it (RFC 7208 §6).
    record OtherModifier(String name, String value) implements SpfTerm {
        @Override
        public String render() {
            return name + "=" + value;
        }
    }
}

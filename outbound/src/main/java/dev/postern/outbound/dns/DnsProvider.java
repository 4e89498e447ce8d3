package dev.postern.outbound.dns;

import dev.postern.dnsrecord.OwnerContent;

/// One zone at one provider, and the right to write there. Calls block, for half a minute at the most.
public interface DnsProvider {

    /// What stands at a name, as the provider itself has it and no cache.
    ///
    /// @param name in or below the zone, in A-labels, without trailing dot
    /// @throws DnsProblem with what is wrong and what to do
    OwnerContent read(String name) throws DnsProblem;

    /// Puts alias and texts in the place of those that stand at a name. Nothing is changed unless what stands there is
    /// still what was expected; records of other types are never touched.
    ///
    /// @param ttl seconds
    /// @throws DnsProblem of kind [DnsProblem.Kind#CHANGED] when something else stands there by now
    void replace(String name, OwnerContent expected, OwnerContent to, int ttl) throws DnsProblem;

    /// Proves that the zone is there and that the credentials may write to it, and changes nothing.
    ///
    /// @throws DnsProblem with what is wrong and what to do
    void test() throws DnsProblem;
}

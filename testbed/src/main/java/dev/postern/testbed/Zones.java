package dev.postern.testbed;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/// Which zone a name belongs to. As long as nothing is signed, there is one zone, the root's. Once anything is, the
/// root delegates every top-level domain, and each signed one of these delegates every name right below it; a signed
/// zone below is delegated from wherever it is. A delegation is secure if the tree holds a DS record for it.
final class Zones {

    private static final Name SERVER = Names.of("ns.testbed.invalid");
    private static final int UNKNOWN_ALGORITHM = 200;

    private final NameTree tree;
    private final Map<Name, Zone> signed = new ConcurrentHashMap<>();

    Zones(NameTree tree) {
        this.tree = tree;
    }

    /// Signs a zone, its top-level domain and the root, those that are not signed yet.
    synchronized void sign(Name apex, int algorithm) {
        signOne(Name.root, DNSSEC.Algorithm.ECDSAP256SHA256);
        if (apex.labels() > 2) {
            signOne(Names.last(apex, 2), DNSSEC.Algorithm.ECDSAP256SHA256);
        }
        signOne(apex, algorithm);
    }

    private void signOne(Name apex, int algorithm) {
        if (signed.containsKey(apex)) {
            return;
        }
        var key = ZoneKey.create(apex, algorithm, AuthoritativeDns.TTL_SECONDS);
        tree.replace(apex, Type.SOA, List.of(startOfAuthority(apex)));
        tree.replace(apex, Type.NS, List.of(new NSRecord(apex, DClass.IN, AuthoritativeDns.TTL_SECONDS, SERVER)));
        tree.replace(apex, Type.DNSKEY, List.of(key.record()));
        if (!apex.equals(Name.root)) {
            tree.replace(apex, Type.DS, List.of(key.delegation()));
        }
        signed.put(apex, new Zone(apex, Optional.of(key), false));
    }

    /// Takes signatures and keys away; the parent's DS record stays, if there is one.
    synchronized void unsign(Name apex) {
        signed(apex);
        tree.replace(apex, Type.DNSKEY, List.of());
        signed.put(apex, Zone.unsigned(apex));
    }

    void flaw(Name apex, ZoneKey.Flaw flaw) {
        change(apex, zone -> new Zone(zone.apex(), zone.key().map(key -> key.with(flaw)), zone.hashed()));
    }

    void hashed(Name apex) {
        change(apex, zone -> new Zone(zone.apex(), zone.key(), true));
    }

    private synchronized void change(Name apex, UnaryOperator<Zone> change) {
        signed.put(apex, change.apply(signed(apex)));
    }

    void removeDelegationSigner(Name apex) {
        signed(apex);
        tree.replace(apex, Type.DS, List.of());
    }

    /// Puts the DS record of another key in the place of the zone's.
    void mistakeDelegationSigner(Name apex) {
        int algorithm = key(apex).record().getAlgorithm();
        tree.replace(apex, Type.DS, List.of(ZoneKey.create(apex, algorithm, AuthoritativeDns.TTL_SECONDS)
                .delegation()));
    }

    /// Gives the DS record an algorithm that nobody knows.
    void unknownAlgorithm(Name apex) {
        DSRecord known = key(apex).delegation();
        tree.replace(apex, Type.DS, List.of(new DSRecord(apex, DClass.IN, known.getTTL(), known.getFootprint(),
                UNKNOWN_ALGORITHM, known.getDigestID(), known.getDigest())));
    }

    ZoneKey key(Name apex) {
        return signed(apex).key().orElseThrow(() -> new IllegalArgumentException(apex + " is not signed"));
    }

    private Zone signed(Name apex) {
        var zone = signed.get(apex);
        if (zone == null) {
            throw new IllegalArgumentException(apex + " is not the apex of a signed zone");
        }
        return zone;
    }

    /// The zone that answers a question. The one about DS is answered above the cut (RFC 4035 §3.1.4.1).
    Zone answering(Name name, int type) {
        return of(type == Type.DS && !name.equals(Name.root) ? Names.parent(name) : name);
    }

    private Zone of(Name name) {
        for (int labels = name.labels(); labels > 0; labels--) {
            var zone = signed.get(Names.last(name, labels));
            if (zone != null) {
                return cut(zone, name).map(Zone::unsigned).orElse(zone);
            }
        }
        return Zone.unsigned(Name.root);
    }

    /// The topmost name at or above this one, below the zone's apex, where another zone begins.
    Optional<Name> cut(Zone zone, Name name) {
        for (int labels = zone.apex().labels() + 1; labels <= name.labels(); labels++) {
            Name candidate = Names.last(name, labels);
            if (isCut(zone, candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private boolean isCut(Zone zone, Name name) {
        boolean delegatesAll = zone.apex().equals(Name.root) || Names.isTopLevel(zone.apex());
        return signed.containsKey(name)
                || delegatesAll && name.labels() == zone.apex().labels() + 1 && tree.exists(name);
    }

    static SOARecord startOfAuthority(Name apex) {
        return new SOARecord(apex, DClass.IN, AuthoritativeDns.TTL_SECONDS, SERVER, SERVER, 1, 3600, 600, 86_400,
                AuthoritativeDns.TTL_SECONDS);
    }

    /// The SOA record of a zone that denies something.
    Record authority(Zone zone) {
        var own = tree.at(zone.apex(), Type.SOA);
        return own.isEmpty() ? startOfAuthority(zone.apex()) : own.getFirst();
    }
}

package dev.postern.testbed;

import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;
import org.xbill.DNS.utils.base32;

/// Proves that a signed zone has no such name, or no such record at a name: by NSEC records (RFC 4035 §3.1.3) or by
/// NSEC3 ones (RFC 5155 §7.2). They are made for each answer from the names there are.
final class Denial {

    private static final base32 HASH_TEXT = new base32(base32.Alphabet.BASE32HEX, false, true);
    /// RFC 9276 §3.1: no further iterations, no salt.
    private static final byte[] NO_SALT = {};

    private final NameTree tree;
    private final Zones zones;
    private final Map<Name, Chain> chains = new ConcurrentHashMap<>();

    /// The hashes of all names of a zone, as long as the tree has this version.
    private record Chain(long version, NavigableMap<byte[], int[]> typesByHash) {
    }

    Denial(NameTree tree, Zones zones) {
        this.tree = tree;
        this.zones = zones;
    }

    /// The records that prove it, without signatures.
    ///
    /// @param name that has nothing of the kind, or does not exist at all; in this zone
    List<Record> proof(Zone zone, Name name) {
        return zone.hashed() ? hashedProof(zone, name) : openProof(zone, name);
    }

    private List<Record> openProof(Zone zone, Name name) {
        var proof = new LinkedHashSet<Record>();
        proof.add(nextSecure(zone, owner(zone, name)));
        if (!tree.exists(name)) {
            proof.add(nextSecure(zone, owner(zone, wildcard(closestEncloser(name)))));
        }
        return new ArrayList<>(proof);
    }

    private NSECRecord nextSecure(Zone zone, Name owner) {
        return new NSECRecord(owner, DClass.IN, AuthoritativeDns.TTL_SECONDS, next(zone, owner),
                types(zone, owner, Type.NSEC));
    }

    /// The name itself where the zone has records for it, else the last one before it.
    private Name owner(Zone zone, Name name) {
        if (name.equals(zone.apex()) || zones.cut(zone, name).isPresent() || !tree.at(name).isEmpty()) {
            return name;
        }
        Name before = tree.before(name).orElse(zone.apex());
        return zones.cut(zone, before).orElse(before);
    }

    /// The next name of the zone in canonical order; after the last one comes the apex.
    private Name next(Zone zone, Name owner) {
        var next = zones.cut(zone, owner).isPresent() ? tree.afterAllBelow(owner) : tree.after(owner);
        return next.filter(name -> name.subdomain(zone.apex()))
                .map(name -> zones.cut(zone, name).orElse(name)).orElse(zone.apex());
    }

    private int[] types(Zone zone, Name owner, int... denying) {
        var there = tree.at(owner).keySet();
        Set<Integer> types = new TreeSet<>();
        if (zones.cut(zone, owner).isPresent()) {
            types.add(Type.NS);
            if (there.contains(Type.DS)) {
                types.add(Type.DS);
            }
        } else {
            types.addAll(there);
            types.remove(Type.DS);
        }
        if (!types.isEmpty() || denying.length > 0) {
            types.add(Type.RRSIG);
        }
        Arrays.stream(denying).forEach(types::add);
        return types.stream().mapToInt(Integer::intValue).toArray();
    }

    private Name closestEncloser(Name name) {
        Name above = Names.parent(name);
        while (!above.equals(Name.root) && !tree.exists(above)) {
            above = Names.parent(above);
        }
        return above;
    }

    private static Name wildcard(Name closestEncloser) {
        return Names.below(closestEncloser, "*");
    }

    private List<Record> hashedProof(Zone zone, Name name) {
        var chain = chain(zone);
        var proof = new LinkedHashSet<Record>();
        if (tree.exists(name)) {
            proof.add(nextHashed(zone, chain, name));
        } else {
            Name encloser = closestEncloser(name);
            proof.add(nextHashed(zone, chain, encloser));
            proof.add(nextHashed(zone, chain, Names.last(name, encloser.labels() + 1)));
            proof.add(nextHashed(zone, chain, wildcard(encloser)));
        }
        return new ArrayList<>(proof);
    }

    /// The record whose hash is the name's, else the one whose span covers it.
    private static NSEC3Record nextHashed(Zone zone, Chain chain, Name name) {
        var hashes = chain.typesByHash();
        byte[] at = Optional.ofNullable(hashes.floorKey(hash(name))).orElseGet(hashes::lastKey);
        byte[] next = Optional.ofNullable(hashes.higherKey(at)).orElseGet(hashes::firstKey);
        Name owner = Names.below(zone.apex(), HASH_TEXT.toString(at));
        return new NSEC3Record(owner, DClass.IN, AuthoritativeDns.TTL_SECONDS, NSEC3Record.Digest.SHA1, 0, 0, NO_SALT,
                next, hashes.get(at));
    }

    private Chain chain(Zone zone) {
        long version = tree.version();
        return chains.compute(zone.apex(), (_, known) -> known != null && known.version() == version ? known
                : new Chain(version, hashes(zone)));
    }

    private NavigableMap<byte[], int[]> hashes(Zone zone) {
        var hashes = new TreeMap<byte[], int[]>(Arrays::compareUnsigned);
        Name owner = zone.apex();
        do {
            hashes.put(hash(owner), types(zone, owner));
            // What only lies above other names has a hash of its own, and no types (RFC 5155 §7.1).
            for (int labels = owner.labels() - 1; labels > zone.apex().labels(); labels--) {
                hashes.putIfAbsent(hash(Names.last(owner, labels)), types(zone, Names.last(owner, labels)));
            }
            owner = next(zone, owner);
        } while (!owner.equals(zone.apex()));
        return hashes;
    }

    private static byte[] hash(Name name) {
        try {
            return new NSEC3Record(name, DClass.IN, 0, NSEC3Record.Digest.SHA1, 0, 0, NO_SALT, new byte[1], new int[0])
                    .hashName(name);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-1", missing);
        }
    }
}

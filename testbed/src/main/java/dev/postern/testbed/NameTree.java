package dev.postern.testbed;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/// The records of every name there is, in the canonical order of names (RFC 4034 §6.1): what is below a name follows
/// it, so what exists, and what comes next, is found without a walk through all of them.
///
/// Readers see each edit whole: the records of a name are an immutable map that is replaced.
final class NameTree {

    private static final int MAX_LABEL = 63;

    private final NavigableMap<Name, Map<Integer, List<Record>>> names = new ConcurrentSkipListMap<>();
    private final Map<Name, Long> ttls = new ConcurrentHashMap<>();
    private final AtomicLong version = new AtomicLong();

    void replace(Name owner, int type, List<Record> with) {
        edit(owner, types -> {
            if (with.isEmpty()) {
                types.remove(type);
            } else {
                types.put(type, with);
            }
        });
    }

    void add(Record record) {
        edit(record.getName(), types -> {
            var all = new ArrayList<>(types.getOrDefault(record.getType(), List.of()));
            all.add(record);
            types.put(record.getType(), all);
        });
    }

    /// Gives all records of a name this TTL, also those to come.
    void ttl(Name owner, long seconds) {
        ttls.put(owner, seconds);
        edit(owner, _ -> {
        });
    }

    private void edit(Name owner, Consumer<Map<Integer, List<Record>>> change) {
        names.compute(owner, (_, before) -> {
            var types = new HashMap<>(before == null ? Map.<Integer, List<Record>>of() : before);
            change.accept(types);
            Long ttl = ttls.get(owner);
            types.replaceAll((_, records) -> records.stream().map(record -> withTtl(record, ttl)).toList());
            return types.isEmpty() ? null : Map.copyOf(types);
        });
        version.incrementAndGet();
    }

    private static Record withTtl(Record record, Long ttl) {
        return ttl == null || record.getTTL() == ttl ? record : Record.newRecord(record.getName(), record.getType(),
                record.getDClass(), ttl, record.rdataToWireCanonical());
    }

    /// Grows with every edit.
    long version() {
        return version.get();
    }

    /// The records at a name by type; empty when there are none.
    Map<Integer, List<Record>> at(Name name) {
        return names.getOrDefault(name, Map.of());
    }

    List<Record> at(Name name, int type) {
        return at(name).getOrDefault(type, List.of());
    }

    /// Whether there is anything at the name or below it (RFC 8020: what is above an existing name exists).
    boolean exists(Name name) {
        Name least = names.ceilingKey(name);
        return least != null && least.subdomain(name);
    }

    /// The last name with records before this one.
    Optional<Name> before(Name name) {
        return Optional.ofNullable(names.lowerKey(name));
    }

    /// The first name with records after this one.
    Optional<Name> after(Name name) {
        return Optional.ofNullable(names.higherKey(name));
    }

    /// The first name with records that is neither this one nor below it.
    Optional<Name> afterAllBelow(Name name) {
        var next = Optional.ofNullable(names.higherKey(lastBelow(name)));
        while (next.isPresent() && next.get().subdomain(name)) {
            next = after(next.get());
        }
        return next;
    }

    /// A name that sorts after nearly all below the given one, where it fits.
    private static Name lastBelow(Name name) {
        if (name.length() + MAX_LABEL + 1 > 255) {
            return name;
        }
        return Names.below(name, "\\255".repeat(MAX_LABEL));
    }
}

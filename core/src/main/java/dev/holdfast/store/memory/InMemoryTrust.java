package dev.holdfast.store.memory;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.trust.Pin;
import dev.holdfast.spi.trust.TrustStore;
import dev.holdfast.spi.trust.Verified;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What is remembered of upstreams and verified of installs. */
record InMemoryTrust(InMemoryTables tables) implements TrustStore {

    @Override
    public List<Pin> pins(Upstream upstream) {
        return tables.locked(() -> Stream.of(Pin.Kind.values())
                .flatMap(
                        kind -> Optional.ofNullable(tables.pins.get(InMemoryTables.PinKey.of(upstream, kind))).stream())
                .toList());
    }

    @Override
    public Pin pinFirst(Upstream upstream, Pin.Kind kind, Set<String> values, String actor) {
        return tables.locked(() -> tables.pins.computeIfAbsent(InMemoryTables.PinKey.of(upstream, kind), key -> {
            tables.audit(AuditEntry.of(actor, "pin", Pin.changed(kind, upstream, values, "")));
            return new Pin(kind, values, InMemoryTables.kept(actor), tables.now());
        }));
    }

    @Override
    public Pin accept(Upstream upstream, Pin.Kind kind, Set<String> values, String actor, String note) {
        return tables.locked(() -> {
            InMemoryTables.PinKey key = InMemoryTables.PinKey.of(upstream, kind);
            Set<String> all = new TreeSet<>(values);
            Optional.ofNullable(tables.pins.get(key)).ifPresent(pin -> all.addAll(pin.values()));
            if (all.size() > Pin.MOST) {
                throw new PermanentException(
                        Reason.CONFLICT,
                        upstream + " would have " + all.size() + " values of " + kind + "; remove the pin first");
            }
            Pin pin = new Pin(kind, all, InMemoryTables.kept(actor), tables.now());
            tables.pins.put(key, pin);
            tables.audit(AuditEntry.of(actor, "pin-accepted", Pin.changed(kind, upstream, values, note)));
            return pin;
        });
    }

    @Override
    public boolean remove(Upstream upstream, Pin.Kind kind, String actor, String note) {
        return tables.locked(() -> {
            boolean removed = tables.pins.remove(InMemoryTables.PinKey.of(upstream, kind)) != null;
            if (removed) {
                tables.audit(AuditEntry.of(actor, "pin-removed", Pin.changed(kind, upstream, Set.of(), note)));
            }
            return removed;
        });
    }

    @Override
    public Verified record(InstallKey key, Verified verified, String actor) {
        return tables.locked(() -> {
            Map<Revision, Verified> known = tables.verified.computeIfAbsent(key, same -> new LinkedHashMap<>());
            Verified before = known.remove(verified.revision());
            Verified kept = verified.at(before == null ? tables.now() : before.at());
            known.put(kept.revision(), kept);
            if (known.size() > MOST_VERIFIED) {
                known.remove(known.keySet().iterator().next());
            }
            tables.audit(AuditEntry.of(actor, "trust-verified", kept.text())
                    .about(key)
                    .to(kept.revision()));
            return kept;
        });
    }

    @Override
    public Optional<Verified> verified(InstallKey key, Revision revision) {
        return tables.locked(() -> Optional.ofNullable(tables.verified.get(key)).map(known -> known.get(revision)));
    }
}

package dev.holdfast.store.memory;

import dev.holdfast.spi.Destination;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.PlaceStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/** Where something of ours may still lie. */
final class InMemoryPlaces implements PlaceStore {

    private static final int MOST_CLAIMS = 1000;

    private final InMemoryTables tables;

    InMemoryPlaces(InMemoryTables tables) {
        this.tables = tables;
    }

    @Override
    public Page<Place> list(Page.Request page) {
        Optional<Destination> after = page.after().map(text -> destination(text, page));
        return tables.locked(() -> {
            NavigableMap<Destination, InMemoryPlace> rest =
                    after.map(place -> tables.places.tailMap(place, false)).orElse(tables.places);
            List<Place> rows = rest.entrySet().stream()
                    .limit(page.limit() + 1L)
                    .map(entry -> new Place(entry.getValue().key, entry.getKey().address()))
                    .toList();
            return Page.of(
                    rows, page, place -> place.address() + "/" + place.key().plugin());
        });
    }

    @Override
    public List<PlaceClaim> claimDue(String node, int max, Duration lease) {
        InMemoryTables.bounded("max", max, MOST_CLAIMS);
        InMemoryTables.positive("lease", lease);
        return tables.locked(() -> {
            Instant now = tables.now();
            List<Map.Entry<Destination, InMemoryPlace>> due = tables.places.entrySet().stream()
                    .filter(entry -> isDue(entry.getValue(), now))
                    .sorted(Comparator.comparing(entry -> dueAt(entry.getValue())))
                    .limit(max)
                    .toList();
            return due.stream().map(entry -> claimed(entry, now, lease)).toList();
        });
    }

    private static boolean isDue(InMemoryPlace place, Instant now) {
        return place.dueAt != null && !place.dueAt.isAfter(now);
    }

    private static Instant dueAt(InMemoryPlace place) {
        return place.dueAt == null ? Instant.MAX : place.dueAt;
    }

    private PlaceClaim claimed(Map.Entry<Destination, InMemoryPlace> entry, Instant now, Duration lease) {
        InMemoryPlace row = entry.getValue();
        row.claim(tables.nextNumber(), tables.in(lease));
        return new PlaceClaim(new Place(row.key, entry.getKey().address()), row.token, now, row.failures, row.trouble);
    }

    @Override
    public boolean settle(PlaceClaim claim, Look look) {
        return tables.locked(() -> {
            Optional<InMemoryPlace> row = ours(claim);
            row.ifPresent(place -> settle(place, look));
            return row.isPresent();
        });
    }

    private void settle(InMemoryPlace row, Look look) {
        if (look instanceof Look.Clean clean) {
            row.settle(row.again ? tables.now() : clean.next().map(tables::in).orElse(null));
        } else if (look instanceof Look.Failed failed) {
            row.fail(tables.in(failed.retryAfter()));
        } else if (look instanceof Look.Stuck stuck) {
            row.trouble = Optional.of(InMemoryTables.kept(stuck.trouble()));
            row.fail(tables.in(stuck.retryAfter()));
        }
    }

    @Override
    public boolean end(PlaceClaim claim) {
        return tables.locked(() -> {
            boolean ending = ours(claim).filter(row -> !row.again).isPresent();
            if (ending) {
                tables.places.remove(claim.place().destination());
            }
            return ending;
        });
    }

    @Override
    public Troubles troubles(int most) {
        return tables.locked(() -> {
            List<String> all = tables.places.values().stream()
                    .flatMap(row -> row.trouble.stream())
                    .toList();
            return new Troubles(all.size(), all.stream().limit(most).toList());
        });
    }

    private Optional<InMemoryPlace> ours(PlaceClaim claim) {
        return Optional.ofNullable(tables.places.get(claim.place().destination()))
                .filter(row -> row.token == claim.token());
    }

    private static Destination destination(String text, Page.Request page) {
        int slash = text.lastIndexOf('/');
        if (slash < 0) {
            throw page.badPlace();
        }
        return new Destination(TargetAddress.parse(text.substring(0, slash)), PluginName.of(text.substring(slash + 1)));
    }
}

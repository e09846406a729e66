package dev.holdfast.store.memory;

import dev.holdfast.spi.Destination;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.AuditSeal;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.trust.Pin;
import dev.holdfast.spi.trust.Verified;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The rows of an {@link InMemoryTrackingStore}, their indexes and the one lock. All but {@link #locked} needs the lock.
 */
final class InMemoryTables {

    static final Comparator<InstallKey> BY_KEY = Comparator.comparing(
                    (InstallKey key) -> key.workspace().value())
            .thenComparing(key -> key.plugin().value());
    static final Comparator<Destination> BY_DESTINATION = Comparator.comparing(
                    (Destination place) -> place.address().toString())
            .thenComparing(place -> place.plugin().value());
    static final Comparator<Upstream> BY_UPSTREAM =
            Comparator.comparing(Upstream::key).thenComparing(Upstream::scheme).thenComparing(Upstream::host);
    private static final int LONGEST_TEXT = 2000;
    private static final Duration LONGEST = Duration.ofDays(36_500);

    final NavigableMap<InstallKey, Install> installs = new TreeMap<>(BY_KEY);
    final Map<Destination, InstallKey> destinations = new HashMap<>();
    final Map<Upstream, Set<InstallKey>> followers = new HashMap<>();
    final NavigableMap<Upstream, InMemoryUpstream> upstreams = new TreeMap<>(BY_UPSTREAM);
    final NavigableMap<Long, Update> updates = new TreeMap<>();
    final Map<Subject, Long> openUpdates = new HashMap<>();
    final Set<Decision> dismissed = new HashSet<>();

    /** Of workspaces that were forgotten: history that decides nothing. */
    final Set<Long> forgotten = new HashSet<>();

    final Map<Decision, Instant> seen = new HashMap<>();
    final NavigableMap<Long, Operation> operations = new TreeMap<>();
    final NavigableMap<Long, Operation> openOperations = new TreeMap<>();

    /** The operations of each install. */
    final Map<InstallKey, NavigableMap<Long, Operation>> operationsOf = new HashMap<>();

    /** The operations of each destination that changed what is live there. */
    final Map<Destination, NavigableMap<Long, Operation>> changes = new HashMap<>();

    final NavigableMap<InstallKey, InMemoryObservation> observations = new TreeMap<>(BY_KEY);
    final NavigableMap<Destination, InMemoryPlace> places = new TreeMap<>(BY_DESTINATION);

    /** Bad revisions, each with the update whose failure made it so; 0 where there was none. */
    final Map<InstallKey, Map<Revision, Long>> bad = new HashMap<>();

    final NavigableMap<Long, AuditEntry> audit = new TreeMap<>();
    final NavigableMap<Long, AuditSeal> seals = new TreeMap<>();
    AuditSeal keptSeal = AuditSeal.NONE;
    final InMemoryFleetRows fleet = new InMemoryFleetRows();
    final Map<PinKey, Pin> pins = new HashMap<>();
    final Map<InstallKey, Map<Revision, Verified>> verified = new HashMap<>();
    private final Clock clock;
    private long lastNumber;
    private long lastEpoch;

    /** A revision and the subject that it was offered to. */
    record Decision(Subject subject, Revision revision) {}

    /** A kind of pin of an upstream, whatever host it is asked at. */
    record PinKey(String scheme, String upstream, Pin.Kind kind) {

        static PinKey of(Upstream upstream, Pin.Kind kind) {
            return new PinKey(upstream.scheme(), upstream.key(), kind);
        }
    }

    InMemoryTables(Clock clock) {
        this.clock = clock;
    }

    /** Does {@code work} while nobody else reads or writes. */
    <T> T locked(Supplier<T> work) {
        synchronized (this) {
            return work.get();
        }
    }

    /** Returns the time to the microsecond, as a database keeps it. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    Instant in(Duration duration) {
        return now().plus(duration.compareTo(LONGEST) > 0 ? LONGEST : duration);
    }

    /** Returns a number that no row and no claim has had. */
    long nextNumber() {
        return ++lastNumber;
    }

    long nextEpoch(long above) {
        lastEpoch = Math.max(lastEpoch, above) + 1;
        return lastEpoch;
    }

    /** Returns {@code text} as it is kept: not endless, without the NUL that databases refuse. */
    static String kept(String text) {
        String head = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
        return head.replace('\0', '?');
    }

    static int bounded(String what, int value, int most) {
        if (value < 1 || value > most) {
            throw PermanentException.invalid(what, Integer.toString(value), "give a number from 1 to " + most);
        }
        return value;
    }

    static Duration positive(String what, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw PermanentException.invalid(what, value.toString(), "give a duration above zero");
        }
        return value;
    }

    static boolean canMove(TrackedRef ref) {
        return !(ref instanceof TrackedRef.None) && !(ref instanceof TrackedRef.Sha);
    }

    void put(Install install) {
        remove(install.key());
        installs.put(install.key(), install);
        destinations.put(install.destination(), install.key());
        if (canMove(install.origin().track())) {
            Upstream upstream = install.origin().upstream();
            followers.computeIfAbsent(upstream, u -> new TreeSet<>(BY_KEY)).add(install.key());
        }
    }

    /** Removes an install; its upstream stays until {@link #dropUnfollowed}. */
    void remove(InstallKey key) {
        Install gone = installs.remove(key);
        if (gone != null) {
            destinations.remove(gone.destination());
            Upstream upstream = gone.origin().upstream();
            Set<InstallKey> keys = followers.getOrDefault(upstream, new TreeSet<>(BY_KEY));
            keys.remove(key);
            if (keys.isEmpty()) {
                followers.remove(upstream);
            }
        }
    }

    List<Install> followersOf(Upstream upstream) {
        return followers.getOrDefault(upstream, Set.of()).stream()
                .flatMap(key -> Optional.ofNullable(installs.get(key)).stream())
                .toList();
    }

    void dropUnfollowed(Upstream upstream) {
        if (!followers.containsKey(upstream)) {
            upstreams.remove(upstream);
        }
    }

    /** Writes an operation and keeps what is derived from it. */
    void put(Operation row) {
        operations.put(row.id(), row);
        operationsOf.computeIfAbsent(row.key(), key -> new TreeMap<>()).put(row.id(), row);
        if (row.outcome().isEmpty()) {
            openOperations.put(row.id(), row);
        } else {
            openOperations.remove(row.id());
        }
        if (row.changedLive()) {
            changes.computeIfAbsent(row.destination(), place -> new TreeMap<>()).put(row.id(), row);
        }
    }

    void forget(Operation row) {
        operations.remove(row.id());
        operationsOf.getOrDefault(row.key(), new TreeMap<>()).remove(row.id());
        changes.getOrDefault(row.destination(), new TreeMap<>()).remove(row.id());
    }

    void forget(Update update) {
        updates.remove(update.id());
        forgotten.remove(update.id());
        Decision decision = new Decision(update.subject(), update.to());
        boolean another =
                updates.values().stream().anyMatch(other -> new Decision(other.subject(), other.to()).equals(decision));
        if (!another) {
            seen.remove(decision);
            dismissed.remove(decision);
        }
    }

    /** Returns the newest update of a subject. */
    Optional<Long> newestOf(Subject subject) {
        return updates.descendingMap().values().stream()
                .filter(update -> update.subject().equals(subject))
                .map(Update::id)
                .findFirst();
    }

    /** Writes an update and keeps what is derived from it. */
    void put(Update update) {
        updates.put(update.id(), update);
        seen.putIfAbsent(new Decision(update.subject(), update.to()), update.seenAt());
        if (update.status().isOpen()) {
            openUpdates.put(update.subject(), update.id());
        } else {
            openUpdates.remove(update.subject(), update.id());
        }
        if (update.status() == UpdateStatus.DISMISSED) {
            dismissed.add(new Decision(update.subject(), update.to()));
        }
    }

    Optional<Update> openUpdate(Subject subject) {
        return Optional.ofNullable(openUpdates.get(subject)).map(updates::get);
    }

    Optional<Update> pendingUpdate(Subject subject) {
        return openUpdate(subject).filter(update -> update.status() == UpdateStatus.PENDING);
    }

    /** Ends an update, or opens it again, in the name of {@code actor}. */
    Update move(Update update, UpdateStatus status, String actor) {
        return put(update, status, new Attempts(update.attempts(), update.lastError(), Optional.empty()), actor);
    }

    /** What is known of the attempts to apply an update. */
    record Attempts(int count, Optional<String> lastError, Optional<Instant> retryAt) {}

    Update put(Update update, UpdateStatus status, Attempts attempts, String actor) {
        Update now = update.attempts(attempts.count(), attempts.lastError(), attempts.retryAt())
                .decided(status, kept(actor), now());
        put(now);
        return now;
    }

    /** Writes what was queued into the audit. */
    void auditQueued(Update update) {
        audit(AuditEntry.of(
                        update.actor(),
                        "update-queued",
                        update.why().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                                + update.version()
                                        .map(version -> " to " + version)
                                        .orElse(""))
                .about(update));
    }

    void audit(AuditEntry entry) {
        long id = nextNumber();
        audit.put(
                id,
                new AuditEntry(
                        id,
                        now(),
                        kept(entry.actor()),
                        kept(entry.action()),
                        entry.subject(),
                        entry.from(),
                        entry.to(),
                        kept(entry.outcome())));
    }

    AuditSeal newestSeal() {
        return seals.isEmpty() ? keptSeal : seals.lastEntry().getValue();
    }

    /** Lists the wanted installs, ordered by key. */
    Page<Install> installs(Predicate<Install> wanted, Page.Request page) {
        Optional<InstallKey> after = page.after().map(text -> key(text, page));
        return locked(() -> {
            NavigableMap<InstallKey, Install> rest =
                    after.map(key -> installs.tailMap(key, false)).orElse(installs);
            List<Install> rows = rest.values().stream()
                    .filter(wanted)
                    .limit(page.limit() + 1L)
                    .toList();
            return Page.of(rows, page, install -> install.key().toString());
        });
    }

    /** Returns the key that a page of a list by key ended with. */
    static InstallKey key(String text, Page.Request page) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw page.badPlace();
        }
        return InstallKey.of(text.substring(0, slash), text.substring(slash + 1));
    }
}

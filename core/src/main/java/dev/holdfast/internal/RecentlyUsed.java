package dev.holdfast.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What was put in or asked for last, so many of it. Safe for use by several threads. */
public final class RecentlyUsed<K, V> {

    private final Map<K, V> entries;

    /** Creates an empty one. */
    public RecentlyUsed(int most) {
        this.entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    public synchronized Optional<V> find(K key) {
        return Optional.ofNullable(entries.get(key));
    }

    public synchronized void put(K key, V value) {
        entries.put(key, value);
    }

    public synchronized void remove(K key) {
        entries.remove(key);
    }
}

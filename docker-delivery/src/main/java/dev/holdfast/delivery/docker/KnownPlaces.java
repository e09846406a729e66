package dev.holdfast.delivery.docker;

import java.util.HashSet;
import java.util.Set;

/**
 * The directories of containers in which the container's own shell has run: both are there. What was removed since is
 * found out by the next call, and forgotten. Safe for use by several threads.
 */
final class KnownPlaces {

    /** More are forgotten all at once, and looked at again. */
    static final int MOST = 10_000;

    private final Set<String> places = new HashSet<>();

    synchronized void add(ContainerPlace place) {
        if (places.size() >= MOST) {
            places.clear();
        }
        places.add(key(place));
    }

    synchronized boolean has(ContainerPlace place) {
        return place.running() && places.contains(key(place));
    }

    /** Returns whether it was known. */
    synchronized boolean forget(ContainerPlace place) {
        return places.remove(key(place));
    }

    /** A container that is made anew has another id. */
    private static String key(ContainerPlace place) {
        return place.id() + place.path();
    }
}

package dev.holdfast.resolver.jgit;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What repositories said of their abilities (git protocol v2, "Capability Advertisement"), so that who asks one for
 * refs again needs one request and not two. Holds the repositories last asked; safe for use by several threads.
 */
final class KnownServers {

    private static final int MOST = 10_000;
    private static final int LARGEST = 2048;

    private final Map<URI, byte[]> advertisements = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<URI, byte[]> eldest) {
            return size() > MOST;
        }
    };

    synchronized Optional<byte[]> of(URI repository) {
        return Optional.ofNullable(advertisements.get(repository));
    }

    /** Keeps an advertisement, unless it is larger than a server needs to name its abilities. */
    synchronized void remember(URI repository, byte[] advertisement) {
        if (advertisement.length <= LARGEST) {
            advertisements.put(repository, advertisement);
        }
    }

    synchronized void forget(URI repository) {
        advertisements.remove(repository);
    }
}

package dev.holdfast.delivery.docker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code Authorization} headers that worked, until they end. Known by whose they are as well: what one credential
 * may read is never handed to another, or to nobody.
 */
final class RegistryTokens {

    private static final int MOST = 1000;
    /** A token is not used in its last moments: it would end on the way. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private final Clock clock;
    private final Map<Key, Header> headers = new LinkedHashMap<>(16, 0.75f, true);

    RegistryTokens(Clock clock) {
        this.clock = clock;
    }

    /**
     * What a header is good for.
     *
     * @param credential the header of the credentials it was had for; empty for nobody
     */
    record Key(String registry, String repository, String credential) {}

    private record Header(String value, Instant until) {}

    synchronized Optional<String> find(Key key) {
        return Optional.ofNullable(headers.get(key))
                .filter(header -> clock.instant().isBefore(header.until()))
                .map(Header::value);
    }

    synchronized void keep(Key key, String value, Duration life) {
        headers.put(key, new Header(value, clock.instant().plus(life).minus(MARGIN)));
        if (headers.size() > MOST) {
            headers.remove(headers.keySet().iterator().next());
        }
    }

    synchronized void drop(Key key) {
        headers.remove(key);
    }
}

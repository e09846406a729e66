package dev.holdfast.examples.e2e;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Source;
import java.util.function.Function;

/**
 * Something that is never delivered.
 *
 * @param name what it is
 * @param reason why it is refused
 * @param says what the message says of it
 * @param source makes it, in that place
 */
record HostileCase(String name, Reason reason, String says, Function<HostilePlace, Source> source) {

    static HostileCase of(String name, Reason reason, String says, Function<HostilePlace, Source> source) {
        return new HostileCase(name, reason, says, source);
    }

    void assertRefused(HostilePlace place) {
        place.assertRefused(source.apply(place), reason, says);
    }

    @Override
    public String toString() {
        return name;
    }
}

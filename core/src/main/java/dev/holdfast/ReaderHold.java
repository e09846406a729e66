package dev.holdfast;

import dev.holdfast.release.HeldReleases.Held;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.HolderProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A reader's word, read from a target, that it uses a release: collection leaves that one until the hold ends.
 *
 * @param key the install
 * @param address where
 * @param stamp the release
 * @param holder who, as it calls itself
 * @param since when it took the hold, by its own account; empty if it does not say, or was not asked
 * @param renewed how long ago it last said so, by the clock of the target
 * @param process the process that the hold ends with; empty for one that ends with its lease alone
 */
public record ReaderHold(
        InstallKey key,
        TargetAddress address,
        Stamp stamp,
        String holder,
        Optional<Instant> since,
        Duration renewed,
        Optional<HolderProcess> process) {

    static ReaderHold of(InstallKey key, TargetAddress address, Held held) {
        return new ReaderHold(
                key,
                address,
                held.stamp(),
                held.holder(),
                held.note().since(),
                held.renewed(),
                held.note().process());
    }

    @Override
    public String toString() {
        return holder + " holds release " + stamp + " of " + key
                + since.map(at -> " since " + at).orElse("") + ", renewed " + renewed.toSeconds() + " s ago"
                + process.map(one -> ", process " + one.pid()).orElse("");
    }
}

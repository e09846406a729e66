package dev.holdfast.release;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.delivery.HoldNote;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A reader's hold on the release that it uses, taken by {@link PluginDirectory#hold}. It ends when it is closed, when
 * this process is gone, or when it was not renewed for the lease of the host: 3 minutes at the least, 5 by default.
 *
 * <pre>{@code
 * PluginHold hold = plugins.hold(PluginName.of("greeter"), "session-42").orElseThrow();
 * timer.scheduleAtFixedRate(() -> keep(hold), 1, 1, TimeUnit.MINUTES);
 * load(hold.path());
 * }</pre>
 *
 * <p>Safe for use by several threads.
 */
public final class PluginHold implements AutoCloseable {

    private static final int LONGEST_HOLDER = 64;

    private final Path path;
    private final Release release;
    private final HoldFile file;

    PluginHold(Path path, Release release, HoldFile file) {
        this.path = path;
        this.release = release;
        this.file = file;
    }

    static void checkHolder(String holder) {
        if (holder.length() > LONGEST_HOLDER) {
            throw PermanentException.invalid("holder", holder, "use at most " + LONGEST_HOLDER + " letters");
        }
        HoldNote.checkName("holder", holder);
    }

    /** Returns what is held. */
    public Release release() {
        return release;
    }

    /** Returns the release folder that is held: read below this. */
    public Path path() {
        return path;
    }

    /**
     * Renews the hold. Call it each minute.
     *
     * @return false if the hold has ended: it was not renewed in time, a person broke it, or it was closed. The release
     *     may then go at any moment, so take another hold
     * @throws IOException if that could not be done now; the hold still stands until its lease ends, so try again
     */
    public boolean refresh() throws IOException {
        return file.renew();
    }

    /**
     * Ends the hold. May be called twice.
     *
     * @throws IOException if the file cannot be removed; the hold then ends with its lease
     */
    @Override
    public void close() throws IOException {
        file.remove();
    }
}

package dev.holdfast;

import dev.holdfast.spi.Install;
import java.util.List;

/**
 * Who holds what, as the targets say.
 *
 * @param holds the holds that stand; at most 50 of each release
 * @param unread the installs whose targets could not be asked
 */
public record HoldReport(List<ReaderHold> holds, List<Unread> unread) {

    /** Copies the lists. */
    public HoldReport {
        holds = List.copyOf(holds);
        unread = List.copyOf(unread);
    }

    /**
     * An install of which it is not known who holds its releases.
     *
     * @param install the install
     * @param why what its target said
     */
    public record Unread(Install install, String why) {}
}

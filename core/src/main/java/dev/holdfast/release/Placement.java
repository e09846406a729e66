package dev.holdfast.release;

import dev.holdfast.spi.Release;

/** What stands at a plugin's live path now, read from the target. A fact, where an install is a belief. */
public sealed interface Placement {

    /**
     * A complete release of ours.
     *
     * @param release what its marker says
     * @param source the source its marker names
     * @param epoch the operation that delivered it
     */
    record Live(Release release, String source, long epoch) implements Placement {}

    /** Nothing is there. */
    record Missing() implements Placement {}

    /**
     * A link of ours to a release whose marker is missing or cannot be read.
     *
     * @param why what is wrong with it, for people
     */
    record Unmarked(String why) implements Placement {}

    /**
     * Something that Holdfast did not put there.
     *
     * @param what it is, for people
     */
    record Foreign(String what) implements Placement {}
}

package dev.holdfast;

import dev.holdfast.spi.Release;
import java.time.Instant;

/**
 * A complete release that is on a target, live or not.
 *
 * @param release what its marker says
 * @param deliveredAt when its delivery was opened, or, where the journal does not know it any more, when it was named
 * @param live whether the live path names it
 * @param bad whether its revision was rolled back from, or failed its probation
 */
public record RetainedRelease(Release release, Instant deliveredAt, boolean live, boolean bad) {}

package dev.holdfast.spi;

/**
 * Where an install comes from and what it follows.
 *
 * @param source as the host gave it
 * @param track what a sweep looks up
 * @param upstream whom a sweep asks
 */
public record Origin(Source source, TrackedRef track, Upstream upstream) {}

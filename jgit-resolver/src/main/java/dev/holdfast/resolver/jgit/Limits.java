package dev.holdfast.resolver.jgit;

import java.time.Duration;

/**
 * What a server may take of us.
 *
 * @param idle the longest silence
 * @param refBytes the most bytes of one answer about refs
 * @param packBytes the most bytes of one answer with objects
 */
record Limits(Duration idle, long refBytes, long packBytes) {}

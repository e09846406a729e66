package dev.holdfast;

import dev.holdfast.spi.Revision;

/**
 * An update as somebody has looked at it.
 *
 * @param id its id
 * @param revision the revision that was looked at; a decision about another one is refused
 */
public record ReviewedUpdate(long id, Revision revision) {}

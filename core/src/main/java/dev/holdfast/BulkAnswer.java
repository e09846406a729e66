package dev.holdfast;

/**
 * What became of one of many updates.
 *
 * @param id its id
 * @param result what became of it
 */
public record BulkAnswer(long id, ApplyResult result) {}

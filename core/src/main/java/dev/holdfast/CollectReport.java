package dev.holdfast;

/**
 * What a collection did.
 *
 * @param places how many places were looked at
 * @param releases how many releases were removed
 * @param failed how many places could not be reached or were in use; they are tried again next time
 */
public record CollectReport(int places, int releases, int failed) {}

package dev.holdfast.spi;

import java.util.Optional;

/**
 * One revision as it was delivered into one place.
 *
 * @param stamp the name of its folder
 * @param revision what it holds
 * @param version the name of that revision where it has one, such as a tag
 * @param digest the digest of its tree
 */
public record Release(Stamp stamp, Revision revision, Optional<String> version, TreeDigest digest) {}

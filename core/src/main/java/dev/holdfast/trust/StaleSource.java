package dev.holdfast.trust;

import dev.holdfast.spi.Source;
import java.time.Instant;
import java.util.Optional;

/**
 * A source that has shown no new signature within the time that its rule gives it: it may be abandoned, or an old copy
 * of it is shown in its place. What is installed stays, and may be installed.
 *
 * @param source which
 * @param newest when the newest good signature was made, by the signer's word; empty where none is good now
 * @param text what the rule asks for and what was found, for people
 */
public record StaleSource(Source source, Optional<Instant> newest, String text) {}

/** What proves where a revision comes from, and what is remembered of that. */
@NullMarked
package dev.holdfast.spi.trust;

import org.jspecify.annotations.NullMarked;

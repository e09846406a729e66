/** Tells other systems by HTTP what the sealed audit says: signed, in order, and at least once. */
@NullMarked
package dev.holdfast.webhook;

import org.jspecify.annotations.NullMarked;

/**
 * What a host and an adapter author need to know of each other: the interfaces an adapter implements and the values
 * that travel through them.
 *
 * <p>Values are parsed once and cannot be wrong afterwards: every factory refuses bad text with a
 * {@link dev.holdfast.spi.PermanentException} that names the value, the rule and the remedy. All values are immutable.
 * Nothing here performs I/O.
 */
@NullMarked
package dev.holdfast.spi;

import org.jspecify.annotations.NullMarked;

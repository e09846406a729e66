/** The engine. {@link dev.holdfast.Holdfast} is what a host builds; everything else is reached from there. */
@NullMarked
package dev.holdfast;

import org.jspecify.annotations.NullMarked;

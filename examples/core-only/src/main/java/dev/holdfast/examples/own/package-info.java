/** A host that names nothing but {@code holdfast-core}. */
@NullMarked
package dev.holdfast.examples.own;

import org.jspecify.annotations.NullMarked;

/** A piece of a host, and how it is tested. */
@NullMarked
package dev.holdfast.examples.desk;

import org.jspecify.annotations.NullMarked;

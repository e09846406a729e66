/** Delivers into directories of this machine. */
@NullMarked
package dev.holdfast.delivery.directory;

import org.jspecify.annotations.NullMarked;

/** Checks that values share. Not exported: it may change in any release. */
@NullMarked
package dev.holdfast.spi.internal;

import org.jspecify.annotations.NullMarked;

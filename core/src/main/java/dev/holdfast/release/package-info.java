/**
 * What stands on a target: its layout, its markers, and the steps that change what is live. Knows no store and no
 * source.
 */
@NullMarked
package dev.holdfast.release;

import org.jspecify.annotations.NullMarked;

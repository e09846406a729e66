/** Judges the whole repository, and says at the end of a build what it did not cover. Not published. */
@NullMarked
package dev.holdfast.checks;

import org.jspecify.annotations.NullMarked;

/**
 * What must be proved of a source before a byte reaches a target: who signed, who may sign, and whether it is still
 * they.
 */
@NullMarked
package dev.holdfast.trust;

import org.jspecify.annotations.NullMarked;

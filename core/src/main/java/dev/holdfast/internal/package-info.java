/** What several rooms of the engine share. Not exported: it may change in any release. */
@NullMarked
package dev.holdfast.internal;

import org.jspecify.annotations.NullMarked;
